import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Collection, Document, Filter, Sort } from 'mongodb';
import { startFixture, type Fixture } from './server.fixture.js';

let fixture: Fixture;
let orders: Collection<Document>;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

beforeEach(async () => {
  await fixture.db.dropDatabase();
  orders = fixture.db.collection('orders');
});

const STATUSES = ['DRAFT', 'SENT', 'DONE'];

async function seed(count: number): Promise<void> {
  await orders.insertMany(
    Array.from({ length: count }, (_, n) => ({ companyId: `c${String(n % 2)}`, status: STATUSES[n % 3], orderedAt: new Date(1000 * ((n * 7919) % 10007)), orderNo: `185002-${String(n)}`, amount: n })),
  );
}

/** @returns the index used (undefined for none), whether a sort was needed and how many documents were looked at */
async function explained(filter: Filter<Document>, sort: Sort = {}, limit = 0): Promise<{ index: string | undefined; sorts: boolean; examined: number }> {
  const { queryPlanner, executionStats } = await orders.find(filter).sort(sort).limit(limit).explain('executionStats');
  const plan = JSON.stringify((queryPlanner as Document)['winningPlan']);
  return { index: /"indexName":"([^"]+)"/.exec(plan)?.[1], sorts: plan.includes('"SORT"'), examined: (executionStats as Document)['totalDocsExamined'] as number };
}

