import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedEventStore } from '#embedded-eventstore';
import { EmbeddedMongo } from '#embedded-mongo';
import { documentConsumer } from './document-consumer.js';
import { FeedBed } from './feed/feed-bed.fixture.js';
import { parcels, type ParcelEvent, type ParcelRow } from './parcels.fixture.js';
import { ProjectionBehind, waitForPosition } from './wait-for-position.js';

const weighed = (parcel: string, grams: number): ParcelEvent => ({ type: 'Weighed', data: { parcel, grams } });

describe('waiting for a position', () => {
  let bed: FeedBed;

  beforeEach(async () => {
    bed = await FeedBed.set({ eventStore: (options) => EmbeddedEventStore.start(options), mongo: (options) => EmbeddedMongo.start(options) });
  });
  afterEach(async () => {
    await bed.clear();
  });

  it('lets everyone read what they wrote, each under its own key', async () => {
    bed.start({ consumers: (db) => [documentConsumer(db, parcels)] });
    const names = Array.from({ length: 30 }, (_, index) => `p${index}`);
    await Promise.all(
      names.map(async (parcel, index) => {
        const position = await bed.append([weighed(parcel, index + 1)]);
        await waitForPosition(bed.db, 'parcels@1', position, { key: parcel, timeoutMs: 20_000 });
        expect(await bed.db.collection<ParcelRow & { _id: string }>('parcels@1').findOne({ _id: parcel })).toMatchObject({ grams: index + 1 });
      }),
    );
  });

  it('tells how far the consumer is when the time is up', async () => {
    const worker = bed.start({ consumers: (db) => [documentConsumer(db, parcels)] });
    const reached = await bed.append([weighed('p', 1)]);
    await waitForPosition(bed.db, 'parcels@1', reached, { timeoutMs: 20_000 });
    await worker.stop();
    const position = await bed.append([weighed('p', 2)]);
    const failure: unknown = await waitForPosition(bed.db, 'parcels@1', position, { timeoutMs: 50 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProjectionBehind);
    expect(failure).toMatchObject({ consumer: 'parcels@1', position });
    expect((failure as ProjectionBehind).reached).toBeGreaterThanOrEqual(reached);
    expect((failure as ProjectionBehind).reached).toBeLessThan(position);
  });

  it('ends with the reason of the caller who no longer waits', async () => {
    const leaving = new AbortController();
    const waiting = waitForPosition(bed.db, 'unknown@1', 1, { timeoutMs: 20_000, signal: leaving.signal });
    leaving.abort(new Error('the request was closed'));
    await expect(waiting).rejects.toThrow('the request was closed');
  });

  it('fails when MongoDB is away', async () => {
    await bed.stopStore('mongo');
    const failure: unknown = await waitForPosition(bed.db, 'parcels@1', 1, { timeoutMs: 20_000 }).catch((error: unknown) => error);
    await bed.startStore('mongo');
    expect(failure).toMatchObject({ name: 'MongoServerSelectionError' });
  });
});
