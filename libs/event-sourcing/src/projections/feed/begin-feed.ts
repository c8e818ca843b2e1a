import { randomUUID } from 'node:crypto';
import type { ClientSession, Db } from 'mongodb';
import { checkpointCollection, checkpointId, partitionCollection, partitionId, reached, type Claim, type FeedClaim, type PartitionDocument } from './checkpoints.js';
import { LeaseLost } from './store-errors.js';
import { transact } from './transact.js';

/** A feed about to work: what it may commit under, and how far each of its partitions has come. */
export interface BegunFeed {
  readonly claim: FeedClaim;
  readonly positions: ReadonlyMap<number, number>;
}

/**
 * Begins a feed under a claim, in place of the one before it: what that one still has under way cannot be finished any more. Throws `LeaseLost` unless all
 * partitions are still held under the claim's epochs.
 */
export const beginFeed = async (db: Db, claim: Claim): Promise<BegunFeed> => {
  const feed = randomUUID();
  let positions: ReadonlyMap<number, number> = new Map();
  await transact(db, [claim], async (session) => {
    positions = await takeUp(db, claim, session);
    const { consumer, owner, epochs } = claim;
    const leases = [...epochs].map(([partition, epoch]) => ({ partition, epoch }));
    const checkpoint = { consumer, owner, feed, leases, position: Math.min(...positions.values()), commits: 0 };
    await checkpointCollection(db).replaceOne({ _id: checkpointId(consumer, owner) }, checkpoint, { upsert: true, session });
  });
  return { claim: { ...claim, feed }, positions };
};

/** Notes in each partition how far it has come, since the new checkpoint begins with the one that is furthest behind. */
const takeUp = async (db: Db, claim: Claim, session: ClientSession): Promise<Map<number, number>> => {
  const { consumer, owner, epochs } = claim;
  const checkpoint = await checkpointCollection(db).findOne({ _id: checkpointId(consumer, owner) }, { session });
  const partitions = (await partitionCollection(db).find({ _id: { $in: idsOf(claim) } }, { session }).toArray()).filter((document) => isHeld(claim, document));
  if (partitions.length !== epochs.size) throw new LeaseLost(consumer);
  const come = partitions.map((document) => ({ ...document, position: reached(document, checkpoint) }));
  const updates = come.map(({ _id, epoch, position }) => ({ updateOne: { filter: { _id, owner, epoch }, update: { $max: { position }, $inc: { feeds: 1 } } } }));
  await partitionCollection(db).bulkWrite(updates, { ordered: false, session });
  return new Map(come.map(({ partition, position }) => [partition, position]));
};

const idsOf = ({ consumer, epochs }: Claim): string[] => [...epochs.keys()].map((partition) => partitionId(consumer, partition));

const isHeld = (claim: Claim, { owner, partition, epoch }: PartitionDocument): boolean => owner === claim.owner && claim.epochs.get(partition) === epoch;
