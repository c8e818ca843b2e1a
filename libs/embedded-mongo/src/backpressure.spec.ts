import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Collection, type Document } from 'mongodb';
import { Programs, ready } from './program.fixture.js';
import { newDirectory } from './server.fixture.js';
import { message, RawClient } from './wire.fixture.js';

const MEGABYTE = 1024 * 1024;
/** Of a megabyte each. */
const ROWS = 50;
const pad = 'x'.repeat(MEGABYTE);
/** What the server's memory goes up and down by anyway (MiB), with a young generation of Node's own size. */
const LEEWAY_MIB = 60;

let directory: string;
let programs: Programs;
let client: MongoClient;
let raw: RawClient;
let items: Collection<Document>;

beforeEach(async () => {
  directory = newDirectory();
  programs = new Programs();
  const url = await ready(programs.serve(directory));
  client = await MongoClient.connect(url);
  items = client.db('trade').collection('items');
  raw = await RawClient.connect(Number(new URL(url).port));
});

afterEach(async () => {
  raw.close();
  await client.close();
  programs.close();
  rmSync(directory, { recursive: true });
});

/** @returns the resident memory of the server, MiB */
const resident = async (): Promise<number> => ((await client.db('admin').command({ serverStatus: 1 }))['mem'] as { resident: number }).resident;

/** Writes 50 MB and reads them. @returns the resident memory of the server after it, MiB */
async function work(): Promise<number> {
  await items.deleteMany({});
  for (let n = 0; n < ROWS; n++) await items.insertOne({ n, pad });
  for await (const _ of items.find().batchSize(5));
  return resident();
}

const ROUNDS = 4;
/** Each has 49 rows left, and holds an answer's worth of them. */
const CURSORS = 3;
const READ_AHEAD_MIB = 16;

async function rounds(): Promise<number[]> {
  const after: number[] = [];
  for (let round = 0; round < ROUNDS; round++) after.push(await work());
  return after;
}

describe('a client that does not read', () => {
  it('what its change stream and its cursor have for it costs the server no memory', async () => {
    await items.insertOne({ n: -1 });
    const watched = (await raw.ask({ aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {}, $db: 'trade' }))['cursor'] as { id: unknown };
    const before = Math.max(...(await rounds()));
    for (let n = 0; n < CURSORS; n++) {
      const found = (await raw.ask({ find: 'items', batchSize: 1, $db: 'trade' }))['cursor'] as { firstBatch: Document[] };
      expect(found.firstBatch).toHaveLength(1);
    }
    // The least of the last two, for the garbage of one round may be collected in the next. What was kept would be there after both: 147 MB of rows, or
    // 150 MB of changes besides what cursors read ahead, both above what the garbage of the cursors' answers adds.
    const [, , ...later] = await rounds();
    expect(Math.min(...later)).toBeLessThan(before + CURSORS * READ_AHEAD_MIB + LEEWAY_MIB);

    let changes = 0;
    for (let batch: Document[] = [{}]; batch.length > 0; changes += batch.length) {
      const answer = await raw.ask({ getMore: watched.id, collection: 'items', maxTimeMS: 1, $db: 'trade' });
      batch = (answer['cursor'] as { nextBatch: Document[] }).nextBatch;
    }
    expect(changes).toBe(1 + (2 * ROUNDS - 1) * ROWS + 2 * ROUNDS * ROWS);
  }, 150_000);

  it('is answered no further than its connection holds, and gets the rest when it reads', async () => {
    await items.insertOne({ _id: 1 as never, pad });
    for (let n = 0; n < 50; n++) await items.findOne();
    const before = await resident();
    const asked = 200;
    for (let n = 0; n < asked; n++) raw.socket.write(message({ find: 'items', $db: 'trade' }));
    // Others are served meanwhile, with turns enough to answer everything that was asked.
    for (let n = 0; n < asked; n++) await items.countDocuments({ _id: 1 as never });
    expect(await resident()).toBeLessThan(before + LEEWAY_MIB);
    for (let n = 0; n < asked; n++) expect((((await raw.answer())['cursor'] as Document)['firstBatch'] as Document[]).length).toBe(1);
  });
});
