import type { Db } from 'mongodb';
import type { Claim } from './checkpoints.js';
import { WAITING, parkedCollection, type ParkedEvent } from './parking.js';

/** What has to wait because something before it is parked: events of these keys and of these streams. */
export class Blocked {
  private readonly keys = new Set<string>();
  private readonly streams = new Set<string>();

  constructor(parked: Iterable<Pick<ParkedEvent, 'key' | 'stream'>> = []) {
    for (const event of parked) this.add(event);
  }

  /** What the parked events of the claim's partitions block. */
  static async load(db: Db, { consumer, epochs }: Claim): Promise<Blocked> {
    const parked = await parkedCollection(db)
      .find({ consumer, partition: { $in: [...epochs.keys()] }, ...WAITING }, { projection: { key: 1, stream: 1 } })
      .toArray();
    return new Blocked(parked);
  }

  get isEmpty(): boolean {
    return this.keys.size === 0 && this.streams.size === 0;
  }

  /** A parked event blocks its key or, if that cannot be told, its stream. */
  add({ key, stream }: Pick<ParkedEvent, 'key' | 'stream'>): void {
    if (key === undefined) this.streams.add(stream);
    else this.keys.add(key);
  }

  holds({ key, stream }: Pick<ParkedEvent, 'key' | 'stream'>): boolean {
    return this.streams.has(stream) || (key !== undefined && this.keys.has(key));
  }

  copy(): Blocked {
    const copy = new Blocked();
    for (const key of this.keys) copy.keys.add(key);
    for (const stream of this.streams) copy.streams.add(stream);
    return copy;
  }
}
