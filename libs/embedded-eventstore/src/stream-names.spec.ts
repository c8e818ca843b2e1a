import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import Database from 'libsql';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from './embedded-eventstore.js';
import { client, close, dataDir, nodeForEachTest, open } from './node.fixture.js';

nodeForEachTest();

const IN_FLIGHT = 64;
/** Of which two blocks of hashes are stored, and some hashes are not. */
const MANY = 2 * 4_096 + 100;
const LOOKED_UP = 1_000;
const PAGE_BYTES = 4_096;

const placed = (n: number) => jsonEvent({ type: 'Placed', data: { n } });

/** Does something for numbers from 0, some at a time. */
async function forEach(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, goOn));
}

const appendFirst = (n: number, to = client) => to.appendToStream(`order-${n}`, placed(n), { expectedRevision: NO_STREAM });

let filled: string;

beforeAll(async () => {
  filled = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
  const node = await EmbeddedEventStore.start({ dataDir: filled, port: 0 });
  const client = EventStoreDBClient.connectionString(node.connectionString);
  await forEach(MANY, (n) => appendFirst(n, client));
  await client.dispose();
  await node.stop();
});

afterAll(() => rmSync(filled, { recursive: true }));

/** Puts a data directory with many streams in the place of the one that is open. */
async function closeAndFill(): Promise<void> {
  await close();
  cpSync(filled, dataDir, { recursive: true });
}

async function numbersIn(stream: string): Promise<unknown[]> {
  const numbers: unknown[] = [];
  for await (const { event } of client.readStream(stream)) numbers.push((event?.data as { n: number }).n);
  return numbers;
}

/** Changes the closed database by hand. */
function edit<T>(change: (db: InstanceType<typeof Database>) => T): T {
  const db = new Database(join(dataDir, 'events.sqlite'));
  try {
    return change(db);
  } finally {
    db.close();
  }
}

/** Makes of the closed data directory what it was before schema 2. */
const makeSchema1 = (): void =>
  edit((db) => {
    db.exec(`
      CREATE TABLE indexed (number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE) STRICT;
      INSERT INTO indexed SELECT * FROM streams;
      DROP TABLE streams;
      ALTER TABLE indexed RENAME TO streams;
      DROP TABLE stream_hashes;
      PRAGMA user_version = 1;
    `);
  });

/** Overwrites pages of the closed database. */
function damage(isChosen: (page: Buffer) => boolean): void {
  const path = join(dataDir, 'events.sqlite');
  const bytes = readFileSync(path);
  const file = openSync(path, 'r+');
  for (let at = PAGE_BYTES; at < bytes.length; at += PAGE_BYTES) {
    if (isChosen(bytes.subarray(at, at + PAGE_BYTES))) writeSync(file, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, at);
  }
  closeSync(file);
}

async function expectAllAndOneMore(): Promise<void> {
  await forEach(LOOKED_UP, (n) => expect(appendFirst(Math.floor((n * MANY) / LOOKED_UP))).rejects.toThrow(WrongExpectedVersionError));
  for (const n of [0, 4_095, 4_096, 8_191, 8_192, MANY - 1]) expect(await numbersIn(`order-${n}`)).toEqual([n]);
  await expect(numbersIn(`order-${MANY}`)).rejects.toThrow(StreamNotFoundError);
  await appendFirst(MANY);
  expect(await numbersIn(`order-${MANY}`)).toEqual([MANY]);
}

describe('streams', () => {
  it('are found by their names after a restart, however many', async () => {
    await closeAndFill();
    await open();
    await expectAllAndOneMore();
    await close();
    await open();
    expect(await numbersIn(`order-${MANY}`)).toEqual([MANY]);
  });

  it('are found in a data directory of schema 1', async () => {
    await closeAndFill();
    makeSchema1();
    await open();
    await expectAllAndOneMore();
    await close();
    expect(edit((db) => db.prepare('SELECT count(*) FROM stream_hashes').raw().get([]))).toEqual([2]);
    await open();
    expect(await numbersIn(`order-${MANY}`)).toEqual([MANY]);
  });

  it('of an append that was rolled back are as if they had never been named', async () => {
    await close();
    await open({ maxBytes: 1024 * 1024 });
    const large = jsonEvent({ type: 'Placed', data: { pad: 'x'.repeat(40_000) } });
    const kept: string[] = [];
    const fill = async (): Promise<never> => {
      for (let n = 0; ; n++) {
        await client.appendToStream(`large-${n}`, large, { expectedRevision: NO_STREAM });
        kept.push(`large-${n}`);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 8 });
    expect(kept.length).toBeGreaterThan(10);
    // Where nothing large has room, something small has.
    await client.appendToStream('small', placed(1), { expectedRevision: NO_STREAM });
    await expect(client.appendToStream('large', large, { expectedRevision: ANY })).rejects.toMatchObject({ code: 8 });
    await client.appendToStream('smaller', placed(2), { expectedRevision: NO_STREAM });
    await client.appendToStream('small', placed(3), { expectedRevision: 0n });

    for (const reopen of [() => Promise.resolve(), () => close().then(() => open())]) {
      await reopen();
      expect([await numbersIn('small'), await numbersIn('smaller')]).toEqual([[1, 3], [2]]);
      for (const refused of ['large', `large-${kept.length}`]) await expect(numbersIn(refused)).rejects.toThrow(StreamNotFoundError);
      await expect(client.appendToStream('large-0', placed(0), { expectedRevision: NO_STREAM })).rejects.toThrow(WrongExpectedVersionError);
    }
  });

  it('are not taken for new ones when their names are damaged', async () => {
    await closeAndFill();
    // Names are in the records too, beside the type.
    const isOfNames = (page: Buffer, name: string) => page.includes(name) && !page.includes('Placed');
    damage((page) => isOfNames(page, 'order-1000'));
    await open();
    const lost = { code: 15, message: expect.stringContaining('DATA_LOSS: the database is damaged') };
    await expect(appendFirst(1000)).rejects.toMatchObject(lost);
    await expect(numbersIn('order-1000')).rejects.toMatchObject(lost);
    await expect(appendFirst(5000)).rejects.toThrow(WrongExpectedVersionError);
    await appendFirst(MANY);

    await close();
    damage((page) => isOfNames(page, `order-${MANY}`));
    await expect(open()).rejects.toThrow('the database is damaged, restore a backup: the names of its streams cannot be read');
  });
});
