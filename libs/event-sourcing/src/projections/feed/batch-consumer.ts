import type { ClientSession } from 'mongodb';
import type { Recorded } from '../../domain/event.js';

/** An event with the key it belongs to and that key's partition. */
export interface KeyedEvent {
  readonly event: Recorded;
  readonly key: string;
  readonly partition: number;
  /** Set when it was parked and is applied now: it may be older than what its key has seen since, and is applied all the same. */
  readonly late?: true;
}

/** Writes a batch's effects. Called inside the transaction that moves the checkpoint; may be called again when the store asks for it. */
export type CommitBatch = (session: ClientSession) => Promise<void>;

/** What reads the log in batches and keeps its effects in MongoDB: a projection, a process manager. */
export interface BatchConsumer {
  /** Names checkpoints and parked events for ever, e.g. `order-dashboard@1`. */
  readonly name: string;
  /** How many partitions its keys fall into; fixed once it has run. */
  readonly partitions: number;
  readonly categories: readonly string[];
  /** Events of one key are applied one after another in log order; undefined leaves the event out. */
  readonly keyOf: (event: Recorded) => string | undefined;
  /** Creates collections and indexes where they are missing; idempotent. Runs before the first batch. */
  readonly setUp: () => Promise<void>;
  /**
   * Works out what a batch (in log order, never empty) leads to, and returns how to write it. Runs once for each attempt, outside the
   * transaction, so side work belongs here; it must be idempotent, since a lost lease or store repeats it. When it throws, the batch is halved until the culprit
   * stands alone, which is retried and then parked.
   */
  readonly prepare: (events: readonly KeyedEvent[], signal: AbortSignal) => Promise<CommitBatch>;
}

export const DEFAULT_PARTITIONS = 8;
