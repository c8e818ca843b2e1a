import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Timestamp, type Document } from 'mongodb';
import { targets, type Target } from './target.js';

describe.each(targets)('$name', ({ open }) => {
  let target: Target;

  beforeAll(async () => {
    target = await open();
  });

  afterAll(() => target.close());

  beforeEach(() => target.db.dropDatabase());

  const admin = (command: Document): Promise<Document> => target.client.db('admin').command(command);

  it('tells tools about itself', async () => {
    expect((await admin({ buildInfo: 1 }))['versionArray']).toHaveLength(4);
    expect(await admin({ hostInfo: 1 })).toMatchObject({ ok: 1, system: { numCores: expect.any(Number) } });
    expect(await admin({ serverStatus: 1 })).toMatchObject({ ok: 1, connections: { current: expect.any(Number) } });
    expect(await admin({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({ featureCompatibilityVersion: { version: expect.any(String) } });
    expect(await admin({ getCmdLineOpts: 1 })).toMatchObject({ ok: 1, argv: expect.any(Array) });
    expect(await admin({ getLog: '*' })).toMatchObject({ names: expect.arrayContaining(['global', 'startupWarnings']) });
    expect(await admin({ connectionStatus: 1, showPrivileges: true })).toMatchObject({ authInfo: { authenticatedUsers: expect.any(Array) } });
    expect(await admin({ replSetGetStatus: 1 })).toMatchObject({ myState: 1 });
    expect((await admin({ listCommands: 1 }))['commands']).toHaveProperty('findAndModify');
  });

  it('tells the sizes of databases and collections', async () => {
    await target.db.collection('parts').insertMany([{ no: 'a' }, { no: 'b' }]);
    await target.db.collection('parts').createIndex({ no: 1 });
    expect(await target.db.stats()).toMatchObject({ collections: 1, objects: 2, indexes: 2, dataSize: expect.any(Number), indexSize: expect.any(Number) });
    const [stats] = await target.db.collection('parts').aggregate([{ $collStats: { storageStats: {}, count: {} } }]).toArray();
    expect(stats).toMatchObject({ ns: `${target.db.databaseName}.parts`, count: 2, storageStats: { count: 2, nindexes: 2, capped: false, indexSizes: { _id_: expect.any(Number), no_1: expect.any(Number) } } });
    const { databases } = await admin({ listDatabases: 1 });
    expect(databases).toContainEqual(expect.objectContaining({ name: target.db.databaseName, sizeOnDisk: expect.any(Number), empty: false }));
  });

  it('makes all indexes of one command, or none', async () => {
    const parts = target.db.collection('parts');
    await parts.insertMany([{ no: 1, bin: 'a' }, { no: 2, bin: 'a' }]);
    await expect(parts.createIndexes([{ key: { no: 1 } }, { key: { bin: 1 }, unique: true }])).rejects.toMatchObject({ code: 11000 });
    expect(await parts.indexes()).toHaveLength(1);
    await parts.createIndexes([{ key: { no: 1 }, unique: true }, { key: { bin: 1 } }]);
    expect((await parts.indexes()).map(({ name }) => name)).toEqual(['_id_', 'no_1', 'bin_1']);
    expect(await parts.find({ bin: 'a' }).hint('bin_1').toArray()).toHaveLength(2);
  });

  it('names a command that it does not have', async () => {
    await expect(admin({ atlasVersion: 1 })).rejects.toMatchObject({ code: 59, message: expect.stringContaining('atlasVersion') });
  });

  it('gives the time of the operation, which sessions hand on', async () => {
    await target.client.withSession(async (session) => {
      await target.db.collection('parts').insertOne({}, { session });
      expect(session.operationTime).toBeInstanceOf(Timestamp);
      expect(session.clusterTime).toMatchObject({ clusterTime: expect.any(Timestamp) });
      expect(await target.db.collection('parts').countDocuments({}, { session })).toBe(1);
    });
  });

  it('reports a write concern that cannot be met besides the write', async () => {
    const attempt = target.db.collection('parts').insertOne({ no: 'a' }, { writeConcern: { w: 'nowhere' as never } });
    await expect(attempt).rejects.toMatchObject({ code: 79 });
    expect(await target.db.collection('parts').countDocuments()).toBe(1);
  });

  it('refuses an unknown read concern', async () => {
    await expect(target.db.command({ find: 'parts', readConcern: { level: 'best' } })).rejects.toMatchObject({ ok: 0 });
  });
});
