import type { Recorded } from '../../domain/event.js';
import type { BatchWrite } from './batch-writes.js';
import type { Remembered } from './remembered.js';

/** An event with the key it belongs to and that key's partition. */
export interface KeyedEvent {
  readonly event: Recorded;
  readonly key: string;
  readonly partition: number;
  /** Set when it was parked and is applied now: it may be older than what its key has seen since, and is applied all the same. */
  readonly late?: true;
}

/** What reads the log in batches and keeps its effects in MongoDB: a projection, a process manager. */
export interface BatchConsumer {
  /** Names checkpoints and parked events for ever, e.g. `order-dashboard@1`. */
  readonly name: string;
  /** How many partitions its keys fall into; fixed once it has run. */
  readonly partitions: number;
  readonly categories: readonly string[];
  /** Events of one key are applied one after another in log order; undefined leaves the event out. */
  readonly keyOf: (event: Recorded) => string | undefined;
  /** Most events in one batch; the worker's own limit when left out. */
  readonly maxBatch?: number;
  /** Creates collections and indexes where they are missing; idempotent. Runs before the first batch. */
  readonly setUp: () => Promise<void>;
  /** Runs, between batches, each time a feed has reached the end that the log had when the feed began; idempotent. For what a backlog is better worked off without. */
  readonly caughtUp?: () => Promise<void>;
  /**
   * Works out what a batch (in log order, never empty) leads to: the writes, to be carried out in their order in the transaction that moves the checkpoint. Runs
   * once for each attempt, outside the transaction and perhaps before the batch in front of it is committed, so side work belongs here; it must be idempotent, since
   * a lost lease or store repeats it. `remembered` knows what the batch builds on. When it throws, the batch is halved until the culprit stands alone, which is
   * retried and then parked.
   */
  readonly prepare: (events: readonly KeyedEvent[], remembered: Remembered) => Promise<readonly BatchWrite[]>;
}

export const DEFAULT_PARTITIONS = 8;

/**
 * Most events in a projection's batch. Their effects merge: a row that many events change is written once a batch, so that a rebuild costs a
 * fraction of what smaller batches would. Far below what one transaction of MongoDB bears.
 */
export const PROJECTION_BATCH = 2000;
