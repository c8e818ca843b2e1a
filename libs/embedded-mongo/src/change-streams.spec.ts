import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangeStream, Collection, Document } from 'mongodb';
import { startFixture, type Fixture } from './server.fixture.js';

let fixture: Fixture;
let orders: Collection<Document>;
const open: ChangeStream[] = [];

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(async () => {
  await Promise.all(open.map((stream) => stream.close()));
  await fixture.close();
});

beforeEach(async () => {
  orders = fixture.db.collection(`orders${String(open.length)}`);
  await orders.insertOne({ no: 'before' });
});

/** Opens a stream and makes sure that the server has it before anything is changed. */
async function watch(pipeline: Document[] = [], options = {}): Promise<ChangeStream> {
  const stream = orders.watch(pipeline, { maxAwaitTimeMS: 50, ...options });
  open.push(stream);
  await stream.tryNext();
  return stream;
}

describe('a change stream', () => {
  it('reports inserts, updates, replacements and deletions in order', async () => {
    const stream = await watch();
    await orders.insertOne({ no: 'a', address: { city: 'Ningbo', zip: '315000' } });
    await orders.updateOne({ no: 'a' }, { $set: { 'address.city': 'Hangzhou' }, $unset: { 'address.zip': '' } });
    await orders.updateOne({ no: 'a' }, [{ $set: { total: { $add: [1, 1] } } }]);
    await orders.replaceOne({ no: 'a' }, { no: 'b' });
    await orders.deleteOne({ no: 'b' });
    const events = [await stream.next(), await stream.next(), await stream.next(), await stream.next(), await stream.next()];
    expect(events.map(({ operationType }) => operationType)).toEqual(['insert', 'update', 'update', 'replace', 'delete']);
    expect(events[0]).toMatchObject({ fullDocument: { no: 'a' }, ns: { db: 'trade', coll: orders.collectionName } });
    expect(events[1]).toMatchObject({ updateDescription: { updatedFields: { 'address.city': 'Hangzhou' }, removedFields: ['address.zip'] } });
    expect(events[2]).toMatchObject({ updateDescription: { updatedFields: { total: 2 }, removedFields: [] } });
  });

  it('looks up the document of an update and filters by its pipeline', async () => {
    const stream = await watch([{ $match: { 'fullDocument.status': 'SENT' } }], { fullDocument: 'updateLookup' });
    await orders.updateOne({ no: 'before' }, { $set: { status: 'DRAFT' } });
    await orders.updateOne({ no: 'before' }, { $set: { status: 'SENT' } });
    expect(await stream.next()).toMatchObject({ operationType: 'update', fullDocument: { no: 'before', status: 'SENT' } });
  });

  it('goes on after a resume token without missing or repeating a change', async () => {
    const stream = await watch();
    await orders.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const first = await stream.next();
    const resumed = orders.watch([], { resumeAfter: first._id });
    open.push(resumed);
    expect([await resumed.next(), await resumed.next()]).toMatchObject([{ fullDocument: { n: 2 } }, { fullDocument: { n: 3 } }]);
  });

  it('shows a transaction when it commits, and nothing of one that aborts', async () => {
    const stream = await watch();
    const session = fixture.client.startSession();
    session.startTransaction();
    await orders.insertOne({ no: 'aborted' }, { session });
    await session.abortTransaction();
    await session.withTransaction(() => orders.insertOne({ no: 'committed' }, { session }));
    await session.endSession();
    expect(await stream.next()).toMatchObject({ fullDocument: { no: 'committed' } });
  });

  it('waits for a change that comes later', async () => {
    const stream = await watch();
    const next = stream.next();
    await orders.insertOne({ no: 'later' });
    expect(await next).toMatchObject({ fullDocument: { no: 'later' } });
  });

  it('ends with what it watches: a collection that is dropped or renamed, a database that is dropped', async () => {
    const own = fixture.client.db('ending');
    await own.collection('first').insertOne({});
    const streams = [own.collection('first').watch([], { maxAwaitTimeMS: 50 }), own.watch([], { maxAwaitTimeMS: 50 })];
    open.push(...streams);
    for (const stream of streams) await stream.tryNext();
    await own.collection('first').rename('second');
    await own.dropDatabase();
    const [ofCollection, ofDatabase] = await Promise.all(streams.map(async (stream) => {
      const types: string[] = [];
      while (types[types.length - 1] !== 'invalidate') types.push((await stream.next()).operationType);
      return types;
    }));
    expect(ofCollection).toEqual(['rename', 'invalidate']);
    expect(ofDatabase).toEqual(['rename', 'drop', 'dropDatabase', 'invalidate']);
  });

  it('refuses a pipeline that takes its resume token away, and what it cannot report', async () => {
    const stream = await watch([{ $project: { _id: 0 } }]);
    await orders.insertOne({});
    await expect(stream.next()).rejects.toMatchObject({ code: 280 });
    await expect(watch([{ $unheardOf: 1 }])).rejects.toMatchObject({ code: 40324 });
    await expect(watch([], { showExpandedEvents: true })).rejects.toMatchObject({ code: 238 });
  });
});
