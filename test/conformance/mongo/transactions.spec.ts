import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientSession, Collection, Document } from 'mongodb';
import { targets, type Target } from './target.js';

describe.each(targets)('$name', ({ open }) => {
  let target: Target;
  let accounts: Collection<Document>;

  beforeAll(async () => {
    target = await open();
  });

  afterAll(() => target.close());

  beforeEach(async () => {
    await target.db.dropDatabase();
    accounts = target.db.collection('accounts');
    await accounts.insertMany(Array.from({ length: 10 }, (_, no): Document => ({ _id: no, balance: 100 })));
  });

  const total = async (session?: ClientSession): Promise<number> =>
    (await accounts.find({}, session && { session }).toArray()).reduce((sum, { balance }) => sum + (balance as number), 0);

  describe('transactions', () => {
    it('keep a sum that many of them move about, at the end and in every snapshot', async () => {
      const transfer = (from: number, to: number): Promise<unknown> =>
        target.client.withSession((session) =>
          session.withTransaction(async () => {
            await accounts.updateOne({ _id: from as never }, { $inc: { balance: -1 } }, { session });
            await accounts.updateOne({ _id: to as never }, { $inc: { balance: 1 } }, { session });
          }),
        );
      const snapshot = (): Promise<number> => target.client.withSession((session) => session.withTransaction(() => total(session)));
      const movers = Array.from({ length: 8 }, async (_, mover) => {
        for (let round = 0; round < 15; round++) await transfer((mover + round) % 10, (mover * 3 + round + 1) % 10);
      });
      const readers = Array.from({ length: 20 }, snapshot);
      expect(await Promise.all(readers)).toEqual(readers.map(() => 1000));
      await Promise.all(movers);
      expect(await total()).toBe(1000);
    });

    it('admit one of several that take the same unique key', async () => {
      await accounts.createIndex({ owner: 1 }, { unique: true, sparse: true });
      const take = (no: number): Promise<unknown> =>
        target.client.withSession((session) =>
          session.withTransaction(() => accounts.updateOne({ _id: no as never }, { $set: { owner: 'a' } }, { session })),
        );
      const outcomes = await Promise.allSettled([take(1), take(2), take(3)]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 11000 });
      expect(await accounts.countDocuments({ owner: 'a' })).toBe(1);
    });
  });
});
