import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal128, Long, type Collection, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

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

  const found = async (filter: Document): Promise<unknown[]> => (await items.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id as unknown);
  const put = (...docs: Document[]): Promise<unknown> => items.insertMany(docs.map((doc, index): Document => ({ _id: index + 1, ...doc })));

  describe('a filter', () => {
    it('compares numbers of all types by value', async () => {
      await put({ v: 2 }, { v: Long.fromNumber(2) }, { v: 2.0 }, { v: Decimal128.fromString('2.00') }, { v: Decimal128.fromString('2.01') }, { v: '2' });
      expect(await found({ v: 2 })).toEqual([1, 2, 3, 4]);
      expect(await found({ v: { $gt: Decimal128.fromString('2') } })).toEqual([5]);
      await items.createIndex({ v: 1 });
      expect(await found({ v: Decimal128.fromString('2') })).toEqual([1, 2, 3, 4]);
      expect(await found({ v: { $gt: 2 } })).toEqual([5]);
    });

    it('tells numbers apart that a double cannot', async () => {
      await items.createIndex({ v: 1 });
      await put({ v: Long.fromString('9007199254740992') }, { v: Long.fromString('9007199254740993') }, { v: Decimal128.fromString('0.1') }, { v: 0.1 });
      expect(await found({ v: Long.fromString('9007199254740993') })).toEqual([2]);
      expect(await found({ v: Decimal128.fromString('0.1') })).toEqual([3]);
    });

    it('matches null with missing, and array elements with $elemMatch, $all and $size', async () => {
      await put({ v: null }, {}, { v: 0 }, { lines: [{ q: 1, u: 'kg' }, { q: 5, u: 'pc' }] }, { lines: [{ q: 5, u: 'kg' }] }, { tags: ['a', 'b'] });
      expect(await found({ v: null, lines: null, tags: null })).toEqual([1, 2]);
      expect(await found({ lines: { $elemMatch: { q: { $gt: 3 }, u: 'kg' } } })).toEqual([5]);
      expect(await found({ 'lines.q': { $gt: 3 }, 'lines.u': 'kg' })).toEqual([4, 5]);
      expect(await found({ tags: { $all: ['b', 'a'], $size: 2 } })).toEqual([6]);
      expect(await found({ 'lines.1.u': 'pc' })).toEqual([4]);
    });

    it('computes with $expr and matches regular expressions', async () => {
      await put({ name: 'Ningbo', a: 2, b: 1 }, { name: 'ningxia', a: 1, b: 2 });
      expect(await found({ $expr: { $gt: ['$a', '$b'] } })).toEqual([1]);
      expect(await found({ name: /^ning/i })).toEqual([1, 2]);
      expect(await found({ $or: [{ name: { $regex: '^N' } }, { b: 2 }] })).toEqual([1, 2]);
    });
  });

  describe('a projection', () => {
    it('includes, excludes, slices and computes', async () => {
      await put({ a: { b: 1, c: 2 }, list: [1, 2, 3], rows: [{ x: 1, y: 1 }, { x: 2, y: 2 }] });
      const project = (projection: Document): Promise<Document | null> => items.findOne({}, { projection });
      expect(await project({ 'a.b': 1, 'rows.x': 1, _id: 0 })).toEqual({ a: { b: 1 }, rows: [{ x: 1 }, { x: 2 }] });
      expect(await project({ a: 0, rows: 0, _id: 0 })).toEqual({ list: [1, 2, 3] });
      expect(await project({ _id: 0, list: { $slice: -2 }, a: 1 })).toEqual({ a: { b: 1, c: 2 }, list: [2, 3] });
      expect(await project({ _id: 0, rows: { $elemMatch: { x: 2 } } })).toEqual({ rows: [{ x: 2, y: 2 }] });
      expect(await project({ _id: 0, sum: { $add: ['$a.b', '$a.c'] } })).toEqual({ sum: 3 });
    });
  });

  describe('an update', () => {
    const after = async (update: Document | Document[], options: Document = {}, filter: Document = { _id: 1 }): Promise<Document | null> => {
      await items.updateOne(filter, update, options);
      return items.findOne({ _id: 1 as never }, { projection: { _id: 0 } });
    };

    it('computes with the types it finds', async () => {
      await put({ n: 1, d: Decimal128.fromString('1.10') });
      expect(await after({ $inc: { n: 2, d: Decimal128.fromString('2.20'), fresh: 1 }, $mul: { none: 5 } })).toEqual({ n: 3, d: Decimal128.fromString('3.30'), fresh: 1, none: 0 });
      const misuse: Document = { $inc: { d: 'x' } };
      await expect(items.updateOne({}, misuse)).rejects.toMatchObject({ code: 14 });
    });

    it('changes arrays', async () => {
      await put({ list: [3, 1], rows: [{ k: 'a', v: 1 }, { k: 'b', v: 1 }] });
      expect(await after({ $push: { list: { $each: [2, 5], $sort: 1, $slice: -3 } } })).toMatchObject({ list: [2, 3, 5] });
      expect(await after({ $addToSet: { list: { $each: [5, 9] } } })).toMatchObject({ list: [2, 3, 5, 9] });
      expect(await after({ $pull: { list: { $gt: 4 } } })).toMatchObject({ list: [2, 3] });
      expect(await after({ $set: { 'rows.$.v': 7 } }, {}, { _id: 1, 'rows.k': 'b' })).toMatchObject({ rows: [{ v: 1 }, { v: 7 }] });
      expect(await after({ $inc: { 'rows.$[row].v': 1 } }, { arrayFilters: [{ 'row.k': 'a' }] })).toMatchObject({ rows: [{ v: 2 }, { v: 7 }] });
      expect(await after({ $inc: { 'rows.$[].v': 1 }, $pop: { list: -1 } })).toMatchObject({ list: [3], rows: [{ v: 3 }, { v: 8 }] });
    });

    it('renames, removes, compares and runs pipelines', async () => {
      await put({ a: 1, b: 2, c: 3 });
      expect(await after({ $rename: { a: 'x.y' }, $unset: { b: '' }, $max: { c: 5 } })).toEqual({ c: 5, x: { y: 1 } });
      expect(await after([{ $set: { total: { $add: ['$c', '$x.y'] } } }])).toEqual({ c: 5, x: { y: 1 }, total: 6 });
    });

    it('is refused when paths collide or _id would change', async () => {
      await put({ a: 1 });
      await expect(items.updateOne({}, { $set: { 'a.b': 1 }, $unset: { a: '' } })).rejects.toMatchObject({ code: 40 });
      await expect(items.updateOne({}, { $set: { _id: 9 } })).rejects.toMatchObject({ code: 66 });
      await expect(items.updateOne({}, { $set: { 'a.b': 1 } })).rejects.toMatchObject({ code: 28 });
    });

    it('that inserts starts from what the filter says', async () => {
      await items.updateOne({ no: 'x', 'address.city': 'Ningbo', n: { $gt: 3 } }, { $set: { s: 1 } }, { upsert: true });
      expect(await items.findOne({}, { projection: { _id: 0 } })).toEqual({ no: 'x', address: { city: 'Ningbo' }, s: 1 });
    });
  });

  describe('a pipeline', () => {
    it('groups, unwinds, looks up and counts by facet', async () => {
      await put({ status: 'A', amount: Decimal128.fromString('1.10'), tags: ['x', 'y'] }, { status: 'A', amount: Decimal128.fromString('2.20'), tags: ['x'] }, { status: 'B', amount: Decimal128.fromString('3.00'), tags: [] });
      await target.db.collection<Document>('names').insertMany([{ code: 'A', name: 'Audit' }]);
      const results = await items
        .aggregate([
          { $match: { amount: { $gt: Decimal128.fromString('1') } } },
          { $group: { _id: '$status', total: { $sum: '$amount' }, n: { $sum: 1 }, last: { $max: '$_id' } } },
          { $sort: { _id: 1 } },
          { $lookup: { from: 'names', localField: '_id', foreignField: 'code', as: 'names' } },
          { $project: { total: 1, n: 1, last: 1, name: { $first: '$names.name' } } },
        ])
        .toArray();
      expect(results).toEqual([
        { _id: 'A', total: Decimal128.fromString('3.30'), n: 2, last: 2, name: 'Audit' },
        { _id: 'B', total: Decimal128.fromString('3.00'), n: 1, last: 3 },
      ]);
      const [facets] = await items.aggregate([{ $facet: { tags: [{ $unwind: '$tags' }, { $sortByCount: '$tags' }], all: [{ $count: 'n' }] } }]).toArray();
      expect(facets).toEqual({ tags: [{ _id: 'x', count: 2 }, { _id: 'y', count: 1 }], all: [{ n: 3 }] });
    });

    it('orders by the first stages and pages like a find', async () => {
      await put(...Array.from({ length: 30 }, (_, n) => ({ n })));
      const page = await items.aggregate([{ $match: { n: { $gte: 5 } } }, { $sort: { n: -1 } }, { $skip: 2 }, { $limit: 3 }]).toArray();
      expect(page.map(({ n }) => n as number)).toEqual([27, 26, 25]);
      expect(await items.distinct('n', { n: { $lt: 3 } })).toEqual([0, 1, 2]);
    });
  });
});
