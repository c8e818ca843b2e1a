import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal128, Double, GridFSBucket, Int32, Long, MongoClient, ObjectId, type Collection, type Db, type Document } from 'mongodb';
import { DirectoryInUseError } from './storage/database.js';
import { EmbeddedMongo } from './embedded-mongo.js';
import { newDirectory, startFixture, type Fixture } from './server.fixture.js';

let fixture: Fixture;
let client: MongoClient;
let db: Db;
let orders: Collection<Document>;

beforeAll(async () => {
  fixture = await startFixture();
  ({ client, db } = fixture);
});

afterAll(() => fixture.close());

beforeEach(async () => {
  await db.dropDatabase();
  orders = db.collection('orders');
});

describe('documents', () => {
  it('come back with the BSON types they were stored with', async () => {
    const document = { _id: new ObjectId(), amount: Decimal128.fromString('12.30'), weight: new Double(5), pieces: new Int32(7), serial: Long.fromString('9007199254740993'), at: new Date(0) };
    await orders.insertOne(document);
    expect(await orders.findOne({ _id: document._id }, { promoteValues: false, promoteLongs: false })).toEqual(document);
  });

  it('keep the types of the fields an update leaves alone', async () => {
    await orders.insertOne({ _id: new ObjectId(), no: 'a', weight: new Double(5), serial: Long.fromNumber(3) });
    await orders.updateOne({ no: 'a' }, { $set: { status: 'SENT' }, $inc: { serial: 1 } });
    const found = await orders.findOne({ no: 'a' }, { promoteValues: false, promoteLongs: false });
    expect(found).toMatchObject({ weight: new Double(5), serial: Long.fromNumber(4), status: 'SENT' });
  });

  it('are replaced, upserted and deleted', async () => {
    const upserted = await orders.updateOne({ no: 'a' }, { $set: { lines: 2 }, $setOnInsert: { version: 1 } }, { upsert: true });
    expect(upserted.upsertedCount).toBe(1);
    expect(await orders.findOneAndReplace({ no: 'a' }, { no: 'a', lines: 3 }, { returnDocument: 'after', projection: { _id: 0 } })).toEqual({ no: 'a', lines: 3 });
    expect((await orders.deleteMany({ no: 'a' })).deletedCount).toBe(1);
    expect(await orders.countDocuments()).toBe(0);
  });
});

describe('a cursor', () => {
  it('delivers more documents than a batch holds, in order', async () => {
    await orders.insertMany(Array.from({ length: 2500 }, (_, n) => ({ _id: n as unknown as ObjectId, n })));
    const all = await orders.find({ n: { $gte: 100 } }).sort({ n: -1 }).batchSize(300).toArray();
    expect(all.map(({ n }) => n as number)).toEqual(Array.from({ length: 2400 }, (_, i) => 2499 - i));
  });
});

describe('a unique index', () => {
  it('refuses a duplicate and names key and value; the other documents of an unordered insert go in', async () => {
    await orders.createIndex({ no: 1 }, { unique: true });
    const attempt = orders.insertMany([{ no: 'a' }, { no: 'a' }, { no: 'b' }], { ordered: false });
    await expect(attempt).rejects.toMatchObject({ code: 11000, writeErrors: [{ index: 1 }] });
    await expect(orders.insertOne({ no: 'b' })).rejects.toMatchObject({ code: 11000, keyPattern: { no: 1 }, keyValue: { no: 'b' } });
    expect(await orders.countDocuments()).toBe(2);
  });
});

