import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type AnyBulkWriteOperation, type Collection } from 'mongodb';
import { Programs, ready } from './program.fixture.js';
import { newDirectory } from './server.fixture.js';

interface Item {
  readonly _id: string;
  readonly v: number;
  readonly tags: readonly number[];
  readonly pad: string;
}

const ROUNDS = process.env['PORTOLAN_TEST_SCALE'] === 'nightly' ? 200 : 20;
const WRITERS = 6;
const SLOTS = 15;
const MOST_ACKNOWLEDGED = 120;

let programs: Programs;
let directory: string;

beforeEach(() => {
  programs = new Programs();
  directory = newDirectory();
});

afterEach(() => {
  programs.close();
  rmSync(directory, { recursive: true });
});

const random = (limit: number): number => Math.floor(Math.random() * limit);

/** New values of some documents, by `_id`; undefined deletes. */
type Step = ReadonlyMap<string, number | undefined>;

/** One client, that alone writes its documents and knows what it was told about them. */
class Writer {
  /** What is acknowledged. */
  private values = new Map<string, number>();
  /** What is under way: after a crash all of it is there, or nothing. */
  private underWay: Step = new Map();
  private counter = 0;

  constructor(private readonly name: string) {}

  /** Carries out random steps until the server is gone. */
  async write(client: MongoClient, onAcknowledged: () => void): Promise<void> {
    const items = client.db('crash').collection<Item>('items');
    for (;;) {
      const step = this.step();
      this.underWay = step;
      if (step.size === 1) await items.bulkWrite(this.writes(step));
      else {
        await client.withSession(async (session) => {
          session.startTransaction();
          await items.bulkWrite(this.writes(step), { session });
          await session.commitTransaction();
        });
      }
      this.adopt(this.after(step));
      onAcknowledged();
    }
  }

  /** Compares what is stored with what was acknowledged, and goes on from there. */
  verify(stored: ReadonlyMap<string, number>): void {
    const own = new Map([...stored].filter(([id]) => id.startsWith(`${this.name}/`)).sort());
    const allowed = [this.values, this.after(this.underWay)].map((values) => [...values].sort());
    expect(allowed).toContainEqual([...own]);
    this.adopt(own);
  }

  private adopt(values: Map<string, number>): void {
    this.values = values;
    this.underWay = new Map();
  }

  private step(): Step {
    const ids = new Set(Array.from({ length: random(2) === 0 ? 1 : 2 + random(4) }, () => `${this.name}/${String(random(SLOTS))}`));
    return new Map([...ids].map((id) => [id, random(4) === 0 ? undefined : (this.counter += 1)]));
  }

  private after(step: Step): Map<string, number> {
    const values = new Map(this.values);
    for (const [id, v] of step) {
      if (v === undefined) values.delete(id);
      else values.set(id, v);
    }
    return values;
  }

  private writes(step: Step): AnyBulkWriteOperation<Item>[] {
    return [...step].map(([_id, v]): AnyBulkWriteOperation<Item> => {
      if (v === undefined) return { deleteOne: { filter: { _id } } };
      if (!this.values.has(_id)) return { insertOne: { document: { _id, v, tags: [v % 7, v % 5], pad: 'x'.repeat(random(3_000)) } } };
      if (v % 3 === 0) return { replaceOne: { filter: { _id }, replacement: { v, tags: [v % 3], pad: 'y'.repeat(random(3_000)) } } };
      return { updateOne: { filter: { _id }, update: { $set: { v, tags: [v % 7, v % 5] } } } };
    });
  }
}

/** Builds and drops indexes until the server is gone. */
async function buildIndexes(items: Collection<Item>): Promise<void> {
  for (;;) {
    await items.createIndexes([{ key: { v: -1 }, name: 'v' }, { key: { tags: 1 }, name: 'tags' }]);
    await items.dropIndex(random(2) === 0 ? 'v' : 'tags');
  }
}

/** A client that gives up soon, since its server will not come back; only to connect it has more time. */
async function connect(url: string, retryWrites: boolean, attempts = 20): Promise<MongoClient> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 250, retryWrites });
  try {
    return await client.connect();
  } catch (error) {
    await client.close(true);
    if (attempts === 1) throw error;
    return connect(url, retryWrites, attempts - 1);
  }
}

/** Reads everything by every way there is; all ways must agree. */
async function read(client: MongoClient): Promise<ReadonlyMap<string, number>> {
  const items = client.db('crash').collection<Item>('items');
  const found = await items.find().hint({ $natural: 1 }).toArray();
  const stored = new Map(found.map(({ _id, v }) => [_id, v]));
  expect(stored.size).toBe(found.length);
  expect(await items.estimatedDocumentCount()).toBe(found.length);
  for (const { name } of await items.indexes()) {
    const byIndex = await items.find().hint(name!).toArray();
    expect(byIndex.map(({ _id }) => _id).sort()).toEqual([...stored.keys()].sort());
  }
  return stored;
}

describe('kill -9', () => {
  it(
    `in mixed load, ${String(ROUNDS)} times, loses nothing acknowledged and leaves nothing half done`,
    async () => {
      const writers = Array.from({ length: WRITERS }, (_, n) => new Writer(String(n)));
      for (let round = 0; round < ROUNDS; round++) {
        const child = programs.serve(directory);
        const client = await connect(await ready(child), round % 2 === 0);
        if (round === 0) await client.db('crash').createCollection('items');
        const stored = await read(client);
        for (const writer of writers) writer.verify(stored);
        let left = 1 + random(MOST_ACKNOWLEDGED);
        const acknowledged = (): void => {
          left -= 1;
          if (left === 0) child.kill('SIGKILL');
        };
        const killed = once(child, 'exit');
        const work = [...writers.map((writer) => writer.write(client, acknowledged)), buildIndexes(client.db('crash').collection('items'))];
        await Promise.allSettled(work);
        await killed;
        await client.close(true);
      }
    },
    ROUNDS * 10_000,
  );
});