describe('the planner', () => {
  it('looks at no more documents than a sorted page holds', async () => {
    await orders.createIndex({ companyId: 1, orderedAt: -1, _id: -1 }, { name: 'page' });
    await seed(1000);
    expect(await explained({ companyId: 'c1' }, { orderedAt: -1, _id: -1 }, 20)).toEqual({ index: 'page', sorts: false, examined: 20 });
    expect(await explained({ companyId: 'c1' }, { orderedAt: 1, _id: 1 }, 20)).toEqual({ index: 'page', sorts: false, examined: 20 });
  });

  it('merges the values of $in so that the order holds', async () => {
    await orders.createIndex({ companyId: 1, status: 1, orderedAt: -1, _id: -1 }, { name: 'status' });
    await seed(600);
    const filter = { companyId: 'c1', status: { $in: ['DRAFT', 'DONE'] } };
    expect(await explained(filter, { orderedAt: -1, _id: -1 }, 20)).toMatchObject({ index: 'status', sorts: false, examined: 20 });
    const page = await orders.find(filter).sort({ orderedAt: -1, _id: -1 }).limit(20).toArray();
    const all = (await orders.find().toArray()).filter((row) => row['companyId'] === 'c1' && row['status'] !== 'SENT');
    const expected = all.sort((a, b) => Number(b['orderedAt']) - Number(a['orderedAt'])).slice(0, 20);
    expect(page.map(({ orderedAt }) => orderedAt as Date)).toEqual(expected.map(({ orderedAt }) => orderedAt as Date));
  });

  it('prefers equal leading fields, then a range', async () => {
    await orders.createIndexes([
      { key: { orderedAt: 1 }, name: 'time' },
      { key: { status: 1, amount: 1 }, name: 'amount' },
    ]);
    await seed(3000);
    expect(await explained({ status: 'SENT', amount: { $gte: 100, $lt: 130 }, orderedAt: { $gt: new Date(0) } })).toMatchObject({ index: 'amount', examined: 10 });
  });

  it('finds by the start of a text', async () => {
    await orders.createIndex({ orderNo: 1 });
    await seed(300);
    expect(await explained({ orderNo: /^185002-29/ })).toMatchObject({ index: 'orderNo_1', examined: 11 });
    expect(await orders.countDocuments({ orderNo: /^185002-29/ })).toBe(11);
  });

  it('uses a partial index only for what it holds', async () => {
    await orders.createIndex({ amount: 1 }, { name: 'drafts', partialFilterExpression: { status: 'DRAFT' } });
    await seed(90);
    expect(await explained({ status: 'DRAFT', amount: 3 })).toMatchObject({ index: 'drafts' });
    expect(await explained({ amount: 4 })).toMatchObject({ index: undefined });
    expect(await orders.countDocuments({ amount: 4 })).toBe(1);
  });

  it('uses a sparse index only for documents that have the field', async () => {
    await orders.createIndex({ customsNo: 1 }, { sparse: true });
    await seed(60);
    await orders.insertMany([{ customsNo: 'C1' }, { customsNo: 'C2' }, { customsNo: null }]);
    expect(await explained({ customsNo: 'C1' })).toEqual({ index: 'customsNo_1', sorts: false, examined: 1 });
    expect(await explained({ customsNo: { $gt: 'C' } })).toMatchObject({ index: 'customsNo_1', examined: 2 });
    expect(await explained({ customsNo: null })).toMatchObject({ index: undefined });
    expect(await orders.countDocuments({ customsNo: null })).toBe(61);
    expect(await explained({}, { customsNo: 1 })).toMatchObject({ index: undefined, sorts: true });
    expect(await orders.find().sort({ customsNo: 1 }).toArray()).toHaveLength(63);
  });

  it('uses a TTL index for queries, as what removes the expired does', async () => {
    await orders.createIndex({ seenAt: 1 }, { expireAfterSeconds: 3600 });
    await seed(60);
    const now = Date.now();
    await orders.insertMany(Array.from({ length: 30 }, (_, n) => ({ n, seenAt: new Date(now - n * 1000) })));
    expect(await explained({ seenAt: { $lt: new Date(now - 25_500) } })).toEqual({ index: 'seenAt_1', sorts: false, examined: 4 });
    const page = await explained({}, { seenAt: -1 }, 5);
    expect(page).toEqual({ index: 'seenAt_1', sorts: false, examined: 5 });
  });

  it('counts by the index alone, looking at no document', async () => {
    await orders.createIndexes([{ key: { status: 1, amount: 1 }, name: 'status' }, { key: { tags: 1 }, name: 'tags' }]);
    await seed(600);
    await orders.insertOne({ tags: ['a', 'b'] });
    const counted = async (query: Filter<Document>): Promise<Document> => {
      const byCommand = await fixture.db.command({ explain: { count: 'orders', query }, verbosity: 'executionStats' });
      const { queryPlanner, executionStats } = await orders.aggregate([{ $match: query }, { $group: { _id: 1, n: { $sum: 1 } } }]).explain('executionStats');
      const plan = (queryPlanner as Document)['winningPlan'] as Document;
      expect(plan).toEqual((byCommand['queryPlanner'] as Document)['winningPlan']);
      const { stage, inputStage } = plan as { stage: string; inputStage?: Document };
      return { stage, ...(inputStage && { by: [inputStage['stage'], inputStage['indexName']] }), examined: (executionStats as Document)['totalDocsExamined'] as number };
    };
    expect(await counted({ status: 'SENT', amount: { $gte: 300 } })).toEqual({ stage: 'COUNT', by: ['COUNT_SCAN', 'status'], examined: 0 });
    expect(await orders.countDocuments({ status: 'SENT', amount: { $gte: 300 } })).toBe(100);
    expect(await counted({ status: { $in: ['SENT', 'DONE'] } })).toEqual({ stage: 'COUNT', by: ['COUNT_SCAN', 'status'], examined: 0 });
    expect(await counted({})).toEqual({ stage: 'RECORD_STORE_FAST_COUNT', examined: 0 });
    expect(await orders.countDocuments({ status: { $in: ['SENT', 'DONE'] } })).toBe(400);
    expect(await counted({ tags: { $gte: 'a' } })).toMatchObject({ by: ['FETCH', undefined], examined: 1 });
    expect(await counted({ companyId: 'c1' })).toMatchObject({ by: ['COLLSCAN', undefined], examined: 601 });
  });

  it('finds array elements through an index, each document once', async () => {
    await orders.createIndex({ tags: 1 });
    await orders.insertMany([{ tags: ['a', 'b', 'a'] }, { tags: 'b' }, { tags: [] }, { no: 1 }]);
    expect(await orders.find({ tags: { $in: ['a', 'b'] } }).toArray()).toHaveLength(2);
    expect(await orders.countDocuments({ tags: { $gte: 'a' } })).toBe(2);
    expect(await explained({ tags: 'a' })).toMatchObject({ index: 'tags_1', examined: 1 });
  });

  it('answers the same with and without an index', async () => {
    const values: unknown[] = [null, 1, 1.5, -3, 'a', 'ab', '', true, false, new Date(5), [1, 2], [], ['a', null], { x: 1 }, { x: [1, 2] }, NaN, -Infinity];
    await orders.insertMany([...values.map((v, n) => ({ n, v })), { n: 99 }]);
    const filters: Document[] = [
      ...values.map((v) => ({ v })),
      { v: { $gt: 1 } }, { v: { $lte: 1 } }, { v: { $gte: 'a' } }, { v: { $lt: 'b', $gt: '' } }, { v: { $gt: 0, $lt: 2 } }, { v: { $in: [null, 1] } }, { v: { $ne: 1 } },
      { v: { $exists: false } }, { v: { $gte: null } }, { v: { $gte: false } }, { 'v.x': 1 }, { v: { $not: { $gt: 1 } } }, { v: { $type: 'number' } },
    ];
    const run = async (): Promise<number[][]> => Promise.all(filters.map(async (filter) => (await orders.find(filter).sort({ n: 1 }).toArray()).map(({ n }) => n as number)));
    const order = async (direction: 1 | -1): Promise<number[]> => (await orders.find().sort({ v: direction, n: 1 }).toArray()).map(({ n }) => n as number);
    const unindexed = { found: await run(), up: await order(1), down: await order(-1) };
    await orders.createIndexes([{ key: { v: 1 } }, { key: { v: -1, n: 1 } }, { key: { 'v.x': 1 } }]);
    expect({ found: await run(), up: await order(1), down: await order(-1) }).toEqual(unindexed);
  });

  it('lets others read and keeps writers waiting while an index is built', async () => {
    await seed(20_000);
    const order: string[] = [];
    const built = orders.createIndex({ amount: 1 }).then(() => order.push('built'));
    const written = orders.insertOne({ amount: -1 }).then(() => order.push('written'));
    let reads = 0;
    while (!order.includes('built')) {
      expect(await orders.findOne({ orderNo: '185002-3' })).toMatchObject({ amount: 3 });
      reads++;
    }
    await Promise.all([built, written]);
    expect(reads).toBeGreaterThan(3);
    expect(order).toEqual(['built', 'written']);
    expect(await explained({ amount: -1 })).toMatchObject({ index: 'amount_1', examined: 1 });
    expect(await orders.countDocuments({ amount: { $gte: -1 } })).toBe(20_001);
  });
});
