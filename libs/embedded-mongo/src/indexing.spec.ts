import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientSession, Collection, Document } from 'mongodb';
import { startFixture, type Fixture } from './server.fixture.js';

interface Item extends Document {
  readonly _id: number;
}

let fixture: Fixture;
let items: Collection<Item>;

beforeAll(async () => {
  fixture = await startFixture();
  items = fixture.db.collection<Item>('items');
  await items.createIndexes([
    { key: { a: 1 }, name: 'plain' },
    { key: { 'b.c': -1, a: 1 }, name: 'compound' },
    { key: { tags: 1, a: -1 }, name: 'multikey' },
    { key: { 'lines.no': 1 }, name: 'nested' },
    { key: { s: 1 }, name: 'sparse', sparse: true },
    { key: { a: 1, s: 1 }, name: 'partial', partialFilterExpression: { s: 'x', 'b.c': { $exists: true } } },
    { key: { u: 1 }, name: 'unique', unique: true, sparse: true },
  ]);
});

afterAll(() => fixture.close());

const NUM_RUNS = process.env['PORTOLAN_TEST_SCALE'] === 'nightly' ? 1000 : 40;
const IDS = 3;
const scalar = fc.constantFrom<unknown>(1, 2, 2.5, 'x', 'y', null, true, new Date(0), new Date(-5));
const tags = fc.array(fc.constantFrom('p', 'q', 'r', 's', 't', 'u', 'v'), { maxLength: 7 });
const fields = fc.record(
  {
    a: fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: tags }),
    b: fc.oneof(scalar, fc.record({ c: scalar }), fc.array(fc.record({ c: scalar }), { maxLength: 2 })),
    tags,
    lines: fc.array(fc.record({ no: fc.nat(5), text: fc.string() }), { maxLength: 4 }),
    s: fc.constantFrom('x', 'y'),
    other: fc.string(),
  },
  { requiredKeys: [] },
);
const step = fc.record({ _id: fc.nat(IDS - 1), kind: fc.constantFrom('put', 'put', 'set', 'unset', 'push', 'push', 'delete'), fields, u: fc.option(fc.nat(8), { nil: undefined, freq: 1 }) });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A unique key that is taken, or two arrays in one index. */
const isRefusal = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === 171 || (error.code === 11000 && error.message.includes('index: unique')));

/** Carries out a step; one that is refused changes nothing. @returns whether it was not */
async function carriedOut({ _id, kind, fields: given, u }: Step, session: ClientSession | undefined): Promise<boolean> {
  const options = session ? { session } : {};
  const write = async (): Promise<unknown> => {
    if (kind === 'delete') return items.deleteOne({ _id }, options);
    if (kind === 'put') return items.replaceOne({ _id }, { ...given, ...(u !== undefined && { u }) }, { ...options, upsert: true });
    if (kind === 'unset') return items.updateOne({ _id }, { $unset: { tags: 1, s: 1 } }, options);
    if (kind === 'push') return items.updateOne({ _id, tags: { $type: 'array' } }, { $push: { tags: 'p' } } as Document, options);
    return items.updateOne({ _id }, { $set: { ...given, other: '' } }, options);
  };
  try {
    await write();
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Filters an index answers by itself. */
const FILTERS: Readonly<Record<string, readonly Document[]>> = {
  plain: [{}, { a: 1 }, { a: { $gte: 2 } }, { a: null }, { a: 'p' }],
  compound: [{}, { 'b.c': 2 }, { 'b.c': null, a: 1 }, { 'b.c': { $gt: 'a' } }],
  multikey: [{}, { tags: 'q' }, { tags: { $in: ['r', 'v'] }, a: 1 }],
  nested: [{}, { 'lines.no': 3 }, { 'lines.no': { $lt: 2 } }],
  sparse: [{ s: 'x' }, { s: { $gte: 'y' } }],
  partial: [{ s: 'x', 'b.c': 2, a: 1 }],
  unique: [{ u: 3 }, { u: { $gt: 4 } }],
};

async function agree(session: ClientSession | undefined): Promise<void> {
  const all = await items.find({}, session ? { session } : {}).hint({ $natural: 1 }).toArray();
  for (let _id = 0; _id < IDS; _id++) expect(await items.findOne({ _id }, session ? { session } : {})).toEqual(all.find((item) => item._id === _id) ?? null);
  const ids = async (filter: Document, hint: Document | string): Promise<number[]> =>
    (await items.find(filter, session ? { session } : {}).hint(hint).toArray()).map(({ _id }) => _id).sort();
  for (const [index, filters] of Object.entries(FILTERS)) {
    for (const filter of filters) expect({ index, filter, ids: await ids(filter, index) }).toEqual({ index, filter, ids: await ids(filter, { $natural: 1 }) });
  }
}

describe('the indexes', () => {
  it('have just what the documents hold, whatever is written, in transactions and outside', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.array(step, { maxLength: 8 }), fc.boolean(), fc.array(step, { minLength: 6, maxLength: 20 }), async (before, inside, commits, after) => {
        await items.deleteMany({});
        for (const each of before) await carriedOut(each, undefined);
        const session = fixture.client.startSession();
        session.startTransaction();
        let whole = true;
        for (const each of inside) whole = whole && (await carriedOut(each, session));
        if (whole) {
          await agree(session);
          await (commits ? session.commitTransaction() : session.abortTransaction());
        }
        await session.endSession();
        await agree(undefined);
        for (const each of after) await carriedOut(each, undefined);
        await agree(undefined);
      }),
      { numRuns: NUM_RUNS, endOnFailure: true },
    );
  });
});
