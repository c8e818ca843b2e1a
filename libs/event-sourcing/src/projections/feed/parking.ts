import { ObjectId, type Collection, type Db } from 'mongodb';

/** An event that could not be applied, or that waits behind one that could not. Its data stay in the log. */
export interface ParkedEvent {
  /** `<consumer>#<partition>/<event id>` */
  readonly _id: string;
  readonly consumer: string;
  readonly partition: number;
  /** What it waits or makes others wait under. Absent when it cannot be told: then it is parked in every partition, and its whole stream waits. */
  readonly key?: string;
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  /** `failed`: it was tried; `behind`: it waits for an earlier event; `skipped`: left out for ever, on somebody's word. */
  readonly state: 'failed' | 'behind' | 'skipped';
  /** Why it could not be applied. */
  readonly error?: string;
  readonly parkedAt: Date;
  readonly skipped?: { readonly by: string; readonly reason: string; readonly at: Date };
}

/** Who asks for a parked event to be retried or skipped, why and when (real time); kept for ever. */
export interface ParkingOrder {
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
}

/** What has come of a request in one partition. */
export interface ParkingOutcome {
  readonly partition: number;
  /** Events applied. */
  readonly applied: number;
  /** Events of the partition that are still parked. */
  readonly parked: number;
}

/** Asks for something to be done with a parked event; carried out, in order of asking, by the workers that hold the partitions. */
export interface ParkingRequest extends ParkingOrder {
  readonly _id: ObjectId;
  readonly consumer: string;
  readonly action: 'retry' | 'skip';
  readonly eventId: string;
  /** The event's key; absent when it has none. */
  readonly key?: string;
  /** Partitions in which it is still to be carried out; empty when done. */
  readonly pending: readonly number[];
  readonly outcomes: readonly ParkingOutcome[];
}

/** No such event is waiting: never parked, already applied, already skipped, or (for a skip) only waiting behind another that failed. */
export class NotParked extends Error {
  override readonly name = 'NotParked';

  constructor(
    readonly consumer: string,
    readonly eventId: string,
  ) {
    super(`event ${eventId} is not parked by ${consumer}`);
  }
}

export const parkedCollection = (db: Db): Collection<ParkedEvent> => db.collection<ParkedEvent>('parked');
export const parkingRequestCollection = (db: Db): Collection<ParkingRequest> => db.collection<ParkingRequest>('parkingRequests');

/** Selects the parked events that wait for somebody. */
export const WAITING = { state: { $in: ['failed', 'behind'] as ParkedEvent['state'][] } };

/** Creates the collections and indexes of parking where they are missing. Idempotent. */
export const ensureParking = async (db: Db): Promise<void> => {
  await parkedCollection(db).createIndex({ consumer: 1, partition: 1, position: 1 });
  await parkingRequestCollection(db).createIndex({ consumer: 1, pending: 1 });
};

/** Parked events, first in the log first, at most `limit`: those that wait, or those that were skipped. */
export const listParked = (
  db: Db,
  { consumer, key, skipped = false, limit = 100 }: { consumer?: string; key?: string; skipped?: boolean; limit?: number } = {},
): Promise<ParkedEvent[]> =>
  parkedCollection(db)
    .find({ ...(consumer !== undefined && { consumer }), ...(key !== undefined && { key }), ...(skipped ? { state: 'skipped' } : WAITING) })
    .sort({ position: 1, partition: 1 })
    .limit(limit)
    .toArray();

/** Asks for the event, and what is parked under its key, to be applied again in order. Returns the request's id. Throws `NotParked`. */
export const retryParked = (db: Db, consumer: string, eventId: string, order: ParkingOrder): Promise<ObjectId> =>
  ask(db, 'retry', consumer, eventId, order);

/** Asks for a failed event to be left out for ever and for what waits behind it to be applied. Returns the request's id. Throws `NotParked`. */
export const skipParked = (db: Db, consumer: string, eventId: string, order: ParkingOrder): Promise<ObjectId> =>
  ask(db, 'skip', consumer, eventId, order);

/** What has become of a request; null for an unknown id. */
export const parkingRequest = (db: Db, id: ObjectId): Promise<ParkingRequest | null> => parkingRequestCollection(db).findOne({ _id: id });

const ask = async (db: Db, action: ParkingRequest['action'], consumer: string, eventId: string, order: ParkingOrder): Promise<ObjectId> => {
  const copies = await parkedCollection(db)
    .find({ consumer, eventId, ...(action === 'skip' ? { state: 'failed' as const } : WAITING) })
    .toArray();
  const [first] = copies;
  if (first === undefined) throw new NotParked(consumer, eventId);
  const _id = new ObjectId();
  await parkingRequestCollection(db).insertOne({
    _id,
    consumer,
    action,
    eventId,
    ...(first.key !== undefined && { key: first.key }),
    by: order.by,
    reason: order.reason,
    at: order.at,
    pending: copies.map(({ partition }) => partition),
    outcomes: [],
  });
  return _id;
};
