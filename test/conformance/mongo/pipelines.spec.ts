import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, type Collection, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

const TYPED = { promoteValues: false, promoteLongs: false } as const;

describe.each(targets)('$name', ({ open }) => {
  let target: Target;
  let sales: Collection<Document>;

  beforeAll(async () => {
    target = await open();
  });

  afterAll(() => target.close());

  beforeEach(async () => {
    await target.db.dropDatabase();
    sales = target.db.collection('sales');
    await sales.insertMany([
      { _id: 1, state: 'CA', n: new Double(2), qty: 4, tags: ['a', 'b'], by: { name: 'x' } },
      { _id: 2, state: 'CA', n: Long.fromNumber(3), qty: 1, tags: [], by: { name: 'y' } },
      { _id: 3, state: 'WA', n: Decimal128.fromString('1.50'), qty: 7, by: null },
    ] as never[]);
  });

  const run = (...stages: Document[]): Promise<Document[]> => sales.aggregate(stages).toArray();
  const ids = (docs: readonly Document[]): unknown[] => docs.map(({ _id }) => _id as unknown);

  it('keeps the BSON types of what it passes on', async () => {
    const docs = await sales.aggregate([{ $sort: { _id: 1 } }, { $project: { n: 1, again: '$n', doubled: { $multiply: ['$n', 2] } } }], TYPED).toArray();
    expect(docs[0]).toEqual({ _id: new Int32(1), n: new Double(2), again: new Double(2), doubled: new Double(4) });
    expect(docs[1]).toEqual({ _id: new Int32(2), n: Long.fromNumber(3), again: Long.fromNumber(3), doubled: Long.fromNumber(6) });
    expect(docs[2]?.['doubled']).toEqual(Decimal128.fromString('3.00'));
  });

  it('projects, sets, unsets and replaces', async () => {
    expect(await run({ $match: { _id: 1 } }, { $project: { _id: 0, 'by.name': 1, 'by.loud': { $toUpper: '$by.name' }, tags: { $size: '$tags' } } })).toEqual([{ by: { name: 'x', loud: 'X' }, tags: 2 }]);
    expect(await run({ $match: { _id: 2 } }, { $set: { 'by.age': 9, qty: '$$REMOVE' } }, { $unset: ['n', 'tags'] })).toEqual([{ _id: 2, state: 'CA', by: { name: 'y', age: 9 } }]);
    expect(await run({ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { $mergeObjects: [{ qty: 0, extra: 1 }, { qty: '$qty' }] } } })).toEqual([{ qty: 4, extra: 1 }]);
    await expect(run({ $replaceWith: '$by' })).rejects.toMatchObject({ ok: 0 });
  });

  it('unwinds arrays, keeping empty ones if asked', async () => {
    expect((await run({ $unwind: '$tags' })).map(({ tags }) => tags as unknown)).toEqual(['a', 'b']);
    const kept = await run({ $unwind: { path: '$tags', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } }, { $sort: { _id: 1, at: 1 } }, { $project: { tags: 1, at: 1 } });
    expect(kept).toEqual([{ _id: 1, tags: 'a', at: 0 }, { _id: 1, tags: 'b', at: 1 }, { _id: 2, at: null }, { _id: 3, at: null }]);
  });

  it('groups with every accumulator', async () => {
    const [group] = await run(
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: null, total: { $sum: '$qty' }, mean: { $avg: '$qty' }, least: { $min: '$qty' }, most: { $max: '$qty' }, first: { $first: '$state' }, last: { $last: '$state' }, all: { $push: '$_id' }, count: { $count: {} },
          two: { $firstN: { input: '$_id', n: 2 } }, top: { $top: { sortBy: { qty: -1 }, output: '$_id' } }, bottoms: { $bottomN: { n: 2, sortBy: { qty: -1 }, output: '$_id' } }, spread: { $stdDevPop: '$qty' }, merged: { $mergeObjects: '$by' }, middle: { $median: { input: '$qty', method: 'approximate' } },
        },
      },
    );
    expect(group).toEqual({ _id: null, total: 12, mean: 4, least: 1, most: 7, first: 'CA', last: 'WA', all: [1, 2, 3], count: 3, two: [1, 2], top: 3, bottoms: [1, 2], spread: Math.sqrt(6), merged: { name: 'y' }, middle: 4 });
    expect(await run({ $group: { _id: { state: '$state' }, states: { $addToSet: '$state' } } }, { $sort: { _id: 1 } })).toEqual([{ _id: { state: 'CA' }, states: ['CA'] }, { _id: { state: 'WA' }, states: ['WA'] }]);
    expect(await run({ $sortByCount: '$state' })).toEqual([{ _id: 'CA', count: 2 }, { _id: 'WA', count: 1 }]);
    expect(await run({ $bucket: { groupBy: '$qty', boundaries: [0, 2, 5], default: 'more', output: { ids: { $push: '$_id' } } } })).toEqual([{ _id: 0, ids: [2] }, { _id: 2, ids: [1] }, { _id: 'more', ids: [3] }]);
  });

  it('puts equal numbers of different types into one group', async () => {
    await sales.insertOne({ _id: 4 as never, n: 2 });
    expect(await run({ $group: { _id: '$n', ids: { $push: '$_id' } } }, { $match: { _id: 2 } })).toEqual([{ _id: 2, ids: [1, 4] }]);
  });

  it('facets, samples, redacts and counts', async () => {
    expect(await run({ $facet: { few: [{ $sort: { qty: 1 } }, { $limit: 1 }, { $project: { _id: 1 } }], n: [{ $count: 'n' }] } })).toEqual([{ few: [{ _id: 2 }], n: [{ n: 3 }] }]);
    expect(await run({ $sample: { size: 2 } })).toHaveLength(2);
    expect(ids(await run({ $redact: { $cond: [{ $eq: ['$state', 'WA'] }, '$$PRUNE', '$$KEEP'] } }))).toEqual([1, 2]);
    expect(await run({ $match: { qty: 99 } }, { $count: 'n' })).toEqual([]);
  });

  it('looks up by fields, by a pipeline with variables, and through a graph', async () => {
    const staff = target.db.collection<Document>('staff');
    await staff.insertMany([{ name: 'x', boss: 'y', pay: 5 }, { name: 'y', boss: 'z', pay: 9 }, { name: 'z', pay: 20 }]);
    expect((await run({ $match: { _id: 1 } }, { $lookup: { from: 'staff', localField: 'by.name', foreignField: 'name', pipeline: [{ $project: { _id: 0, pay: 1 } }], as: 'who' } }))[0]).toMatchObject({ who: [{ pay: 5 }] });
    const richer = { from: 'staff', let: { q: '$qty' }, pipeline: [{ $match: { $expr: { $gt: ['$pay', '$$q'] } } }, { $sort: { pay: 1 } }, { $project: { _id: 0, name: 1, over: { $subtract: ['$pay', '$$q'] } } }], as: 'richer' };
    expect((await run({ $match: { _id: 3 } }, { $lookup: richer }))[0]).toMatchObject({ richer: [{ name: 'y', over: 2 }, { name: 'z', over: 13 }] });
    const [chain] = await run({ $match: { _id: 1 } }, { $graphLookup: { from: 'staff', startWith: '$by.name', connectFromField: 'boss', connectToField: 'name', as: 'chain', depthField: 'depth' } });
    expect((chain?.['chain'] as Document[]).map(({ name, depth }) => [name as unknown, depth as unknown])).toEqual([['x', 0], ['y', 1], ['z', 2]]);
    expect(await run({ $unionWith: { coll: 'staff', pipeline: [{ $match: { pay: 20 } }] } }, { $count: 'n' })).toEqual([{ n: 4 }]);
  });

  it('computes over windows of neighbours', async () => {
    const fields = await run({
      $setWindowFields: {
        partitionBy: '$state',
        sortBy: { qty: 1 },
        output: { running: { $sum: '$qty', window: { documents: ['unbounded', 'current'] } }, near: { $max: '$qty', window: { range: [-1, 3] } }, place: { $rank: {} }, before: { $shift: { output: '$_id', by: -1, default: 'none' } } },
      },
    }, { $project: { running: 1, near: 1, place: 1, before: 1 } });
    expect(fields).toEqual([
      { _id: 2, running: 1, near: 4, place: 1, before: 'none' },
      { _id: 1, running: 5, near: 4, place: 2, before: 2 },
      { _id: 3, running: 7, near: 7, place: 1, before: 'none' },
    ]);
  });

  it('knows the variables of let in every command', async () => {
    const option = { let: { low: 2 } };
    const filter = { $expr: { $gt: ['$qty', '$$low'] } };
    expect(ids(await sales.find(filter, { ...option, sort: { _id: 1 } }).toArray())).toEqual([1, 3]);
    expect(ids(await sales.aggregate([{ $match: filter }, { $sort: { _id: 1 } }], option).toArray())).toEqual([1, 3]);
    await sales.updateMany(filter, [{ $set: { more: { $subtract: ['$qty', '$$low'] } } }], option);
    expect(await sales.findOne({ _id: 3 as never })).toMatchObject({ more: 5 });
    expect((await sales.deleteMany({ $expr: { $lt: ['$qty', '$$low'] } }, option)).deletedCount).toBe(1);
  });

  it('writes its results out, and merges them', async () => {
    const totals = target.db.collection<Document>('totals');
    await totals.insertOne({ _id: 'CA', note: 'kept' } as never);
    const group = { $group: { _id: '$state', qty: { $sum: '$qty' } } };
    await run(group, { $merge: { into: 'totals', whenMatched: 'merge', whenNotMatched: 'insert' } });
    expect(await totals.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 'CA', note: 'kept', qty: 5 }, { _id: 'WA', qty: 7 }]);
    await run(group, { $merge: { into: 'totals', whenMatched: [{ $set: { qty: { $add: ['$qty', '$$new.qty'] } } }] } });
    expect(await totals.findOne({ _id: 'WA' as never })).toEqual({ _id: 'WA', qty: 14 });
    await run({ $match: { state: 'WA' } }, { $project: { qty: 1 } }, { $out: 'totals' });
    expect(await totals.find().toArray()).toEqual([{ _id: 3, qty: 7 }]);
    await expect(run({ $merge: { into: 'totals', whenMatched: 'fail' } })).rejects.toMatchObject({ code: 11000 });
    expect(await totals.countDocuments()).toBe(1);
  });

  it('updates by a pipeline that leaves the rest as it was', async () => {
    await sales.updateOne({ _id: 1 as never }, [{ $replaceRoot: { newRoot: '$by' } }, { $addFields: { n: 1 } }]);
    expect(await sales.findOne({ _id: 1 as never })).toEqual({ _id: 1, name: 'x', n: 1 });
    await sales.updateOne({ _id: 3 as never }, [{ $set: { seen: true } }]);
    expect(await sales.findOne({ _id: 3 as never }, { ...TYPED, projection: { n: 1, seen: 1, _id: 0 } })).toEqual({ n: Decimal128.fromString('1.50'), seen: true });
  });

  it('inserts by a pipeline that starts from what the filter says', async () => {
    await sales.updateOne({ state: 'NV', qty: { $gt: 1 } }, [{ $set: { label: { $concat: ['$state', '!'] } } }], { upsert: true });
    expect(await sales.findOne({ state: 'NV' }, { projection: { _id: 0 } })).toEqual({ state: 'NV', label: 'NV!' });
  });

  it('runs over documents given to it', async () => {
    expect(await target.db.aggregate([{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: { $gt: 1 } } }]).toArray()).toEqual([{ a: 2 }]);
  });

  it('is refused as a whole when a stage or an argument is unknown', async () => {
    await expect(run({ $match: { _id: 99 } }, { $nonsense: 1 })).rejects.toMatchObject({ code: 40324 });
    await expect(run({ $group: { qty: { $sum: 1 } } })).rejects.toMatchObject({ ok: 0 });
    await expect(run({ $out: 'a' }, { $match: {} })).rejects.toMatchObject({ ok: 0 });
    await expect(target.db.command({ find: 'sales', nonsense: 1 })).rejects.toMatchObject({ code: 40415 });
    await expect(target.db.command({ update: 'sales', updates: [{ q: {}, u: { $set: { a: 1 } }, nonsense: 1 }] })).rejects.toMatchObject({ code: 40415 });
  });
});