describe('a transaction', () => {
  it('shows its writes to itself at once and to others when it commits', async () => {
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await orders.insertOne({ no: 'a' }, { session });
        expect(await orders.countDocuments({ no: 'a' }, { session })).toBe(1);
        expect(await orders.countDocuments({ no: 'a' })).toBe(0);
      }),
    );
    expect(await orders.countDocuments({ no: 'a' })).toBe(1);
  });

  it('leaves nothing behind when it aborts', async () => {
    const session = client.startSession();
    session.startTransaction();
    await orders.insertOne({ no: 'a' }, { session });
    await session.abortTransaction();
    await session.endSession();
    expect(await orders.countDocuments()).toBe(0);
  });

  it('keeps reading its snapshot while others write', async () => {
    await orders.insertMany([{ no: 'a', v: 1 }, { no: 'b', v: 1 }]);
    const session = client.startSession();
    session.startTransaction();
    expect(await orders.findOne({ no: 'a' }, { session })).toMatchObject({ v: 1 });
    await orders.updateOne({ no: 'b' }, { $set: { v: 2 } });
    expect(await orders.findOne({ no: 'b' }, { session })).toMatchObject({ v: 1 });
    await session.commitTransaction();
    await session.endSession();
    expect(await orders.findOne({ no: 'b' })).toMatchObject({ v: 2 });
  });

  it('fails with WriteConflict, to be retried, when another one wrote the document first', async () => {
    await orders.insertOne({ no: 'a', v: 1 });
    const [first, second] = [client.startSession(), client.startSession()];
    first.startTransaction();
    second.startTransaction();
    await orders.updateOne({ no: 'a' }, { $inc: { v: 1 } }, { session: first });
    const attempt = orders.updateOne({ no: 'a' }, { $inc: { v: 1 } }, { session: second });
    await expect(attempt).rejects.toMatchObject({ code: 112, errorLabels: ['TransientTransactionError'] });
    await first.commitTransaction();
    await Promise.all([first.endSession(), second.endSession()]);
    expect(await orders.findOne({ no: 'a' })).toMatchObject({ v: 2 });
  });

  it('confirms a commit that is repeated', async () => {
    const session = client.startSession();
    session.startTransaction();
    await orders.insertOne({ no: 'a' }, { session });
    const repeat = { commitTransaction: 1, lsid: session.id, txnNumber: Long.fromNumber(session.serverSession.txnNumber), autocommit: false };
    await session.commitTransaction();
    expect(await client.db('admin').command(repeat)).toMatchObject({ ok: 1 });
    await session.endSession();
    expect(await orders.countDocuments()).toBe(1);
  });

  it('ends with its session, and lets go of its documents', async () => {
    await orders.insertOne({ no: 'a', v: 1 });
    const session = client.startSession();
    session.startTransaction();
    await orders.updateOne({ no: 'a' }, { $inc: { v: 10 } }, { session });
    const outside = orders.updateOne({ no: 'a' }, { $inc: { v: 100 } });
    await client.db('admin').command({ endSessions: [session.id] });
    await outside;
    expect(await orders.findOne({ no: 'a' })).toMatchObject({ v: 101 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    await session.endSession();
  });

  it('waits no longer than maxTimeMS', async () => {
    await orders.insertOne({ no: 'a' });
    const session = client.startSession();
    session.startTransaction();
    await orders.updateOne({ no: 'a' }, { $set: { v: 1 } }, { session });
    const impatient = db.command({ update: 'orders', updates: [{ q: { no: 'a' }, u: { $set: { v: 2 } } }], maxTimeMS: 30 });
    await expect(impatient).rejects.toMatchObject({ code: 50 });
    await session.abortTransaction();
    await session.endSession();
  });

  it('sees two statements of different transactions apart, each with its own writes', async () => {
    const sessions = [client.startSession(), client.startSession()];
    for (const session of sessions) session.startTransaction();
    for (const [n, session] of sessions.entries()) await orders.insertOne({ n }, { session });
    for (const [n, session] of sessions.entries()) await orders.updateOne({ n }, { $set: { v: n } }, { session });
    for (const [n, session] of sessions.entries()) {
      expect(await orders.find({}, { session, projection: { _id: 0 } }).toArray()).toEqual([{ n, v: n }]);
    }
    for (const session of sessions) await session.commitTransaction();
    for (const session of sessions) await session.endSession();
    expect(await orders.estimatedDocumentCount()).toBe(2);
  });

  it('makes a write outside it wait for its end', async () => {
    await orders.insertOne({ no: 'a', v: 1 });
    const session = client.startSession();
    session.startTransaction();
    await orders.updateOne({ no: 'a' }, { $inc: { v: 10 } }, { session });
    const outside = orders.updateOne({ no: 'a' }, { $inc: { v: 100 } });
    await session.commitTransaction();
    await outside;
    await session.endSession();
    expect(await orders.findOne({ no: 'a' })).toMatchObject({ v: 111 });
  });
});

describe('a write that is taken back', () => {
  const seen = async () => (await orders.find({ _id: { $in: [1, 2] as never[] } }).toArray()).map(({ v }) => v as number);
  const startWith = async (...values: number[]): Promise<void> => {
    await orders.insertMany(values.map((v, n) => ({ _id: (n + 1) as never, v })));
    await orders.updateMany({}, { $set: { kind: 'read' } });
    expect(await seen()).toEqual(values);
  };

  it('because it has to wait, shows nothing of itself meanwhile', async () => {
    await startWith(1, 2);
    const session = client.startSession();
    session.startTransaction();
    await orders.updateOne({ _id: 2 as never }, { $inc: { v: 10 } }, { session });
    const outside = orders.updateMany({}, { $inc: { v: 100 } });
    await db.command({ ping: 1 });
    expect(await seen()).toEqual([1, 2]);
    await session.commitTransaction();
    await outside;
    await session.endSession();
    expect(await seen()).toEqual([101, 112]);
  });

  it('with its collection is not seen in the next one', async () => {
    await startWith(1, 2);
    await orders.drop();
    await orders.insertMany([{ _id: 2 as never, v: 7 }]);
    expect(await seen()).toEqual([7]);
  });
});

