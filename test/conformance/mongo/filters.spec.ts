import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

/** Documents by the number they have as `_id`. */
const DOCUMENTS: Readonly<Record<number, Document>> = {
  1: { v: new Int32(5) },
  2: { v: Long.fromNumber(7) },
  3: { v: new Double(2.5) },
  4: { v: Decimal128.fromString('5.00') },
  5: { v: 'text' },
  6: { v: null },
  7: {},
  8: { v: [1, 9] },
  9: { v: [] },
  10: { v: { a: 1, b: 2 } },
  11: { v: [{ a: 1, b: 2 }, { a: 3, b: 4 }] },
  12: { v: true },
  13: { v: new Date('2024-01-01T00:00:00Z') },
  14: { v: new Binary(Buffer.from([0b101])) },
  15: { v: new BSONRegExp('^te', 'i') },
  16: { v: new MinKey() },
  17: { v: new MaxKey() },
  18: { v: new Timestamp({ t: 1, i: 2 }) },
  19: { v: [[1, 2], [3]] },
  20: { v: new Double(NaN) },
  21: { v: [null, { a: null }] },
  22: { v: { a: [{ b: 5 }, { c: 1 }, 3] } },
};

/** A filter, and the numbers of the documents MongoDB's manual says it finds. */
const FILTERS: readonly (readonly [filter: Document, found: readonly number[]])[] = [
  [{ v: 5 }, [1, 4]],
  [{ v: { $eq: null } }, [6, 7, 21]],
  [{ v: { $ne: null } }, [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22]],
  [{ v: { $gt: 4 } }, [1, 2, 4, 8]],
  [{ v: { $gte: 5, $lte: 7 } }, [1, 2, 4, 8]],
  [{ v: { $lt: 3 } }, [3, 8]],
  [{ v: { $lte: null } }, [6, 7, 21]],
  [{ v: { $gt: 't' } }, [5]],
  [{ v: { $lt: true } }, []],
  [{ v: { $in: [7, 'text', null] } }, [2, 5, 6, 7, 21]],
  [{ v: { $in: [/^te/] } }, [5]],
  [{ v: { $nin: [5, 7, null, 'text'] } }, [3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22]],
  [{ v: { $exists: false } }, [7]],
  [{ v: { $type: 'number' } }, [1, 2, 3, 4, 8, 20]],
  [{ v: { $type: ['string', 'bool'] } }, [5, 12]],
  [{ v: { $type: 'array' } }, [8, 9, 11, 19, 21]],
  [{ v: { $type: -1 } }, [16]],
  [{ v: { $type: 'regex' } }, [15]],
  [{ v: { $mod: [5, 0] } }, [1, 4]],
  [{ v: { $regex: 'EX', $options: 'i' } }, [5]],
  [{ v: { $not: { $gt: 4 } } }, [3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]],
  [{ v: { $not: /^t/ } }, [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]],
  [{ v: { $size: 2 } }, [8, 11, 19, 21]],
  [{ v: { $all: [9, 1] } }, [8]],
  [{ v: { $all: [[3]] } }, [19]],
  [{ v: [1, 9] }, [8]],
  [{ v: [3] }, [19]],
  [{ v: { $elemMatch: { $gt: 1, $lt: 10 } } }, [8]],
  [{ v: { $elemMatch: { a: 3, b: { $gt: 3 } } } }, [11]],
  [{ v: { a: 1, b: 2 } }, [10, 11]],
  [{ v: { b: 2, a: 1 } }, []],
  [{ 'v.a': 1 }, [10, 11]],
  [{ 'v.a': { $gt: 2 } }, [11, 22]],
  [{ 'v.1.a': 3 }, [11]],
  [{ 'v.1': 9 }, [8]],
  [{ 'v.a.b': 5 }, [22]],
  [{ 'v.a.b': { $exists: false }, 'v.a': { $exists: true } }, [10, 11, 21]],
  [{ v: new Double(NaN) }, [20]],
  [{ v: { $gte: new MinKey() }, _id: { $in: [7, 16, 17] } }, [16, 17]],
  [{ v: { $bitsAllSet: 5 } }, [1, 2, 4, 14]],
  [{ v: { $bitsAnySet: [1] } }, [2]],
  [{ v: { $bitsAllClear: [1] } }, [1, 4, 8, 14]],
  [{ v: { $bitsAnyClear: [0, 1] }, _id: { $lt: 8 } }, [1, 4]],
  [{ $or: [{ v: 'text' }, { v: true }] }, [5, 12]],
  [{ $nor: [{ v: { $exists: true } }] }, [7]],
  [{ $and: [{ v: { $gt: 4 } }, { v: { $lt: 6 } }] }, [1, 4, 8]],
  [{ $expr: { $eq: [{ $type: '$v' }, 'missing'] } }, [7]],
  [{ _id: { $gt: 3, $lt: 6 }, $comment: 'said in passing' }, [4, 5]],
];

