import type { Db } from 'mongodb';
import type { Clock } from '../../domain/clock.js';
import type { Recorded } from '../../domain/event.js';
import type { BatchApplier } from './apply-batch.js';
import type { BatchConsumer, KeyedEvent } from './batch-consumer.js';
import { Blocked } from './blocked.js';
import { writeFor, type FeedClaim } from './checkpoints.js';
import type { FeedLog } from './feed-context.js';
import { WAITING, parkedCollection, parkingRequestCollection, type ParkedEvent, type ParkingOutcome, type ParkingRequest } from './parking.js';
import { partitionOf } from './partition.js';
import { Remembered } from './remembered.js';
import { messageOf } from './sort-entries.js';

/** The feed whose parked events are dealt with, and what that takes. */
export interface ParkingContext {
  readonly db: Db;
  /** Where a parked event is read again. */
  readonly log: Pick<FeedLog, 'readStream'>;
  readonly clock: Clock;
  readonly consumer: BatchConsumer;
  readonly claim: FeedClaim;
  readonly applier: BatchApplier;
}

/**
 * Carries out what was asked for about parked events of the claim's partitions, first asked first. Each step is repeated safely when it was cut
 * short. Throws only what is no event's fault.
 */
export const carryOutRequests = async (context: ParkingContext): Promise<void> => {
  const { db, consumer, claim, applier } = context;
  const mine = [...claim.epochs.keys()];
  const requests = await parkingRequestCollection(db)
    .find({ consumer: consumer.name, pending: { $in: mine } })
    .sort({ _id: 1 })
    .toArray();
  for (const request of requests) {
    for (const partition of request.pending.filter((pending) => mine.includes(pending))) {
      if (request.action === 'skip') await skip(context, request, partition);
      const outcome = await retry(context, request, partition);
      await parkingRequestCollection(db).updateOne({ _id: request._id }, { $pull: { pending: partition }, $push: { outcomes: outcome } });
    }
  }
  if (requests.length > 0) await applier.reviewParked();
};

const skip = ({ db, consumer, claim, clock, applier }: ParkingContext, { eventId, by, reason }: ParkingRequest, partition: number): Promise<void> =>
  applier.transact(async (session) => {
    await writeFor(db, claim, [], session);
    const skipped = { by, reason, at: clock.now() };
    await parkedCollection(db).updateOne(
      { consumer: consumer.name, partition, eventId, state: 'failed' },
      { $set: { state: 'skipped', skipped } },
      { session },
    );
  });

/** Goes through the partition's parked events in log order and applies those in question: of the request's key, or all if the key could not be told. */
const retry = async (context: ParkingContext, { key }: ParkingRequest, partition: number): Promise<ParkingOutcome> => {
  const waiting = await parkedCollection(context.db)
    .find({ consumer: context.consumer.name, partition, ...WAITING })
    .sort({ position: 1 })
    .toArray();
  const blocked = new Blocked();
  let applied = 0;
  for (const parked of waiting) {
    const inQuestion = key === undefined || parked.key === key;
    if (inQuestion && !blocked.holds(parked) && (await applyAgain(context, parked, blocked))) applied += 1;
    else blocked.add(parked);
  }
  return { partition, applied, parked: waiting.length - applied };
};

/** Applies one parked event, unless the key it turns out to have is blocked; tells whether it is parked no longer. */
const applyAgain = async (context: ParkingContext, parked: ParkedEvent, blocked: Blocked): Promise<boolean> => {
  const { db, consumer, claim, applier } = context;
  try {
    const event = await readAgain(context, parked);
    const key = consumer.keyOf(event);
    if (parked.key === undefined && key !== undefined && blocked.holds({ key, stream: parked.stream })) return false;
    // What was parked everywhere for want of a key belongs to one partition at most; the others have nothing to apply.
    const isHere = key !== undefined && partitionOf(key, consumer.partitions) === parked.partition;
    const keyed: KeyedEvent[] = isHere ? [{ event, key, partition: parked.partition, late: true }] : [];
    const writes = keyed.length > 0 ? await consumer.prepare(keyed, new Remembered()) : [];
    await applier.transact(async (session) => {
      await writeFor(db, claim, writes, session);
      await parkedCollection(db).deleteOne({ _id: parked._id }, { session });
    });
    return true;
  } catch (error) {
    if (applier.mustGiveUp(error)) throw error;
    await parkedCollection(db).updateOne({ _id: parked._id }, { $set: { state: 'failed', error: messageOf(error) } });
    return false;
  }
};

const readAgain = async ({ log }: ParkingContext, { stream, revision }: ParkedEvent): Promise<Recorded> => {
  const [event] = await log.readStream(stream, revision, 1);
  if (event === undefined) throw new Error(`${stream} has no event at revision ${revision} any more`);
  return event;
};
