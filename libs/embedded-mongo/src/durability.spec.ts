import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo, type EmbeddedMongoOptions } from './embedded-mongo.js';
import { failure, heardFromDisk, kill, orderDisk, Programs, ready, type Program } from './program.fixture.js';
import { newDirectory } from './server.fixture.js';
import { RawClient } from './wire.fixture.js';

let directory: string;
let open: { node: EmbeddedMongo; client: MongoClient }[];
let programs: Programs;

beforeEach(() => {
  directory = newDirectory();
  open = [];
  programs = new Programs();
});

afterEach(async () => {
  for (const each of open) await stop(each);
  programs.close();
  rmSync(directory, { recursive: true });
});

const containing = (text: string): unknown => expect.stringContaining(text);

const data = (): string => join(directory, 'data');

async function start(options: Partial<EmbeddedMongoOptions> = {}): Promise<{ node: EmbeddedMongo; client: MongoClient; db: Db }> {
  const node = await EmbeddedMongo.start({ dataDir: data(), port: 0, ...options });
  const client = await MongoClient.connect(node.connectionString);
  open.push({ node, client });
  return { node, client, db: client.db('trade') };
}

async function stop({ node, client }: { node: EmbeddedMongo; client: MongoClient }): Promise<void> {
  await client.close();
  await node.stop();
}

describe('a full disk', () => {
  const MAX_BYTES = 2 * 1024 * 1024;
  const pad = 'x'.repeat(10_000);

  it('refuses writes with a clear error, keeps what was acknowledged, and takes writes again when there is room', async () => {
    const { db, client } = await start({ maxBytes: MAX_BYTES });
    const items = db.collection<{ _id: number; pad: string }>('items');
    await items.createIndex({ pad: 1, _id: 1 }, { name: 'pad', partialFilterExpression: { pad: 'small' } });
    let stored = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        await items.insertOne({ _id: stored, pad });
        stored += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 14031, codeName: 'OutOfDiskSpace', message: containing('disk is full') });
    expect(stored).toBeGreaterThan(50);
    await expect(items.insertMany([{ _id: 10_000, pad: 'small' }, { _id: 10_001, pad: pad.repeat(20) }])).rejects.toMatchObject({ code: 14031 });
    const update = { update: 0, filter: { _id: 0 }, updateMods: { $set: { pad: 'lost' } } };
    const tooLarge = { insert: 0, document: { _id: 10_002, pad: pad.repeat(20) } };
    await expect(client.db('admin').command({ bulkWrite: 1, ops: [update, tooLarge], nsInfo: [{ ns: 'trade.items' }] })).rejects.toMatchObject({ code: 14031 });
    expect(await items.findOne({ _id: 0 })).toEqual({ _id: 0, pad });
    expect((await items.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(Array.from({ length: stored }, (_, n) => n));

    await items.deleteMany({ _id: { $lt: 20 } });
    await items.insertOne({ _id: 20_000, pad });
    expect(await items.countDocuments()).toBe(stored - 19);
    expect(await items.estimatedDocumentCount()).toBe(stored - 19);
  });

  it('aborts a transaction that does not fit and leaves nothing of it', async () => {
    const { db, client } = await start({ maxBytes: MAX_BYTES });
    const items = db.collection<{ _id: number; pad: string }>('items');
    await items.insertOne({ _id: 1, pad: 'first' });
    const session = client.startSession();
    session.startTransaction();
    await items.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n + 10, pad })), { session });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 14031 });
    await session.endSession();
    expect(await items.countDocuments()).toBe(1);
    await items.insertOne({ _id: 2, pad: 'second' });
    expect(await items.countDocuments()).toBe(2);
  });

  it('goes on after a start with more room', async () => {
    const small = await start({ maxBytes: MAX_BYTES });
    await expect(small.db.collection('items').insertMany(Array.from({ length: 300 }, () => ({ pad })))).rejects.toMatchObject({ code: 14031 });
    await stop(open.pop()!);
    const { db } = await start();
    await db.collection('items').insertMany(Array.from({ length: 300 }, () => ({ pad })));
    expect(await db.collection('items').countDocuments()).toBe(300);
  });
});

