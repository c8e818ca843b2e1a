import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection, type Types } from 'mongoose';
import { startMongo, type RunningMongo } from './embedded-mongo.js';

const supplierSchema = new mongoose.Schema({ name: { type: String, required: true, unique: true }, country: { type: String, default: 'CN' } }, { timestamps: true });

const partSchema = new mongoose.Schema({
  no: { type: String, required: true },
  price: { type: mongoose.Schema.Types.Decimal128, required: true },
  stock: { type: Number, min: 0, default: 0 },
  supplier: { type: mongoose.Schema.Types.ObjectId, ref: 'Supplier' },
  sizes: [{ code: String, count: Number }],
  attributes: { type: Map, of: String },
});
partSchema.index({ supplier: 1, no: 1 }, { unique: true });

const suppliersOf = (connection: Connection) => connection.model('Supplier', supplierSchema);
const partsOf = (connection: Connection) => connection.model('Part', partSchema);

describe('mongoose', () => {
  let mongo: RunningMongo;
  let connection: Connection;
  let Supplier: ReturnType<typeof suppliersOf>;
  let Part: ReturnType<typeof partsOf>;

  beforeAll(async () => {
    mongo = await startMongo();
    connection = await mongoose.createConnection(mongo.urlOf('shop')).asPromise();
    Supplier = suppliersOf(connection);
    Part = partsOf(connection);
    await Promise.all([Supplier.init(), Part.init()]);
  });

  afterAll(async () => {
    await connection.close();
    await mongo.stop();
  });

  const newPart = (no: string, supplier?: Types.ObjectId): Record<string, unknown> => ({ no, price: '1.10', ...(supplier && { supplier }) });

  it('validates by schema and refuses a second document under a unique key', async () => {
    await Supplier.create({ name: 'Ningbo Tools' });
    await expect(Supplier.create({})).rejects.toThrow('Path `name` is required');
    await expect(Supplier.create({ name: 'Ningbo Tools' })).rejects.toMatchObject({ code: 11000, keyValue: { name: 'Ningbo Tools' } });
    expect((await Part.listIndexes()).map(({ name }: { name: string }) => name)).toEqual(['_id_', 'supplier_1_no_1']);
  });

  it('saves documents with arrays, maps and versions, only what changed of them', async () => {
    const part = await Part.create({ ...newPart('versioned'), sizes: [{ code: 'S', count: 1 }], attributes: { colour: 'red' } });
    part.sizes.push({ code: 'M', count: 2 });
    part.attributes?.set('finish', 'matt');
    part.price = mongoose.Types.Decimal128.fromString('3.30');
    await part.save();
    const stale = await Part.findById(part._id).orFail();
    part.sizes.splice(0, 1);
    await part.save();
    const found = await Part.findOne({ 'sizes.code': 'M', 'attributes.finish': 'matt' }).lean().orFail();
    expect(found).toMatchObject({ sizes: [{ code: 'M', count: 2 }], attributes: { colour: 'red', finish: 'matt' } });
    expect(String(found.price)).toBe('3.30');
    stale.set('sizes.1.count', 9);
    await expect(stale.save()).rejects.toThrow(mongoose.Error.VersionError);
  });

  it('populates references', async () => {
    const supplier = await Supplier.create({ name: 'Yiwu Goods' });
    await Part.insertMany([newPart('p1', supplier._id), newPart('p2', supplier._id)]);
    const parts = await Part.find({ supplier: supplier._id }).sort('no').populate<{ supplier: { name: string } }>('supplier', 'name');
    expect(parts.map(({ no, supplier: { name } }) => [no, name])).toEqual([['p1', 'Yiwu Goods'], ['p2', 'Yiwu Goods']]);
  });

  it('aggregates, counts, and walks a cursor', async () => {
    const supplier = await Supplier.create({ name: 'Counting' });
    await Part.insertMany(Array.from({ length: 120 }, (_, n) => ({ ...newPart(`c${String(n)}`, supplier._id), stock: n % 3 })));
    const groups = await Part.aggregate<{ _id: number; worth: Types.Decimal128; supplier: string }>([
      { $match: { supplier: supplier._id } },
      { $group: { _id: '$stock', worth: { $sum: '$price' }, from: { $first: '$supplier' } } },
      { $lookup: { from: 'suppliers', localField: 'from', foreignField: '_id', as: 'suppliers' } },
      { $project: { worth: 1, supplier: { $arrayElemAt: ['$suppliers.name', 0] } } },
      { $sort: { _id: 1 } },
    ]);
    expect(groups.map(({ _id, worth, supplier: name }) => [_id, String(worth), name])).toEqual([0, 1, 2].map((stock) => [stock, '44.00', 'Counting']));
    let walked = 0;
    for await (const _ of Part.find({ supplier: supplier._id }).batchSize(25).cursor()) walked++;
    expect([walked, await Part.countDocuments({ stock: 2, supplier: supplier._id }), (await Part.distinct('stock', { supplier: supplier._id })).sort()]).toEqual([120, 40, [0, 1, 2]]);
  });

  it('updates, upserts and writes in bulk', async () => {
    await Part.bulkWrite([
      { insertOne: { document: { no: 'b1', price: mongoose.Types.Decimal128.fromString('1'), stock: 1, sizes: [] } } },
      { updateOne: { filter: { no: 'b2' }, update: { $set: { stock: 5 } }, upsert: true } },
      { updateMany: { filter: { no: /^b/ }, update: { $inc: { stock: 1 } } } },
      { deleteOne: { filter: { no: 'b1' } } },
    ]);
    const after = await Part.findOneAndUpdate({ no: 'b2' }, { $push: { sizes: { code: 'L', count: 1 } } }, { returnDocument: 'after' }).orFail();
    expect([after.stock, after.sizes.length, await Part.exists({ no: 'b1' })]).toEqual([6, 1, null]);
  });

  it('commits and aborts transactions', async () => {
    const attempt = connection.transaction(async (session) => {
      await Supplier.create([{ name: 'never' }], { session });
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    await connection.transaction(async (session) => {
      const [supplier] = await Supplier.create([{ name: 'always' }], { session });
      await Part.create([newPart('in-transaction', supplier?._id)], { session });
    });
    expect(await Supplier.find({ name: { $in: ['never', 'always'] } }).distinct('name')).toEqual(['always']);
  });

  it('watches a model', async () => {
    const stream = Part.watch([{ $match: { 'fullDocument.no': 'watched' } }], { fullDocument: 'updateLookup', maxAwaitTimeMS: 50 });
    try {
      await new Promise((resolve) => stream.once('ready', resolve));
      const seen = new Promise<{ operationType: string; fullDocument: { no: string } }>((resolve) => stream.once('change', resolve));
      await Part.create(newPart('unwatched'));
      await Part.create(newPart('watched'));
      expect(await seen).toMatchObject({ operationType: 'insert', fullDocument: { no: 'watched' } });
    } finally {
      await stream.close();
    }
  });
});
