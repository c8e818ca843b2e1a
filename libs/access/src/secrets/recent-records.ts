import { LRUCache } from 'lru-cache';
import type { Clock } from '#event-sourcing';

/** How long a record is taken as it was read, in milliseconds: a revocation anywhere is noticed everywhere within this time. */
export const RECORD_AGE_MS = 2000;

const MAX_RECORDS = 20_000;

type Found<Item extends object> = { readonly item: Item | undefined };

/** Records of credentials, read anew when they are older than two seconds. Concurrent reads of one record are one read. */
export class RecentRecords<Item extends object> {
  private readonly cache: LRUCache<string, Found<Item>>;

  constructor(read: (id: string) => Promise<Item | undefined>, clock: Clock) {
    this.cache = new LRUCache<string, Found<Item>>({
      max: MAX_RECORDS,
      ttl: RECORD_AGE_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now().getTime() },
      fetchMethod: async (id) => ({ item: await read(id) }),
    });
  }

  /** The record if it was read lately (also that there is none); undefined if it must be read. */
  recent(id: string): Found<Item> | undefined {
    return this.cache.get(id);
  }

  /** The record, read if need be; throws what reading throws. */
  async read(id: string): Promise<Item | undefined> {
    return (await this.cache.forceFetch(id)).item;
  }

  /** Forgets a record that this process has just changed. */
  forget(id: string): void {
    this.cache.delete(id);
  }
}