const WRONG: readonly Document[] = [
  { v: { $unheardOf: 1 } },
  { $unheardOf: [] },
  { $or: [] },
  { v: { $in: 5 } },
  { v: { $mod: [0, 1] } },
  { v: { $size: -1 } },
  { v: { $type: 'unheard of' } },
  { v: { $regex: '(' } },
  { v: { $options: 'i' } },
  { v: { $elemMatch: 1 } },
  { v: { $all: 1 } },
  { v: { $not: 5 } },
  { v: { $bitsAllSet: 'x' } },
];

describe.each(targets)('$name', ({ open }) => {
  let target: Target;

  beforeAll(async () => {
    target = await open();
    const docs = Object.entries(DOCUMENTS).map(([id, doc]): Document => ({ _id: Number(id), ...doc }));
    await target.db.collection('plain').insertMany(docs);
    await target.db.collection('indexed').insertMany(docs);
    await target.db.collection('indexed').createIndex({ v: 1 });
  });

  afterAll(() => target.close());

  it.each(FILTERS.map(([filter, found]) => ({ filter, found, name: JSON.stringify(filter) })))('$name finds $found, with an index and without', async ({ filter, found }) => {
    for (const name of ['plain', 'indexed']) {
      const docs = await target.db.collection<Document>(name).find(filter).sort({ _id: 1 }).toArray();
      expect([name, docs.map(({ _id }) => _id as unknown as number)]).toEqual([name, found]);
    }
  });

  it.each(WRONG.map((filter) => ({ filter, name: JSON.stringify(filter) })))('refuses $name', async ({ filter }) => {
    await expect(target.db.collection('plain').find(filter).toArray()).rejects.toMatchObject({ ok: 0 });
  });

  it('orders values of all types as MongoDB does', async () => {
    const docs = await target.db.collection('indexed').find({ _id: { $in: [1, 5, 6, 10, 12, 13, 14, 15, 16, 17, 18] as never[] } }).sort({ v: 1 }).toArray();
    expect(docs.map(({ _id }) => _id as unknown)).toEqual([16, 6, 1, 5, 10, 14, 12, 13, 18, 15, 17]);
  });

  it('gives every BSON type back as it was stored', async () => {
    const document = {
      _id: new ObjectId(), int: new Int32(1), long: Long.fromNumber(1), double: new Double(1), decimal: Decimal128.fromString('1.0'), date: new Date(1), binary: new Binary(Buffer.from('x'), 0x80), uuid: new UUID(), regex: new BSONRegExp('a', 'i'),
      timestamp: new Timestamp({ t: 1, i: 2 }), min: new MinKey(), max: new MaxKey(), nothing: null, list: [new Int32(1), [new Double(2)]], 'dotted.name': 1, $dollar: 1, '': 'empty',
    };
    await target.db.collection('types').insertOne(document);
    const [found] = await target.db.collection('types').find({}, { promoteValues: false, promoteLongs: false, bsonRegExp: true, raw: true }).toArray();
    const [again] = await target.db.collection('types').aggregate([], { raw: true }).toArray();
    const [sent] = await target.db.collection('types').aggregate([{ $match: {} }, { $unset: 'absent' }], { raw: true }).toArray();
    expect(again).toEqual(found);
    expect(sent).toEqual(found);
    expect(await target.db.collection('types').findOne({}, { promoteValues: false, promoteLongs: false, bsonRegExp: true })).toEqual({ ...document, 'dotted.name': new Int32(1), $dollar: new Int32(1) });
  });
});