describe('a damaged page', () => {
  it('is told to whoever needs it, and nobody else', async () => {
    const { db } = await start();
    await db.collection('whole').insertOne({ n: 1 });
    await db.collection<{ _id: number }>('damaged').insertMany(Array.from({ length: 2_000 }, (_, n) => ({ _id: n, mark: 'to be damaged', pad: 'x'.repeat(500) })));
    await stop(open.pop()!);
    damage(join(data(), 'mongo.db'), 'to be damaged');

    const again = await start();
    await expect(again.db.collection('damaged').find().toArray()).rejects.toMatchObject({ code: 366, codeName: 'DataCorruptionDetected', message: containing('restore a backup') });
    expect(await again.db.collection('whole').countDocuments({ n: 1 })).toBe(1);
    await again.db.collection('whole').insertOne({ n: 2 });
    expect(await again.db.collection('whole').countDocuments()).toBe(2);
  });

  it('keeps nobody from what lies beside it in the collection', async () => {
    const { db } = await start();
    const pad = 'x'.repeat(500);
    await db.collection<{ _id: number }>('partly').insertMany(Array.from({ length: 2_000 }, (_, n) => ({ _id: n, mark: n < 100 ? 'to be damaged' : 'whole', pad })));
    await stop(open.pop()!);
    damage(join(data(), 'mongo.db'), 'to be damaged');

    const items = (await start()).db.collection<{ _id: number; mark: string }>('partly');
    for (const _id of [50, 51]) {
      await expect(items.findOne({ _id })).rejects.toMatchObject({ code: 366 });
      await expect(items.updateOne({ _id }, { $set: { mark: 'changed' } })).rejects.toMatchObject({ code: 366 });
    }
    expect(await items.findOne({ _id: 1_500 })).toMatchObject({ mark: 'whole' });
    expect(await items.updateOne({ _id: 1_501 }, { $set: { mark: 'changed' } })).toMatchObject({ modifiedCount: 1 });
    expect(await items.findOne({ _id: 1_501 })).toMatchObject({ mark: 'changed' });
  });

  /** Overwrites the leaves of tables (https://www.sqlite.org/fileformat.html#b_tree_pages) that hold a text. */
  function damage(path: string, text: string): void {
    const LEAF = 13;
    const bytes = readFileSync(path);
    const file = openSync(path, 'r+');
    for (let page = 4_096; page < bytes.length; page += 4_096) {
      if (bytes[page] === LEAF && bytes.subarray(page, page + 4_096).includes(text)) writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page);
    }
    closeSync(file);
  }
});

