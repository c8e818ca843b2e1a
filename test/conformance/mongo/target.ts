import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo } from '#embedded-mongo';

/** A server the suites run against, with a database of their own. */
export interface Target {
  readonly client: MongoClient;
  readonly db: Db;
  close(): Promise<void>;
}

/** The embedded server always, and the real one that `MONGODB_URL` names, if it is set. */
export const targets: readonly { readonly name: string; readonly open: () => Promise<Target> }[] = [
  { name: 'the embedded server', open: openEmbedded },
  ...(process.env['MONGODB_URL'] === undefined ? [] : [{ name: 'MongoDB', open: openReal }]),
];

async function openEmbedded(): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mongo-conformance-'));
  const node = await EmbeddedMongo.start({ dataDir, port: 0 });
  const client = await MongoClient.connect(node.connectionString);
  return {
    client,
    db: client.db('conformance'),
    async close() {
      await client.close();
      await node.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function openReal(): Promise<Target> {
  const client = await MongoClient.connect(process.env['MONGODB_URL'] ?? '');
  const db = client.db(`conformance-${randomUUID()}`);
  return {
    client,
    db,
    async close() {
      await db.dropDatabase();
      await client.close();
    },
  };
}
