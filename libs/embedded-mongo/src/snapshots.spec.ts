import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClientSession, Collection } from 'mongodb';
import { startFixture, type Fixture } from './server.fixture.js';

interface Item {
  readonly _id: number;
  readonly v: number;
  readonly u: number;
  readonly tags: readonly number[];
}

let fixture: Fixture;
let items: Collection<Item>;

beforeAll(async () => {
  fixture = await startFixture();
  items = fixture.db.collection<Item>('items');
  await items.createIndexes([{ key: { v: 1, _id: -1 } }, { key: { u: 1 }, unique: true }, { key: { tags: 1 } }]);
});

afterAll(() => fixture.close());

const IDS = 40;
const write = fc.record({
  /** Documents are parted between the transaction and the others, so that none of their writes conflict. */
  inside: fc.boolean(),
  slot: fc.nat(IDS / 2 - 1),
  kind: fc.constantFrom('put', 'set', 'delete'),
  v: fc.nat(9),
  tags: fc.array(fc.nat(4), { maxLength: 3 }),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

function applied(model: Map<number, Item>, { inside, slot, kind, v, tags }: Write): void {
  const _id = slot * 2 + Number(inside);
  const known = model.get(_id);
  if (kind === 'delete') model.delete(_id);
  else if (kind === 'put') model.set(_id, { _id, v, u: _id * 10 + v, tags });
  else if (known) model.set(_id, { ...known, v });
}

async function carriedOut({ inside, slot, kind, v, tags }: Write, session: ClientSession): Promise<void> {
  const _id = slot * 2 + Number(inside);
  const options = inside ? { session } : {};
  if (kind === 'delete') await items.deleteOne({ _id }, options);
  else if (kind === 'put') await items.replaceOne({ _id }, { v, u: _id * 10 + v, tags }, { ...options, upsert: true });
  else await items.updateMany({ _id: { $in: [_id] } }, { $set: { v } }, options);
}

/** Everything a statement can see, each by another way: collection, index in order, unique key, array elements, counts. */
async function seen(session?: ClientSession): Promise<unknown> {
  const options = session ? { session } : {};
  return {
    all: (await items.find({}, options).sort({ _id: 1 }).toArray()).map(({ _id, v, tags }) => [_id, v, tags]),
    unordered: (await items.find({}, options).toArray()).length,
    byIndex: (await items.find({ v: { $gte: 3, $lt: 8 } }, options).sort({ v: -1, _id: 1 }).batchSize(3).toArray()).map(({ _id }) => _id),
    byKey: (await items.find({ u: { $in: [33, 44, 75, 106] } }, options).toArray()).map(({ _id }) => _id).sort(),
    byElement: (await items.find({ tags: 2 }, options).toArray()).map(({ _id }) => _id).sort(),
    counted: [await items.countDocuments({}, options), await items.countDocuments({ v: 5 }, options)],
  };
}

function expected(model: ReadonlyMap<number, Item>): unknown {
  const all = [...model.values()].sort((a, b) => a._id - b._id);
  return {
    all: all.map(({ _id, v, tags }) => [_id, v, tags]),
    unordered: all.length,
    byIndex: all.filter(({ v }) => v >= 3 && v < 8).sort((a, b) => b.v - a.v || a._id - b._id).map(({ _id }) => _id),
    byKey: all.filter(({ u }) => [33, 44, 75, 106].includes(u)).map(({ _id }) => _id).sort(),
    byElement: all.filter(({ tags }) => tags.includes(2)).map(({ _id }) => _id).sort(),
    counted: [all.length, all.filter(({ v }) => v === 5).length],
  };
}

describe('a transaction among writers', () => {
  it('sees its snapshot and its own writes, however it reads, and everybody sees both at the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), fc.array(write, { minLength: 1, maxLength: 25 }), fc.boolean(), async (before, during, commits) => {
        await items.deleteMany({});
        const committed = new Map<number, Item>();
        const session = fixture.client.startSession();
        for (const each of before) {
          await carriedOut({ ...each, inside: false }, session);
          applied(committed, { ...each, inside: false });
        }
        session.startTransaction();
        const inside = new Map(committed);
        const others = new Map(committed);
        expect(await seen(session)).toEqual(expected(inside));
        for (const each of during) {
          await carriedOut(each, session);
          applied(each.inside ? inside : others, each);
        }
        expect(await seen(session)).toEqual(expected(inside));
        expect(await seen()).toEqual(expected(others));
        await (commits ? session.commitTransaction() : session.abortTransaction());
        await session.endSession();
        if (commits) for (const each of during) if (each.inside) applied(others, each);
        expect(await seen()).toEqual(expected(others));
      }),
      { numRuns: 25 },
    );
  });
});
