import type { ParkedEvent } from './parking.js';

/** One committed batch. */
export interface AppliedBatch {
  readonly consumer: string;
  /** Events applied; those parked or not this worker's are not counted. */
  readonly events: number;
  /** Log position that all partitions of this worker have reached. */
  readonly position: number;
  /** From the batch's beginning to its commit. */
  readonly milliseconds: number;
}

/** What a worker tells about its work, for metrics and the log. Callbacks must be quick and must not throw. */
export interface FeedObserver {
  readonly applied?: (batch: AppliedBatch) => void;
  readonly parked?: (event: ParkedEvent) => void;
  /** Work stopped and will be resumed after a pause: a store is away, a lease was lost, a definition does not fit. `subject` is a consumer or `leases`. */
  readonly interrupted?: (subject: string, error: unknown) => void;
  /** The partitions of the consumer that this worker holds from now on. */
  readonly claimed?: (consumer: string, partitions: readonly number[]) => void;
}
