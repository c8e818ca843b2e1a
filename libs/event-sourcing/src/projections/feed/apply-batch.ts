import type { ClientSession } from 'mongodb';
import type { BatchConsumer } from './batch-consumer.js';
import type { BatchWrite } from './batch-writes.js';
import { Blocked } from './blocked.js';
import type { FeedClaim } from './checkpoints.js';
import type { FeedContext } from './feed-context.js';
import { parkedCollection, type ParkedEvent } from './parking.js';
import { Patience } from './patience.js';
import { Remembered } from './remembered.js';
import { parkedFrom, sortEntries, type FeedEntry, type Parking } from './sort-entries.js';
import { isNoEventsFault } from './store-errors.js';
import { transact } from './transact.js';

/** Entries in log order, and the position to which they bring the checkpoint. */
interface Batch {
  readonly entries: readonly FeedEntry[];
  readonly position: number;
}

/** What a batch leads to. */
interface Prepared {
  readonly events: number;
  readonly effects: readonly BatchWrite[];
  readonly held: readonly ParkedEvent[];
  readonly position: number;
  readonly begun: number;
}

/** Batches of more events are committed by themselves. */
const GROUPED_UP_TO = 200;
const isLarge = (events: number): boolean => events > GROUPED_UP_TO;

/** Attempts after the first before a failing event is parked. */
const RETRIES = 3;

/**
 * Applies batches of one claim, each in one transaction with the checkpoint; parks what cannot be applied and what has to wait for it. While a batch is being
 * committed, the next is prepared on what it leads to.
 */
export class BatchApplier {
  private readonly remembered = new Remembered();
  private readonly parking: Parking;
  /** The commit that is under way, and whether it led to what was foreseen. */
  private underWay: Promise<boolean> | undefined;

  /** @param committed called after each commit */
  constructor(
    private readonly context: FeedContext,
    private readonly consumer: BatchConsumer,
    private readonly claim: FeedClaim,
    private blocked: Blocked,
    private readonly committed: () => void,
  ) {
    this.parking = { consumer: consumer.name, clock: context.clock };
  }

  /** Whether any event of the claim's partitions is parked. */
  get hasParked(): boolean {
    return !this.blocked.isEmpty;
  }

  /** Looks again at what is parked, after something was done about it. */
  async reviewParked(): Promise<void> {
    this.remembered.forget();
    this.blocked = await Blocked.load(this.context.db, this.claim);
  }

  /**
   * Applies a batch and moves the checkpoint to its position; resolves when all that is left is the commit, which `settle` waits for. A batch that fails for an
   * event's fault is halved until the culprit stands alone. Throws only what is no event's fault, be it the fault of the batch before.
   */
  async apply(batch: Batch): Promise<void> {
    const [prepared] = await Promise.allSettled([this.prepare(batch)]);
    const isAsForeseen = await this.settle();
    if (prepared.status === 'rejected' || !isAsForeseen) return this.applyNow(batch);
    await this.handOver(batch, prepared.value);
    // What comes next has to be sorted by what is parked now.
    if (prepared.value.held.length > 0) await this.settle();
  }

  /** Waits for the commit that is under way. Answers whether it led to what the next batch was prepared for; throws only what is no event's fault. */
  async settle(): Promise<boolean> {
    const outcome = this.underWay ?? true;
    this.underWay = undefined;
    return outcome;
  }

  /** Runs writes about parked events in a transaction. */
  async transact(write: (session: ClientSession) => Promise<void>): Promise<void> {
    await transact(this.context.db, [this.claim], write);
  }

  /** Moves the checkpoint over what concerns the claim's partitions in nothing. Throws `LeaseLost`. */
  async pass(position: number): Promise<void> {
    await this.settle();
    await this.context.commits.commit({ claim: this.claim, position, writes: [] });
    this.committed();
  }

  /** Whether a failure must end this run instead of being blamed on an event. */
  mustGiveUp(error: unknown): boolean {
    return this.claim.signal.aborted || isNoEventsFault(error);
  }

  /** Resolves when the writes are carried out, or have failed. */
  private async handOver(batch: Batch, prepared: Prepared): Promise<void> {
    this.remembered.keep(prepared.effects);
    await new Promise<void>((written) => {
      const outcome = this.commit(prepared, written).then(
        () => true,
        async (error: unknown) => {
          this.remembered.forget();
          await this.takeApart(batch, error);
          return false;
        },
      );
      this.underWay = outcome;
      // `settle` tells.
      outcome.then(() => written(), () => written());
    });
  }

  private async applyNow(batch: Batch): Promise<void> {
    try {
      await this.attempt(batch);
    } catch (error) {
      await this.takeApart(batch, error);
    }
  }

  private async attempt(batch: Batch): Promise<void> {
    const prepared = await this.prepare(batch);
    await this.commit(prepared);
    this.remembered.keep(prepared.effects);
  }

  /** Finds out whose fault it was. Throws what is no event's fault. */
  private async takeApart({ entries, position }: Batch, error: unknown): Promise<void> {
    if (this.mustGiveUp(error)) throw error;
    const middle = Math.ceil(entries.length / 2);
    const [first, second] = [entries.slice(0, middle), entries.slice(middle)];
    const lastOfFirst = first.at(-1);
    if (second.length === 0 || lastOfFirst === undefined) return this.retryOrPark({ entries, position }, error);
    await this.applyNow({ entries: first, position: lastOfFirst.event.position });
    await this.applyNow({ entries: second, position });
  }

  private async retryOrPark({ entries, position }: Batch, firstError: unknown): Promise<void> {
    const [entry] = entries;
    if (entry?.kind !== 'readable') throw firstError;
    const patience = new Patience(50, 1000);
    let lastError = firstError;
    for (let retry = 0; retry < RETRIES; retry += 1) {
      await patience.pause(this.claim.signal);
      try {
        return await this.attempt({ entries, position });
      } catch (error) {
        if (this.mustGiveUp(error)) throw error;
        lastError = error;
      }
    }
    await this.commit({ events: 0, effects: [], held: parkedFrom(entry, this.parking, 'failed', lastError), position, begun: performance.now() });
  }

  private async prepare({ entries, position }: Batch): Promise<Prepared> {
    const begun = performance.now();
    const { ready, held } = sortEntries(entries, this.blocked, this.parking);
    const prepare = () => this.consumer.prepare(ready, this.remembered);
    const effects = ready.length === 0 ? [] : await (isLarge(ready.length) ? prepare() : this.context.commits.prepare(prepare));
    return { events: ready.length, effects, held, position, begun };
  }

  private async commit({ events, effects, held, position, begun }: Prepared, written?: () => void): Promise<void> {
    const { namespace } = parkedCollection(this.context.db);
    const parked = held.map((document): BatchWrite => ({ name: 'insertOne', namespace, document: { ...document } }));
    const commit = { claim: this.claim, position, writes: [...effects, ...parked], ...(written && { written }) };
    await (isLarge(events) ? this.context.commits.commitAlone(commit) : this.context.commits.commit(commit));
    for (const event of held) {
      this.blocked.add(event);
      this.context.observer.parked?.(event);
    }
    this.context.observer.applied?.({ consumer: this.consumer.name, events, position, milliseconds: performance.now() - begun });
    this.committed();
  }
}