describe('the disk under the log', () => {
  let child: Program;
  let raw: RawClient;
  let other: RawClient;

  beforeEach(async () => {
    await serve();
  });

  afterEach(() => {
    raw.close();
    other.close();
  });

  async function serve(): Promise<void> {
    child = programs.serveOnDisk(data());
    const port = Number(new URL(await ready(child)).port);
    [raw, other] = [await RawClient.connect(port), await RawClient.connect(port)];
  }

  const insert = (_id: number) => raw.ask({ insert: 'items', documents: [{ _id }], $db: 'trade' });
  const find = async () => ((await other.ask({ find: 'items', sort: { _id: 1 }, $db: 'trade' }))['cursor'] as { firstBatch: { _id: number }[] }).firstBatch.map(({ _id }) => _id);

  it('has what was written before anything is answered, be it to somebody else', async () => {
    expect(await insert(1)).toMatchObject({ ok: 1, n: 1 });
    await orderDisk(child, 'waits');
    const waits = heardFromDisk(child, 'waiting');
    const order: string[] = [];
    const written = insert(2).then((answer) => order.push(`written ${String(answer['n'])}`));
    await waits;
    const read = find().then((ids) => order.push(`read ${ids.join(' ')}`));
    // Turns enough for an answer that waits for nothing.
    for (let turn = 0; turn < 20; turn++) await orderDisk(child, 'waits');
    expect(order).toEqual([]);
    await orderDisk(child, 'works');
    await Promise.all([written, read]);
    expect(order.sort()).toEqual(['read 1 2', 'written 1']);
  });

  it('that failed once is not trusted again: everything is refused until a restart, and nothing acknowledged is lost', async () => {
    expect(await insert(1)).toMatchObject({ ok: 1, n: 1 });
    await orderDisk(child, 'fails');
    const refusal = { ok: 0, errmsg: containing('restart the server') };
    expect(await insert(2)).toMatchObject(refusal);
    await orderDisk(child, 'works');
    expect(await insert(3)).toMatchObject(refusal);
    expect(await raw.ask({ createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a' }], $db: 'trade' })).toMatchObject(refusal);
    expect(await other.ask({ find: 'items', $db: 'trade' })).toMatchObject(refusal);
    await kill(child, 'SIGTERM');
    await serve();
    expect(await find()).toContain(1);
    expect(await find()).not.toContain(3);
    expect(await insert(4)).toMatchObject({ ok: 1, n: 1 });
  });
});

describe('a backup', () => {
  /** Transactions that insert the same number into two collections, until told to stop. */
  async function insertPairs(client: MongoClient, writer: number, acknowledged: number[], stopped: () => boolean): Promise<void> {
    const db = client.db('trade');
    for (let n = writer; !stopped(); n += 4) {
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await db.collection('left').insertOne({ n, pad: 'x'.repeat(2_000) }, { session });
          await db.collection('right').insertOne({ n }, { session });
        }),
      );
      acknowledged.push(n);
    }
  }

  it('under load has everything acknowledged before, nothing half, and holds up nobody', async () => {
    const { node, client, db } = await start();
    await db.collection('left').createIndex({ n: 1 }, { unique: true });
    const acknowledged: number[] = [];
    let enough = false;
    const writers = Array.from({ length: 4 }, (_, writer) => insertPairs(client, writer, acknowledged, () => enough));
    const until = async (count: number): Promise<void> => {
      while (acknowledged.length < count) await db.command({ ping: 1 });
    };
    await until(200);
    const before = [...acknowledged];
    const backup = join(directory, 'backup');
    await node.backup(backup);
    await until(acknowledged.length + 20);
    enough = true;
    await Promise.all(writers);
    await expect(node.backup(backup)).rejects.toThrow('exists already');

    const restored = await start({ dataDir: backup });
    const numbers = async (name: string): Promise<number[]> => (await restored.db.collection(name).find().sort({ n: 1 }).toArray()).map(({ n }) => n as number);
    const left = await numbers('left');
    expect(left).toEqual(expect.arrayContaining(before));
    expect(await numbers('right')).toEqual(left);
    expect(await restored.db.collection('left').countDocuments()).toBe(left.length);
    expect(await restored.db.collection('left').estimatedDocumentCount()).toBe(left.length);
    await expect(restored.db.collection('left').insertOne({ n: left[0] })).rejects.toMatchObject({ code: 11000 });
  });

  it('is made of a running server by the program', async () => {
    const { node, db } = await start();
    await db.collection('items').insertOne({ n: 1 });
    const backup = join(directory, 'backup');
    const made = programs.run('backup', '--port', String(node.port), '--to', backup);
    const [code] = (await once(made, 'close')) as [number];
    expect(code).toBe(0);
    const restored = await start({ dataDir: backup });
    expect(await restored.db.collection('items').countDocuments({ n: 1 })).toBe(1);
    const refused = await failure(programs.run('backup', '--port', String(node.port), '--to', backup));
    expect(refused).toEqual({ code: 1, complaint: containing('exists already') });
    expect(existsSync(`${backup}.partial`)).toBe(false);
    expect((await failure(programs.serve(data()))).complaint).toContain(`in use by process ${String(process.pid)}`);
  });
});
