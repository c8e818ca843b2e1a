import type { ClientSession, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.js';
import type { RawRecorded } from '../../log/recorded.js';
import type { BatchConsumer, KeyedEvent } from './batch-consumer.js';
import type { BatchWrite } from './batch-writes.js';
import { Blocked } from './blocked.js';
import type { Claim } from './checkpoints.js';
import { type GroupedCommits, transact } from './grouped-commits.js';
import type { FeedObserver } from './observer.js';
import { parkedCollection, type ParkedEvent } from './parking.js';
import { Patience } from './patience.js';
import { isNoEventsFault } from './store-errors.js';

/** An event of the claim's partitions: to be applied or, if it cannot be read or its key cannot be told, to be parked in all of them. */
export type FeedEntry =
  | ({ readonly kind: 'readable' } & KeyedEvent)
  | { readonly kind: 'unreadable'; readonly event: RawRecorded; readonly partitions: readonly number[]; readonly error: unknown };

/** Batches of more events are committed by themselves. */
const GROUPED_UP_TO = 200;

/** Attempts after the first before a failing event is parked. */
const RETRIES = 3;

/** Applies batches of one claim, each in one transaction with the checkpoint; parks what cannot be applied and what has to wait for it. */
export class BatchApplier {
  constructor(
    private readonly db: Db,
    private readonly commits: GroupedCommits,
    private readonly consumer: BatchConsumer,
    private readonly claim: Claim,
    private blocked: Blocked,
    private readonly clock: Clock,
    private readonly observer: FeedObserver,
  ) {}

  /** Whether any event of the claim's partitions is parked. */
  get hasParked(): boolean {
    return !this.blocked.isEmpty;
  }

  /** Looks again at what is parked, after something was done about it. */
  async reviewParked(): Promise<void> {
    this.blocked = await Blocked.load(this.db, this.claim);
  }

  /**
   * Applies the entries, in log order, and moves the checkpoint to the position. A batch that fails for an event's fault is halved until the
   * culprit stands alone. Throws only what is no event's fault.
   */
  async apply(entries: readonly FeedEntry[], position: number): Promise<void> {
    const { ready, held } = this.sort(entries);
    try {
      await this.commit(ready, held, position);
    } catch (error) {
      if (this.mustGiveUp(error)) throw error;
      const middle = Math.ceil(entries.length / 2);
      const [first, second] = [entries.slice(0, middle), entries.slice(middle)];
      const lastOfFirst = first.at(-1);
      if (second.length === 0 || lastOfFirst === undefined) return this.retryOrPark(entries, position, error);
      await this.apply(first, lastOfFirst.event.position);
      await this.apply(second, position);
    }
  }

  /** Runs writes about parked events in a transaction. */
  async transact(write: (session: ClientSession) => Promise<void>): Promise<void> {
    await transact(this.db, [this.claim], write);
  }

  /** Moves the checkpoint over what concerns the claim's partitions in nothing. Throws `LeaseLost`. */
  async pass(position: number): Promise<void> {
    await this.commits.commit({ claim: this.claim, position, writes: [] });
  }

  /** Whether a failure must end this run instead of being blamed on an event. */
  mustGiveUp(error: unknown): boolean {
    return this.claim.signal.aborted || isNoEventsFault(error);
  }

  private async retryOrPark([entry]: readonly FeedEntry[], position: number, firstError: unknown): Promise<void> {
    if (entry?.kind !== 'readable') throw firstError;
    const patience = new Patience(50, 1000);
    let lastError = firstError;
    for (let retry = 0; retry < RETRIES; retry += 1) {
      await patience.pause(this.claim.signal);
      try {
        return await this.commit([entry], [], position);
      } catch (error) {
        if (this.mustGiveUp(error)) throw error;
        lastError = error;
      }
    }
    await this.commit([], this.parked(entry, 'failed', lastError), position);
  }

  /** Parts what can be applied from what has to be parked: the unreadable, and what waits for something parked before it. */
  private sort(entries: readonly FeedEntry[]): { ready: KeyedEvent[]; held: ParkedEvent[] } {
    const ready: KeyedEvent[] = [];
    const held: ParkedEvent[] = [];
    const blocked = this.blocked.copy();
    for (const entry of entries) {
      if (entry.kind === 'readable' && !blocked.holds({ key: entry.key, stream: entry.event.stream })) {
        ready.push(entry);
        continue;
      }
      const parked = entry.kind === 'readable' ? this.parked(entry, 'behind') : this.parked(entry, 'failed', entry.error);
      for (const event of parked) blocked.add(event);
      held.push(...parked);
    }
    return { ready, held };
  }

  private async commit(ready: readonly KeyedEvent[], held: readonly ParkedEvent[], position: number): Promise<void> {
    const begun = performance.now();
    const isLarge = ready.length > GROUPED_UP_TO;
    const prepare = () => this.consumer.prepare(ready, this.claim.signal);
    const effects = ready.length === 0 ? [] : await (isLarge ? prepare() : this.commits.prepare(prepare));
    const { namespace } = parkedCollection(this.db);
    const parked = held.map((document): BatchWrite => ({ name: 'insertOne', namespace, document: { ...document } }));
    const commit = { claim: this.claim, position, writes: [...effects, ...parked] };
    await (isLarge ? this.commits.commitAlone(commit) : this.commits.commit(commit));
    for (const event of held) {
      this.blocked.add(event);
      this.observer.parked?.(event);
    }
    this.observer.applied?.({ consumer: this.consumer.name, events: ready.length, position, milliseconds: performance.now() - begun });
  }

  /** What is kept of an entry that is parked: one document, or one for each partition when its key cannot be told. */
  private parked(entry: FeedEntry, state: 'failed' | 'behind', error?: unknown): ParkedEvent[] {
    const { id, stream, revision, position, type } = entry.event;
    const partitions = entry.kind === 'readable' ? [entry.partition] : entry.partitions;
    return partitions.map((partition) => ({
      _id: `${this.consumer.name}#${partition}/${id}`,
      consumer: this.consumer.name,
      partition,
      ...(entry.kind === 'readable' && { key: entry.key }),
      eventId: id,
      stream,
      revision,
      position,
      type,
      state,
      ...(error !== undefined && { error: messageOf(error) }),
      parkedAt: this.clock.now(),
    }));
  }
}

/** What is kept of an error: its name and message. */
export const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