describe('what the server does not know', () => {
  it('is refused by name', async () => {
    await expect(db.command({ shutdownEverything: 1 })).rejects.toMatchObject({ code: 59 });
    await expect(orders.find({ $where: 'true' }).toArray()).rejects.toMatchObject({ code: 238, message: expect.stringContaining('$where') });
    await expect(orders.aggregate([{ $nonsense: 1 }]).toArray()).rejects.toMatchObject({ code: 40324 });
    await expect(orders.aggregate([{ $geoNear: {} }]).toArray()).rejects.toMatchObject({ code: 238, message: expect.stringContaining('$geoNear') });
  });
});

describe('the data', () => {
  it('is there again after a restart', async () => {
    const own = newDirectory();
    const before = await EmbeddedMongo.start({ dataDir: own, port: 0 });
    const first = await MongoClient.connect(before.connectionString);
    await first.db('x').collection('y').createIndex({ n: 1 });
    await first.db('x').collection('y').insertMany([{ n: 1 }, { n: 2 }]);
    await first.close();
    await before.stop();
    const after = await EmbeddedMongo.start({ dataDir: own, port: 0 });
    const second = await MongoClient.connect(after.connectionString);
    expect(await second.db('x').collection('y').find({ n: { $gt: 1 } }, { projection: { _id: 0 } }).toArray()).toEqual([{ n: 2 }]);
    expect((await second.db('x').collection('y').indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
    await second.close();
    await after.stop();
    rmSync(own, { recursive: true, force: true });
  });

  it('is held by one server at a time, and the second is told by whom', async () => {
    const attempt = EmbeddedMongo.start({ dataDir: fixture.directory, port: 0 });
    await expect(attempt).rejects.toThrow(DirectoryInUseError);
    await expect(EmbeddedMongo.start({ dataDir: fixture.directory, port: 0 })).rejects.toThrow(`is in use by process ${String(process.pid)}`);
  });
});

describe('the address', () => {
  it('is loopback only, because there is no authentication', async () => {
    await expect(EmbeddedMongo.start({ dataDir: newDirectory(), port: 0, host: '0.0.0.0' })).rejects.toThrow(RangeError);
  });
});

describe('GridFS', () => {
  it('stores, reads and deletes a file larger than a chunk', async () => {
    const bucket = new GridFSBucket(db);
    const content = Buffer.alloc(600_000, 'declaration');
    const upload = bucket.openUploadStream('declaration.pdf', { metadata: { orderNo: '185002-1' } });
    await new Promise<void>((resolve, reject) => {
      upload.once('finish', resolve).once('error', reject).end(content);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of bucket.openDownloadStream(upload.id)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    await bucket.delete(upload.id);
    expect(await db.collection('fs.chunks').countDocuments()).toBe(0);
  });
});

describe('a retryable write', () => {
  it('that comes twice is done once and answered the same', async () => {
    const session = client.startSession();
    const command = { update: 'orders', updates: [{ q: { no: 'a' }, u: { $inc: { sends: 1 } }, upsert: true }], lsid: session.id, txnNumber: Long.fromNumber(7) };
    const raw = async (): Promise<Document> => db.command(command, { session: undefined as never });
    const first = await raw();
    expect(await raw()).toMatchObject({ n: first['n'] as number, upserted: first['upserted'] as Document[] });
    expect(await orders.findOne({ no: 'a' })).toMatchObject({ sends: 1 });
    await session.endSession();
  });
});

describe('a TTL index', () => {
  it('removes what has expired and nothing else', async () => {
    const own = newDirectory();
    const ticking = await EmbeddedMongo.start({ dataDir: own, port: 0, ttlIntervalSeconds: 0.02 });
    const other = await MongoClient.connect(ticking.connectionString);
    const tokens = other.db('x').collection('tokens');
    await tokens.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await tokens.insertMany([{ no: 1, at: new Date(Date.now() - 61_000) }, { no: 2, at: new Date() }, { no: 3 }]);
    while ((await tokens.countDocuments()) > 2) await new Promise(setImmediate);
    expect((await tokens.find().sort({ no: 1 }).toArray()).map(({ no }) => no as number)).toEqual([2, 3]);
    await other.close();
    await ticking.stop();
    rmSync(own, { recursive: true, force: true });
  });
});
