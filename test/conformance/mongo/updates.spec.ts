import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, ObjectId, Timestamp, type Collection, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

interface Case {
  readonly before: Document;
  readonly update: Document | Document[];
  readonly after: Document;
  /** What the filter asks besides the `_id`. */
  readonly where?: Document;
  readonly arrayFilters?: Document[];
}

const CASES: readonly Case[] = [
  { before: { a: 1 }, update: { $set: { 'b.c': 2, a: 3 } }, after: { a: 3, b: { c: 2 } } },
  { before: { list: [1, 2] }, update: { $set: { 'list.3': 9 } }, after: { list: [1, 2, null, 9] } },
  { before: { a: 1, list: [1, 2] }, update: { $unset: { a: '', 'list.0': '' } }, after: { list: [null, 2] } },
  { before: { n: new Int32(1) }, update: { $inc: { n: new Double(0.5), fresh: 2 } }, after: { n: new Double(1.5), fresh: 2 } },
  { before: { n: new Int32(2147483647) }, update: { $inc: { n: 1 } }, after: { n: Long.fromNumber(2147483648) } },
  { before: { n: Long.fromString('9007199254740993') }, update: { $inc: { n: 1 } }, after: { n: Long.fromString('9007199254740994') } },
  { before: { d: Decimal128.fromString('0.10') }, update: { $inc: { d: Decimal128.fromString('0.20') } }, after: { d: Decimal128.fromString('0.30') } },
  { before: { d: Decimal128.fromString('1.10') }, update: { $mul: { d: 3, none: Long.fromNumber(3) } }, after: { d: Decimal128.fromString('3.30'), none: Long.fromNumber(0) } },
  { before: { low: 5, high: 5 }, update: { $min: { low: 3 }, $max: { high: 3, fresh: 1 } }, after: { low: 3, high: 5, fresh: 1 } },
  { before: { a: 1, b: { c: 2 } }, update: { $rename: { a: 'b.a', 'b.c': 'c' } }, after: { b: { a: 1 }, c: 2 } },
  { before: { n: new Int32(13) }, update: { $bit: { n: { and: new Int32(10) } } }, after: { n: 8 } },
  { before: { list: [1] }, update: { $push: { list: { $each: [5, 3], $position: 0 } } }, after: { list: [5, 3, 1] } },
  { before: { list: [{ n: 2 }, { n: 1 }] }, update: { $push: { list: { $each: [{ n: 0 }], $sort: { n: 1 }, $slice: 2 } } }, after: { list: [{ n: 0 }, { n: 1 }] } },
  { before: {}, update: { $push: { list: [1, 2] } }, after: { list: [[1, 2]] } },
  { before: { list: [{ a: 1, b: 2 }] }, update: { $addToSet: { list: { $each: [{ a: 1, b: 2 }, { b: 2, a: 1 }] } } }, after: { list: [{ a: 1, b: 2 }, { b: 2, a: 1 }] } },
  { before: { list: [1, 2, 3, 2] }, update: { $pull: { list: 2 } }, after: { list: [1, 3] } },
  { before: { list: [{ k: 'a', n: 1 }, { k: 'b', n: 5 }] }, update: { $pull: { list: { n: { $gte: 5 }, k: 'b' } } }, after: { list: [{ k: 'a', n: 1 }] } },
  { before: { list: [1, 2, 3] }, update: { $pull: { list: { $in: [1, 3] } } }, after: { list: [2] } },
  { before: { list: [1, 2, 1] }, update: { $pullAll: { list: [1] } }, after: { list: [2] } },
  { before: { list: [1, 2, 3] }, update: { $pop: { list: 1 } }, after: { list: [1, 2] } },
  { before: { rows: [{ k: 1, v: 1 }, { k: 2, v: 1 }] }, where: { 'rows.k': 2 }, update: { $set: { 'rows.$.v': 9 } }, after: { rows: [{ k: 1, v: 1 }, { k: 2, v: 9 }] } },
  { before: { rows: [1, 5, 8] }, where: { rows: { $gte: 5 } }, update: { $inc: { 'rows.$': 1 } }, after: { rows: [1, 6, 8] } },
  { before: { rows: [{ k: 1, v: 1 }, { k: 2, v: 1 }] }, where: { rows: { $elemMatch: { k: 2, v: 1 } } }, update: { $unset: { 'rows.$.v': '' } }, after: { rows: [{ k: 1, v: 1 }, { k: 2 }] } },
  { before: { rows: [1, 2] }, update: { $mul: { 'rows.$[]': 10 } }, after: { rows: [10, 20] } },
  { before: { rows: [{ in: [1, 5] }, { in: [7] }] }, update: { $set: { 'rows.$[].in.$[big]': 0 } }, arrayFilters: [{ big: { $gte: 5 } }], after: { rows: [{ in: [1, 0] }, { in: [0] }] } },
  { before: { rows: [{ k: 1, g: 5 }, { k: 2, g: 9 }] }, update: { $set: { 'rows.$[r].ok': true } }, arrayFilters: [{ 'r.k': { $gt: 1 }, 'r.g': 9 }], after: { rows: [{ k: 1, g: 5 }, { k: 2, g: 9, ok: true }] } },
  { before: { a: 1, b: 2 }, update: [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'b' }], after: { a: 1, sum: 3 } },
];

