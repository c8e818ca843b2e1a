import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { startMongo, type RunningMongo } from './embedded-mongo.js';

const run = promisify(execFile);
const binary = join(dirname(fileURLToPath(import.meta.resolve('migrate-mongo'))), '../bin/migrate-mongo.js');

/** One migration in a transaction, one that makes an index. */
const MIGRATIONS: Readonly<Record<string, string>> = {
  '20260101000000-split-name.js': `
    export const up = (db, client) => client.withSession((session) => session.withTransaction(async () => {
      await db.collection('people').updateMany({ name: { $exists: true } }, [{ $set: { names: { $split: ['$name', ' '] } } }, { $unset: 'name' }], { session });
    }));
    export const down = (db) => db.collection('people').updateMany({}, [{ $set: { name: { $concat: [{ $first: '$names' }, ' ', { $last: '$names' }] } } }, { $unset: 'names' }]);`,
  '20260102000000-index-names.js': `
    export const up = (db) => db.collection('people').createIndex({ names: 1 }, { name: 'by_names' });
    export const down = (db) => db.collection('people').dropIndex('by_names');`,
};

describe('migrate-mongo', () => {
  let mongo: RunningMongo;
  let client: MongoClient;
  let folder: string;

  beforeAll(async () => {
    mongo = await startMongo();
    client = await MongoClient.connect(mongo.urlOf('people'));
    folder = join(mongo.directory, 'project');
    await mkdir(join(folder, 'migrations'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const config = { mongodb: { url: mongo.urlOf('people'), databaseName: 'people' }, migrationsDir: 'migrations', changelogCollectionName: 'changelog', lockCollectionName: 'changelog_lock', lockTtl: 60, migrationFileExtension: '.js', useFileHash: false, moduleSystem: 'esm' };
    await writeFile(join(folder, 'migrate-mongo-config.js'), `export default ${JSON.stringify(config)};`);
    for (const [name, source] of Object.entries(MIGRATIONS)) await writeFile(join(folder, 'migrations', name), source);
  });

  afterAll(async () => {
    await client.close();
    await mongo.stop();
  });

  const migrate = async (command: string): Promise<string> => (await run(process.execPath, [binary, command], { cwd: folder, env: { ...process.env, FORCE_COLOR: '0' } })).stdout;

  it('applies migrations once, says which are, and takes the last one back', async () => {
    const people = client.db('people').collection('people');
    await people.insertOne({ name: 'Li Na' });
    expect((await migrate('status')).match(/PENDING/g)).toHaveLength(2);
    expect((await migrate('up')).match(/MIGRATED UP/g)).toHaveLength(2);
    expect(await migrate('up')).toBe('');
    expect(await people.findOne({}, { projection: { _id: 0 } })).toEqual({ names: ['Li', 'Na'] });
    expect((await people.indexes()).map(({ name }) => name)).toContain('by_names');
    expect(await migrate('status')).not.toContain('PENDING');
    expect(await migrate('down')).toContain('MIGRATED DOWN: 20260102000000-index-names.js');
    expect((await people.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await migrate('down');
    expect(await people.findOne({}, { projection: { _id: 0 } })).toEqual({ name: 'Li Na' });
    expect(await client.db('people').collection('changelog').countDocuments()).toBe(0);
  });
});
