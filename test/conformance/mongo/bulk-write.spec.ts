import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClientBulkWriteError, type AnyClientBulkWriteModel, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

interface Part extends Document {
  readonly _id: string;
}

type Write = AnyClientBulkWriteModel<Part>;

describe.each(targets)('$name', ({ open }) => {
  let target: Target;
  let screws: string;
  let nuts: string;

  beforeAll(async () => {
    target = await open();
    screws = `${target.db.databaseName}.screws`;
    nuts = `${target.db.databaseName}.nuts`;
  });

  afterAll(() => target.close());

  beforeEach(() => target.db.dropDatabase());

  const carryOut = (writes: readonly Write[], options = {}) => target.client.bulkWrite<Record<string, Part>>(writes, options);
  const all = (name: string): Promise<Document[]> => target.db.collection(name).find().sort({ _id: 1 }).toArray();
  const insert = (namespace: string, _id: string, fields: Document = {}): Write => ({ name: 'insertOne', namespace, document: { _id, ...fields } });

  describe('bulkWrite', () => {
    it('carries out writes of every kind in several collections, in order, and counts them', async () => {
      const { insertedCount, matchedCount, modifiedCount, upsertedCount, deletedCount } = await carryOut([
        insert(screws, 'M3', { stock: 1 }),
        insert(nuts, 'M3', { stock: 5 }),
        { name: 'updateOne', namespace: screws, filter: { _id: 'M3' }, update: { $inc: { stock: 2 } } },
        { name: 'updateOne', namespace: screws, filter: { _id: 'M4' }, update: { $set: { stock: 9 } }, upsert: true },
        { name: 'replaceOne', namespace: nuts, filter: { _id: 'M3' }, replacement: { _id: 'M3', stock: 6 } },
        insert(nuts, 'M8'),
        { name: 'updateMany', namespace: screws, filter: {}, update: { $set: { steel: true } } },
        { name: 'updateMany', namespace: screws, filter: { steel: true }, update: [{ $set: { double: { $multiply: ['$stock', 2] } } }] },
        { name: 'deleteOne', namespace: nuts, filter: { _id: 'M8' } },
        { name: 'deleteMany', namespace: nuts, filter: { stock: { $gt: 100 } } },
      ]);
      expect({ insertedCount, matchedCount, modifiedCount, upsertedCount, deletedCount }).toEqual({ insertedCount: 3, matchedCount: 6, modifiedCount: 6, upsertedCount: 1, deletedCount: 1 });
      expect(await all('screws')).toEqual([{ _id: 'M3', stock: 3, steel: true, double: 6 }, { _id: 'M4', stock: 9, steel: true, double: 18 }]);
      expect(await all('nuts')).toEqual([{ _id: 'M3', stock: 6 }]);
    });

    it('tells the result of each, also in more batches than one', async () => {
      const inserts = Array.from({ length: 300 }, (_, no) => insert(screws, `M${String(no).padStart(3, '0')}`));
      const result = await carryOut([...inserts, { name: 'updateOne', namespace: nuts, filter: { _id: 'x' }, update: { $set: { a: 1 } }, upsert: true }, { name: 'deleteMany', namespace: screws, filter: { _id: { $lt: 'M100' } } }], { verboseResults: true });
      expect(result.insertResults?.size).toBe(300);
      expect(result.insertResults?.get(299)).toEqual({ insertedId: 'M299' });
      expect(result.updateResults?.get(300)).toMatchObject({ matchedCount: 1, modifiedCount: 0, upsertedId: 'x' });
      expect(result.deleteResults?.get(301)).toEqual({ deletedCount: 100 });
    });

    it('stops at the first error when ordered, and names it', async () => {
      const failure = await carryOut([insert(screws, 'M3'), insert(screws, 'M3'), insert(nuts, 'M3')]).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MongoClientBulkWriteError);
      const { writeErrors, partialResult } = failure as MongoClientBulkWriteError;
      expect([...writeErrors.entries()]).toMatchObject([[1, { code: 11000 }]]);
      expect(partialResult?.insertedCount).toBe(1);
      expect(await all('nuts')).toEqual([]);
    });

    it('goes on after errors when unordered, and names each', async () => {
      const failure = await carryOut([insert(screws, 'M3'), insert(screws, 'M3'), { name: 'updateOne', namespace: screws, filter: { _id: 'M3' }, update: { $set: { _id: 'M4' } } }, insert(nuts, 'M3')], { ordered: false }).catch((error: unknown) => error);
      expect([...(failure as MongoClientBulkWriteError).writeErrors.entries()]).toMatchObject([[1, { code: 11000 }], [2, { code: 66 }]]);
      expect(await all('nuts')).toEqual([{ _id: 'M3' }]);
    });

    it('is part of a transaction, with collections that there were not before', async () => {
      const abandoned = target.client.withSession((session) =>
        session.withTransaction(async () => {
          await carryOut([insert(screws, 'M3'), insert(nuts, 'M3')], { session });
          expect(await target.db.collection('nuts').countDocuments({}, { session })).toBe(1);
          throw new Error('abandoned');
        }),
      );
      await expect(abandoned).rejects.toThrow('abandoned');
      expect(await all('screws')).toEqual([]);
      await target.client.withSession((session) => session.withTransaction(() => carryOut([insert(screws, 'M3'), insert(nuts, 'M3')], { session })));
      expect(await all('nuts')).toEqual([{ _id: 'M3' }]);
    });

    it('updates the first document in an order', async () => {
      await carryOut([insert(screws, 'a', { n: 1 }), insert(screws, 'b', { n: 3 }), insert(screws, 'c', { n: 2 })]);
      await carryOut([{ name: 'updateOne', namespace: screws, filter: {}, sort: { n: -1 }, update: { $set: { found: 1 } } }, { name: 'replaceOne', namespace: screws, filter: {}, sort: { n: 1 }, replacement: { n: 0 } }]);
      expect(await all('screws')).toEqual([{ _id: 'a', n: 0 }, { _id: 'b', n: 3, found: 1 }, { _id: 'c', n: 2 }]);
    });

    it.each<[string, Document, number]>([
      ['another database than admin', { bulkWrite: 1, ops: [{ insert: 0, document: { a: 1 } }], nsInfo: [{ ns: 'shop.parts' }] }, 13],
      ['a namespace without a collection', { bulkWrite: 1, ops: [{ insert: 0, document: { a: 1 } }], nsInfo: [{ ns: 'shop' }] }, 73],
      ['a number without a namespace', { bulkWrite: 1, ops: [{ insert: 1, document: { a: 1 } }], nsInfo: [{ ns: 'shop.parts' }] }, 2],
      ['an unknown argument', { bulkWrite: 1, ops: [{ delete: 0, filter: {}, everything: true }], nsInfo: [{ ns: 'shop.parts' }] }, 40415],
    ])('refuses %s', async (_, command, code) => {
      await expect(target.client.db(code === 13 ? 'shop' : 'admin').command(command)).rejects.toMatchObject({ code });
    });
  });

  describe('update', () => {
    it('takes the first document in an order', async () => {
      const parts = target.db.collection('parts');
      await parts.insertMany([{ n: 1 }, { n: 3 }, { n: 2 }]);
      await parts.updateOne({}, { $set: { n: 10 } }, { sort: { n: -1 } });
      expect((await parts.distinct('n')).sort()).toEqual([1, 10, 2]);
    });

    it('refuses an order for an update of many', async () => {
      const command = { update: 'parts', updates: [{ q: {}, u: { $set: { a: 1 } }, multi: true, sort: { n: 1 } }] };
      await expect(target.db.command(command)).resolves.toMatchObject({ writeErrors: [{ code: 9 }] });
    });
  });
});
