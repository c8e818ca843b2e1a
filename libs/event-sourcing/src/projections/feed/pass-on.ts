import type { ClientSession, Db } from 'mongodb';
import { checkpointCollection, checkpointId, partitionCollection, reached, type CheckpointDocument, type PartitionDocument } from './checkpoints.js';
import { transact } from './transact.js';

/**
 * Passes partitions on to a worker, or to nobody, with how far they have come; whatever the worker that had them has under way for the consumer cannot be
 * finished. Answers those that were passed on: a partition that is not as it was seen any more is left alone.
 */
export const passOn = async (db: Db, seen: readonly PartitionDocument[], to: string | null): Promise<readonly PartitionDocument[]> => {
  if (seen.length === 0) return [];
  let passed: readonly PartitionDocument[] = [];
  await transact(db, [], async (session) => {
    const ended = await endFeeds(db, seen, session);
    passed = await passAll(db, seen, ended, to, session);
    await forgetIdle(db, ended, session);
  });
  return passed;
};

/** The id of the checkpoint of whoever has the partition. */
const feedOf = ({ consumer, owner }: PartitionDocument): string => checkpointId(consumer, owner ?? '');

const endFeeds = async (db: Db, seen: readonly PartitionDocument[], session: ClientSession): Promise<Map<string, CheckpointDocument>> => {
  const ended = new Map<string, CheckpointDocument>();
  for (const _id of new Set(seen.filter(({ owner }) => owner !== null).map(feedOf))) {
    const checkpoint = await checkpointCollection(db).findOneAndUpdate({ _id }, { $set: { feed: null }, $inc: { commits: 1 } }, { returnDocument: 'after', session });
    if (checkpoint !== null) ended.set(_id, checkpoint);
  }
  return ended;
};

const passAll = async (
  db: Db,
  seen: readonly PartitionDocument[],
  ended: ReadonlyMap<string, CheckpointDocument>,
  to: string | null,
  session: ClientSession,
): Promise<readonly PartitionDocument[]> => {
  const updates = seen.map((partition) => {
    const { _id, epoch, owner } = partition;
    // Never back: it may have come further since it was seen.
    const update = { $set: { owner: to }, $inc: { epoch: 1 }, $max: { position: reached(partition, ended.get(feedOf(partition))) } };
    return { updateOne: { filter: { _id, epoch, owner }, update } };
  });
  await partitionCollection(db).bulkWrite(updates, { ordered: false, session });
  const epochs = new Map(seen.map(({ _id, epoch }) => [_id, epoch + 1]));
  const found = await partitionCollection(db).find({ _id: { $in: [...epochs.keys()] }, owner: to }, { session }).toArray();
  return found.filter(({ _id, epoch }) => epochs.get(_id) === epoch);
};

/** Deletes the checkpoints of those that have no partition of the consumer left. */
const forgetIdle = async (db: Db, checkpoints: ReadonlyMap<string, CheckpointDocument>, session: ClientSession): Promise<void> => {
  for (const [_id, { consumer, owner }] of checkpoints) {
    const left = await partitionCollection(db).countDocuments({ consumer, owner }, { limit: 1, session });
    if (left === 0) await checkpointCollection(db).deleteOne({ _id }, { session });
  }
};
