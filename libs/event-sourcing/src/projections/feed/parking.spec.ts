import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Db, ObjectId } from 'mongodb';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { StoreUnavailable } from '../../domain/errors.js';
import { EventSchemas } from '../../log/schemas.js';
import { documentConsumer } from '../document-consumer.js';
import { logConsumer } from '../log-consumer.js';
import { parcelLog, parcels, type ParcelEvent, type ParcelRow } from '../parcels.fixture.js';
import { waitForPosition } from '../wait-for-position.js';
import type { BatchConsumer } from './batch-consumer.js';
import { partitionCollection } from './checkpoints.js';
import { FeedBed, until } from './feed-bed.fixture.js';
import { NotParked, listParked, parkingRequest, retryParked, skipParked, type ParkingOrder, type ParkingRequest } from './parking.js';

const weighed = (parcel: string, grams: number): ParcelEvent => ({ type: 'Weighed', data: { parcel, grams } });
const order: ParkingOrder = { by: 'user:olga', reason: 'the scale is mended', at: new Date('2026-03-01T08:00:00Z') };

/** A weight that no scale shows: the handler fails on it while the scale is broken. */
const POISON = 13;

describe('parking', () => {
  let bed: FeedBed;
  let scale: { fails: () => Error | undefined; attempts: number };

  beforeEach(async () => {
    scale = { fails: () => new Error('the scale is broken'), attempts: 0 };
    bed = await FeedBed.set({ eventStore: (options) => EmbeddedEventStore.start(options), mongo: (options) => EmbeddedMongo.start(options) });
  });
  afterEach(async () => {
    await bed.clear();
  });

  const onTheScale = (db: Db): BatchConsumer[] => [
    documentConsumer(db, {
      ...parcels,
      on: {
        ...parcels.on,
        Weighed: (row, event) => {
          if (event.data.grams === POISON) {
            scale.attempts += 1;
            const failure = scale.fails();
            if (failure !== undefined) throw failure;
          }
          return parcels.on.Weighed?.(row, event);
        },
      },
    }),
  ];
  const applied = (position: number): Promise<void> => waitForPosition(bed.db, 'parcels@1', position, { timeoutMs: 20_000 });
  const row = (parcel: string): Promise<(ParcelRow & { _id: string }) | null> => bed.db.collection<ParcelRow & { _id: string }>('parcels@1').findOne({ _id: parcel });
  const parkedTypes = async (): Promise<string[]> => (await listParked(bed.db)).map(({ key, state }) => `${key ?? '?'} ${state}`);
  const carriedOut = async (id: ObjectId): Promise<ParkingRequest> => {
    await until('the request is carried out', async () => (await parkingRequest(bed.db, id))?.pending.length === 0);
    return (await parkingRequest(bed.db, id))!;
  };

  it('parks an event that keeps failing and what follows under its key, and goes on with the rest', async () => {
    bed.start({ consumers: onTheScale });
    await applied(await bed.append([weighed('p', 1), weighed('p', POISON), weighed('q', 2), weighed('p', 3), weighed('q', 4)]));
    await applied(await bed.append([weighed('p', 5), weighed('q', 6)]));

    expect(await row('p')).toMatchObject({ grams: 1, changes: 1 });
    expect(await row('q')).toMatchObject({ grams: 6, changes: 3 });
    const parked = await listParked(bed.db, { consumer: 'parcels@1' });
    expect(parked).toMatchObject([
      { key: 'p', state: 'failed', stream: 'parcel-p', revision: 1, type: 'Weighed', error: 'Error: the scale is broken' },
      { key: 'p', state: 'behind', revision: 2 },
      { key: 'p', state: 'behind', revision: 3 },
    ]);
    expect(scale.attempts).toBeGreaterThanOrEqual(4);
  });

  it('applies what was parked, in order, once the cause is gone and somebody asks for it', async () => {
    bed.start({ consumers: onTheScale });
    await applied(await bed.append([weighed('p', 1), weighed('p', POISON), weighed('p', 3), weighed('p', 5), weighed('r', POISON)]));
    const [failed] = await listParked(bed.db, { key: 'p' });

    const stillBroken = await carriedOut(await retryParked(bed.db, 'parcels@1', failed!.eventId, order));
    expect(stillBroken.outcomes).toMatchObject([{ applied: 0 }]);
    expect(await parkedTypes()).toEqual(['p failed', 'p behind', 'p behind', 'r failed']);

    scale.fails = () => undefined;
    const mended = await carriedOut(await retryParked(bed.db, 'parcels@1', failed!.eventId, order));
    expect(mended.outcomes).toMatchObject([{ applied: 3 }]);
    expect(mended).toMatchObject({ by: 'user:olga', reason: 'the scale is mended' });
    expect(await row('p')).toMatchObject({ grams: 5, changes: 4 });
    expect(await parkedTypes()).toEqual(['r failed']);

    await applied(await bed.append([weighed('p', 7)]));
    expect(await row('p')).toMatchObject({ grams: 7, changes: 5 });
  });

  it('leaves a failed event out on somebody’s word, keeps who and why, and applies what waited behind it', async () => {
    bed.start({ consumers: onTheScale });
    await applied(await bed.append([weighed('p', 1), weighed('p', POISON), weighed('p', 3)]));
    const [failed, behind] = await listParked(bed.db);
    await expect(skipParked(bed.db, 'parcels@1', behind!.eventId, order)).rejects.toBeInstanceOf(NotParked);

    const request = await carriedOut(await skipParked(bed.db, 'parcels@1', failed!.eventId, order));
    expect(request.outcomes).toMatchObject([{ applied: 1, parked: 0 }]);
    expect(await row('p')).toMatchObject({ grams: 3, changes: 2 });
    expect(await listParked(bed.db)).toEqual([]);
    expect(await listParked(bed.db, { skipped: true })).toMatchObject([{ eventId: failed!.eventId, skipped: { by: 'user:olga', reason: 'the scale is mended' } }]);
    await expect(retryParked(bed.db, 'parcels@1', failed!.eventId, order)).rejects.toBeInstanceOf(NotParked);
  });

  it('keeps what is parked over a change of workers', async () => {
    const first = bed.start({ consumers: onTheScale });
    await applied(await bed.append([weighed('p', POISON), weighed('p', 3)]));
    await first.stop();
    scale.fails = () => undefined;
    bed.start({ consumers: onTheScale });
    await applied(await bed.append([weighed('p', 5)]));
    expect(await parkedTypes()).toEqual(['p failed', 'p behind', 'p behind']);
    const [failed] = await listParked(bed.db);
    await carriedOut(await retryParked(bed.db, 'parcels@1', failed!.eventId, order));
    expect(await row('p')).toMatchObject({ grams: 5, changes: 3 });
  });

  it('lets a stream wait behind an event that cannot be read, until a release that can is asked to retry', async () => {
    const old = bed.start({ consumers: onTheScale });
    await bed.append([weighed('p', 1)]);
    await bed.append([weighed('p', 20)], 2);
    await applied(await bed.append([weighed('p', 30), weighed('q', 2)]));
    expect(await row('p')).toMatchObject({ grams: 1 });
    expect(await row('q')).toMatchObject({ grams: 2 });
    const parked = await listParked(bed.db);
    expect(parked.filter(({ key }) => key === undefined)).toHaveLength(8);
    expect(parked.filter(({ key }) => key === 'p')).toMatchObject([{ state: 'behind', revision: 2 }]);
    expect(parked[0]?.error).toContain('schema version 2');
    await old.stop();

    bed.start({ consumers: onTheScale, log: bed.logWith(new EventSchemas({ Weighed: { upcasters: [(data) => ({ ...data })] } })) });
    const request = await carriedOut(await retryParked(bed.db, 'parcels@1', parked[0]!.eventId, order));
    expect(request.outcomes.reduce((sum, outcome) => sum + outcome.applied, 0)).toBe(9);
    expect(await row('p')).toMatchObject({ grams: 30, changes: 3 });
    expect(await listParked(bed.db)).toEqual([]);
  });

  it('waits for a store that is away instead of blaming the event', async () => {
    const failures: unknown[] = [];
    scale.fails = () => (failures.length < 5 ? new StoreUnavailable('EventStoreDB', 1) : undefined);
    bed.start({ consumers: onTheScale, observer: { interrupted: (_, error) => void failures.push(error) } });
    await applied(await bed.append([weighed('p', POISON)]));
    expect(failures.every((failure) => failure instanceof StoreUnavailable)).toBe(true);
    expect(await row('p')).toMatchObject({ grams: POISON, changes: 1 });
    expect(await listParked(bed.db)).toEqual([]);
  });

  it('parks an event whose document the store refuses', async () => {
    const unique = (db: Db): BatchConsumer[] => [documentConsumer(db, { ...parcels, indexes: [{ fields: { grams: 1 }, unique: true }] })];
    bed.start({ consumers: unique });
    await applied(await bed.append([weighed('p', 1), weighed('q', 2), weighed('r', 1), weighed('s', 3)]));
    expect(await listParked(bed.db)).toMatchObject([{ key: 'r', state: 'failed', error: expect.stringContaining('E11000') }]);
    expect(await row('s')).toMatchObject({ grams: 3 });
    expect(await partitionCollection(bed.db).countDocuments({ consumer: 'parcels@1' })).toBe(8);
  });

  it('holds nobody else up by what the store refuses of one consumer', async () => {
    const both = (db: Db): BatchConsumer[] => [documentConsumer(db, { ...parcels, indexes: [{ fields: { grams: 1 }, unique: true }] }), logConsumer(db, parcelLog)];
    bed.start({ consumers: both });
    const position = await bed.append([weighed('p', 1), weighed('q', 2), weighed('r', 1), weighed('s', 3)]);
    await applied(position);
    await waitForPosition(bed.db, 'parcel-log@1', position, { timeoutMs: 20_000 });
    expect(await parkedTypes()).toEqual(['r failed']);
    expect(await bed.db.collection('parcel-log@1').countDocuments()).toBe(4);
  });
});
