import type { ClientSession, Collection, Db, Filter, UpdateFilter } from 'mongodb';
import { LeaseLost } from './store-errors.js';

/** Before the first event of the log. */
export const BEFORE_THE_START = -1;

/** An epoch that no lease has; the first is 1. */
const NEVER = -1;

/** One partition of a consumer: who works on it, and how far it has come. */
export interface PartitionDocument {
  /** `<consumer>#<partition>` */
  readonly _id: string;
  readonly consumer: string;
  readonly partition: number;
  /** Number of partitions of the consumer. */
  readonly of: number;
  /** The worker that holds the lease; null when nobody does. Once that worker gives no sign of life any more, anyone may take over. */
  readonly owner: string | null;
  /** Counts the take-overs, so that a worker that lost the lease and got it back cannot finish what it began before. */
  readonly epoch: number;
  /** Everything up to this log position is applied; -1 before the start. */
  readonly position: number;
  /** Counts the commits: each changes the document, so that a take-over at the same moment conflicts with it. */
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

export const partitionCollection = (db: Db): Collection<PartitionDocument> => db.collection<PartitionDocument>('partitions');

export const partitionId = (consumer: string, partition: number): string => `${consumer}#${partition}`;

/** How far each partition of the claim has come. Throws `LeaseLost` unless all are still held under the claim's epochs. */
export const readPositions = async (db: Db, claim: Claim): Promise<Map<number, number>> => {
  const documents = await partitionCollection(db).find({ consumer: claim.consumer, owner: claim.owner }).toArray();
  const held = documents.filter(({ partition, epoch }) => claim.epochs.get(partition) === epoch);
  if (held.length !== claim.epochs.size) throw new LeaseLost(claim.consumer);
  return new Map(held.map(({ partition, position }) => [partition, position]));
};

/** A claim and the position that its partitions are moved to. */
export interface Advance {
  readonly claim: Claim;
  readonly position: number;
}

/**
 * Moves all partitions of the claims up to the positions (never back). Throws `LeaseLost`, and thereby ends the transaction, unless all of
 * them are still held under the claims' epochs.
 */
export const advance = async (db: Db, advances: readonly Advance[], session: ClientSession): Promise<void> => {
  const touches = advances.map(({ claim, position }) => ({ claim, partitions: [...claim.epochs.keys()], update: { $max: { position }, $inc: { commits: 1 } } }));
  await touch(db, touches, session);
};

/** Makes a transaction conflict with any take-over of the partition without moving its position. Throws `LeaseLost`. */
export const holdOn = async (db: Db, claim: Claim, partition: number, session: ClientSession): Promise<void> => {
  await touch(db, [{ claim, partitions: [partition], update: { $inc: { commits: 1 } } }], session);
};

interface Touch {
  readonly claim: Claim;
  readonly partitions: readonly number[];
  readonly update: UpdateFilter<PartitionDocument>;
}

/** Updates partitions that are held under the claims' epochs: all of them, or throws `LeaseLost`. */
const touch = async (db: Db, touches: readonly Touch[], session: ClientSession): Promise<void> => {
  const { matchedCount } = await partitionCollection(db).bulkWrite(touches.flatMap(updatesOf), { ordered: false, session });
  const wanted = touches.reduce((sum, { partitions }) => sum + partitions.length, 0);
  if (matchedCount !== wanted) throw new LeaseLost(touches.map(({ claim }) => claim.consumer).join(', '));
};

/** One update for the partitions of each epoch. */
const updatesOf = ({ claim: { consumer, owner, epochs }, partitions, update }: Touch): { updateMany: { filter: Filter<PartitionDocument>; update: UpdateFilter<PartitionDocument> } }[] => {
  const idsByEpoch = new Map<number, string[]>();
  for (const partition of partitions) {
    const epoch = epochs.get(partition) ?? NEVER;
    idsByEpoch.set(epoch, [...(idsByEpoch.get(epoch) ?? []), partitionId(consumer, partition)]);
  }
  return [...idsByEpoch].map(([epoch, ids]) => ({ updateMany: { filter: { _id: { $in: ids }, owner, epoch }, update } }));
};