/** Updates that are refused on `{ _id: 1, n: 1, text: 'x', list: [1] }`, with their code. */
const WRONG: readonly { readonly update: Document | Document[]; readonly code: number; readonly arrayFilters?: Document[] }[] = [
  { update: { $unheardOf: { a: 1 } }, code: 9 },
  { update: { $set: { _id: 2 } }, code: 66 },
  { update: { $set: { 'text.a': 1 } }, code: 28 },
  { update: { $inc: { text: 1 } }, code: 14 },
  { update: { $inc: { n: 'x' } }, code: 14 },
  { update: { $push: { n: 1 } }, code: 2 },
  { update: { $pop: { list: 3 } }, code: 9 },
  { update: { $set: { 'a.b': 1 }, $inc: { a: 1 } }, code: 40 },
  { update: { $rename: { n: 'n' } }, code: 2 },
  { update: { $set: { 'list.$': 1 } }, code: 2 },
  { update: { $set: { 'list.$[x]': 1 } }, code: 2 },
  { update: { $set: { n: 2 } }, arrayFilters: [{ x: 1 }], code: 9 },
  { update: { $set: { 'list.$[x]': 1 } }, arrayFilters: [{ x: 1 }, { x: 2 }], code: 9 },
  { update: { $set: { 'n.$[]': 1 } }, code: 2 },
  { update: { $inc: { n: Long.MAX_VALUE } }, code: 2 },
  { update: { $currentDate: { n: 'now' } }, code: 2 },
  { update: [{ $group: { _id: 1 } }], code: 72 },
  { update: { $set: { '': 1 } }, code: 56 },
];

