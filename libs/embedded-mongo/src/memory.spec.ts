import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document } from 'mongodb';
import { startFixture, type Fixture } from './server.fixture.js';

const MEGABYTE = 1024 * 1024;

let fixture: Fixture;
let large: Collection<Document>;

beforeAll(async () => {
  fixture = await startFixture();
  large = fixture.db.collection('large');
  for (let n = 0; n < 112; n += 8) await large.insertMany(Array.from({ length: 8 }, (_, m) => ({ n: n + m, half: (n + m) % 2, pad: 'x'.repeat(MEGABYTE) })));
});

afterAll(() => fixture.close());

const everything = { $group: { _id: '$half', all: { $push: '$$ROOT' } } };
const counted = { $group: { _id: null, all: { $push: '$n' }, first: { $first: '$pad' }, set: { $addToSet: '$pad' }, top: { $topN: { n: 2, sortBy: { n: -1 }, output: '$n' } } } };

describe('a stage that answers only when it has seen everything', () => {
  it.each<[string, Document[]]>([
    ['$group', [everything, { $project: { n: 1 } }]],
    ['$bucket', [{ $bucket: { groupBy: '$n', boundaries: [0, 1_000], output: { all: { $push: '$pad' } } } }, { $project: { n: 1 } }]],
    ['$facet', [{ $facet: { all: [{ $match: {} }] } }, { $project: { n: 1 } }]],
    ['$setWindowFields', [{ $setWindowFields: { sortBy: { n: 1 }, output: { rank: { $rank: {} } } } }, { $project: { n: 1 } }]],
    ['$sort', [{ $addFields: { m: 1 } }, { $sort: { m: 1 } }, { $project: { n: 1 } }]],
    ['$lookup', [{ $limit: 1 }, { $lookup: { from: 'large', pipeline: [], as: 'all' } }, { $project: { n: 1 } }]],
    ['$graphLookup', [{ $limit: 1 }, { $graphLookup: { from: 'large', startWith: 'x'.repeat(MEGABYTE), connectFromField: 'pad', connectToField: 'pad', as: 'all' } }, { $project: { n: 1 } }]],
    ['$sample', [{ $sample: { size: 111 } }, { $project: { n: 1 } }]],
    ['$out', [{ $out: 'copy' }]],
    ['$merge', [{ $merge: 'copy' }]],
  ])('is refused above 100 MB: %s', async (_, pipeline) => {
    await expect(large.aggregate(pipeline, { allowDiskUse: true }).toArray()).rejects.toMatchObject({ code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' });
    expect(await fixture.db.collection('copy').countDocuments()).toBe(0);
  });

  it('holds of 112 MB only what the answer is made of', async () => {
    const [{ all, first, set, top } = {}] = await large.aggregate([counted]).toArray();
    expect({ all: (all as number[]).length, first: (first as string).length, set: (set as string[]).length, top: top as number[] }).toEqual({ all: 112, first: MEGABYTE, set: 1, top: [111, 110] });
  });

  it('gives everything below that, but no document larger than 16 MB', async () => {
    expect(await large.aggregate([{ $limit: 80 }, everything, { $project: { size: { $size: '$all' } } }, { $sort: { _id: 1 } }]).toArray()).toEqual([{ _id: 0, size: 40 }, { _id: 1, size: 40 }]);
    await expect(large.aggregate([{ $limit: 20 }, { $group: { _id: null, all: { $push: '$pad' } } }]).toArray()).rejects.toMatchObject({ code: 10334 });
  });
});
