import type { ClientSession, Collection, Db } from 'mongodb';
import { createIfMissing } from '../read-model.js';
import { carryOutWrites, type BatchWrite } from './batch-writes.js';
import { LeaseLost } from './store-errors.js';

/** Before the first event of the log. */
export const BEFORE_THE_START = -1;

/** One partition of a consumer: who works on it, and how far it had come when it was last passed on. */
export interface PartitionDocument {
  /** `<consumer>#<partition>` */
  readonly _id: string;
  readonly consumer: string;
  readonly partition: number;
  /** Number of partitions of the consumer. */
  readonly of: number;
  /** The worker that holds the lease; null when nobody does. Once that worker gives no sign of life any more, anyone may take over. */
  readonly owner: string | null;
  /** Counts the times it was passed on, so that a worker that lost the lease and got it back cannot finish what it began before. */
  readonly epoch: number;
  /** Everything up to this log position is applied, -1 before the start; its owner's checkpoint may say more. */
  readonly position: number;
  /** Counts the feeds that began with it: each changes the document, so that passing it on at the same moment conflicts. */
  readonly feeds: number;
}

/** The lease on a partition. */
export interface Lease {
  readonly partition: number;
  readonly epoch: number;
}

/**
 * How far a worker has brought the partitions of a consumer that it works on. One document for all of them, since they move together: a commit that had to
 * change each would write more of these than of rows.
 */
export interface CheckpointDocument {
  /** `<consumer>#<owner>` */
  readonly _id: string;
  readonly consumer: string;
  readonly owner: string;
  /** The feed that may commit; null since a partition was passed on: what was begun before cannot be finished. */
  readonly feed: string | null;
  /** What the position holds for. */
  readonly leases: readonly Lease[];
  /** Everything up to this log position is applied in these partitions; -1 before the start. */
  readonly position: number;
  /** Counts the commits: each changes the document, so that passing a partition on at the same moment conflicts with it. */
  readonly commits: number;
}

/** The partitions of a consumer that a worker holds, each with the epoch of its lease. */
export interface Claim {
  readonly consumer: string;
  readonly owner: string;
  readonly epochs: ReadonlyMap<number, number>;
  /** Aborts when the set of partitions changes or the worker stops. */
  readonly signal: AbortSignal;
}

/** A claim that a feed works on. */
export interface FeedClaim extends Claim {
  /** Unique to the feed. */
  readonly feed: string;
}

export const partitionCollection = (db: Db): Collection<PartitionDocument> => db.collection<PartitionDocument>('partitions');
export const checkpointCollection = (db: Db): Collection<CheckpointDocument> => db.collection<CheckpointDocument>('checkpoints');

export const partitionId = (consumer: string, partition: number): string => `${consumer}#${partition}`;
export const checkpointId = (consumer: string, owner: string): string => `${consumer}#${owner}`;

/** Creates the collection of checkpoints where it is missing: a transaction must not be the one to. */
export const ensureCheckpoints = (db: Db): Promise<void> => createIfMissing(db, checkpointCollection(db).collectionName);

/** How far a partition has come by its own document and its owner's checkpoint. Both may be out of date; then it has come at least so far. */
export const reached = ({ partition, epoch, position }: PartitionDocument, checkpoint: CheckpointDocument | null | undefined): number =>
  checkpoint?.leases.some((lease) => lease.partition === partition && lease.epoch === epoch) === true ? Math.max(position, checkpoint.position) : position;

/** How far a partition of a consumer has come. */
export type PartitionProgress = Pick<PartitionDocument, 'consumer' | 'partition' | 'of' | 'position'>;

/** How far the partitions of consumers have come. */
export const readProgress = async (db: Db, consumers: readonly string[]): Promise<readonly PartitionProgress[]> => {
  const ofThem = { consumer: { $in: [...consumers] } };
  const partitions = await partitionCollection(db).find(ofThem).toArray();
  const checkpoints = await checkpointCollection(db).find(ofThem).toArray();
  const byId = new Map(checkpoints.map((checkpoint) => [checkpoint._id, checkpoint]));
  return partitions.map((document) => {
    const { consumer, partition, of, owner } = document;
    return { consumer, partition, of, position: reached(document, owner === null ? null : byId.get(checkpointId(consumer, owner))) };
  });
};

/** A feed's claim and the position that its partitions are moved to. */
export interface Advance {
  readonly claim: FeedClaim;
  readonly position: number;
}

/**
 * Moves the feeds' checkpoints up to the positions (never back) and carries out what they write, in one command. Throws `LeaseLost`, and thereby ends the
 * transaction, unless all the feeds may still commit and each document they replace is there; and what the server refused a write with.
 */
export const advance = async (db: Db, advances: readonly Advance[], writes: readonly BatchWrite[], session: ClientSession): Promise<void> => {
  const isAsExpected = await carryOutWrites(db.client, [...advances.map((each) => advancing(db, each)), ...writes], session);
  if (!isAsExpected) throw new LeaseLost(advances.map(({ claim }) => claim.consumer).join(', '));
};

/** Carries out what a feed writes without moving its checkpoint. Throws as `advance`. */
export const writeFor = (db: Db, claim: FeedClaim, writes: readonly BatchWrite[], session: ClientSession): Promise<void> =>
  advance(db, [{ claim, position: BEFORE_THE_START }], writes, session);

/** Finds nothing when the feed may not commit any more. */
const advancing = (db: Db, { claim: { consumer, owner, feed }, position }: Advance): BatchWrite => ({
  name: 'updateOne',
  namespace: checkpointCollection(db).namespace,
  filter: { _id: checkpointId(consumer, owner), feed },
  update: { $max: { position }, $inc: { commits: 1 } },
});