describe.each(targets)('$name', ({ open }) => {
  let target: Target;
  let items: Collection<Document>;

  beforeAll(async () => {
    target = await open();
  });

  afterAll(() => target.close());

  beforeEach(async () => {
    await target.db.dropDatabase();
    items = target.db.collection('items');
  });

  const typed = { promoteValues: false, promoteLongs: false } as const;
  const plainly = async (name: string, doc: Document): Promise<Document | null> => {
    await target.db.collection(name).insertOne({ ...doc, _id: 1 as never });
    return target.db.collection(name).findOne({}, { ...typed, projection: { _id: 0 } });
  };

  it.each(CASES.map((entry) => ({ ...entry, name: JSON.stringify(entry.update) })))('updates by $name', async ({ before, update, after, where = {}, arrayFilters }) => {
    await items.insertOne({ ...before, _id: 1 as never });
    await items.updateOne({ _id: 1 as never, ...where }, update, arrayFilters ? { arrayFilters } : {});
    expect(await items.findOne({}, { ...typed, projection: { _id: 0 } })).toEqual(await plainly('expected', after));
  });

  it.each(WRONG.map((entry) => ({ ...entry, name: JSON.stringify(entry.update) })))('refuses $name', async ({ update, arrayFilters, code }) => {
    const before = { _id: 1 as never, n: 1, text: 'x', list: [1] };
    await items.insertOne(before);
    await expect(items.updateOne({}, update, arrayFilters ? { arrayFilters } : {})).rejects.toMatchObject({ code });
    expect(await items.findOne()).toEqual(before);
  });

  it('reports what it matched, changed and inserted', async () => {
    await items.insertMany([{ k: 1, n: 1 }, { k: 1, n: 2 }]);
    expect(await items.updateMany({ k: 1 }, { $set: { n: 2 } })).toMatchObject({ matchedCount: 2, modifiedCount: 1, upsertedCount: 0 });
    const upserted = await items.updateOne({ k: 7, 'deep.er': 'x', n: { $gt: 1 } }, { $setOnInsert: { made: true }, $inc: { n: 5 } }, { upsert: true });
    expect(upserted).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: expect.any(ObjectId) });
    expect(await items.findOne({ k: 7 }, { projection: { _id: 0 } })).toEqual({ k: 7, deep: { er: 'x' }, made: true, n: 5 });
    expect(await items.replaceOne({ _id: 5 as never }, { a: 1 }, { upsert: true })).toMatchObject({ upsertedId: 5 });
    expect((await items.deleteMany({ k: 1 })).deletedCount).toBe(2);
  });

  it('stamps the time', async () => {
    await items.insertOne({});
    await items.updateOne({}, { $currentDate: { at: true as never, stamp: { $type: 'timestamp' } } });
    expect(await items.findOne()).toMatchObject({ at: expect.any(Date), stamp: expect.any(Timestamp) });
  });

  it('finds and modifies in the order asked for', async () => {
    await items.insertMany([{ _id: 1, n: 1 }, { _id: 2, n: 2 }, { _id: 3, n: 3 }] as never[]);
    expect(await items.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 }, returnDocument: 'after' })).toEqual({ _id: 3, n: 13 });
    expect(await items.findOneAndUpdate({ n: 2 }, { $set: { x: 1 } }, { projection: { n: 1, _id: 0 } })).toEqual({ n: 2 });
    expect(await items.findOneAndReplace({ _id: 1 as never }, { r: 1 }, { returnDocument: 'after' })).toEqual({ _id: 1, r: 1 });
    expect(await items.findOneAndDelete({ _id: 2 as never })).toMatchObject({ x: 1 });
    expect(await items.findOneAndUpdate({ _id: 9 as never }, { $set: { n: 9 } }, { upsert: true, returnDocument: 'after' })).toEqual({ _id: 9, n: 9 });
    expect(await items.findOneAndDelete({ _id: 99 as never })).toBeNull();
  });

  it('carries out a mixed bulk, stopping at the first error only if it is ordered', async () => {
    await items.createIndex({ k: 1 }, { unique: true });
    const models = [{ insertOne: { document: { k: 1 } } }, { insertOne: { document: { k: 1 } } }, { updateOne: { filter: { k: 1 }, update: { $set: { seen: true } } } }, { deleteMany: { filter: { k: 2 } } }];
    await expect(items.bulkWrite(models)).rejects.toMatchObject({ code: 11000, result: { insertedCount: 1, matchedCount: 0 } });
    await expect(items.bulkWrite(models, { ordered: false })).rejects.toMatchObject({ code: 11000, result: { insertedCount: 0, matchedCount: 1 }, writeErrors: [{ index: 0 }, { index: 1 }] });
  });

  it('refuses a document it could not store', async () => {
    await expect(items.insertOne({ _id: [1] as never })).rejects.toMatchObject({ code: 53 });
    await expect(items.insertOne({ _id: { $a: 1 } as never })).rejects.toMatchObject({ code: 52 });
    await expect(items.updateOne({}, { $set: { big: 'x'.repeat(2 ** 24) } }, { upsert: true })).rejects.toThrow();
  });

  it('explains what a write would look for, without writing', async () => {
    await items.createIndex({ k: 1 });
    await items.insertMany([{ k: 1 }, { k: 2 }]);
    const explained: Document[] = [
      { update: 'items', updates: [{ q: { k: 1 }, u: { $set: { n: 1 } } }] },
      { delete: 'items', deletes: [{ q: { k: 1 }, limit: 0 }] },
      { findAndModify: 'items', query: { k: 1 }, remove: true },
    ];
    for (const explain of explained) {
      const { queryPlanner }: Document = await target.db.command({ explain, verbosity: 'queryPlanner' });
      const plan = JSON.stringify((queryPlanner as Document)['winningPlan']);
      expect(plan).toMatch('update' in explain ? /"stage":"UPDATE"/ : /"stage":"DELETE"/);
      expect(plan).toMatch('"indexName":"k_1"');
    }
    expect(await items.countDocuments({ n: { $exists: false } })).toBe(2);
  });
});
