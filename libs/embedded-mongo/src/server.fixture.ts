import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { EmbeddedMongo } from './embedded-mongo.js';

/** A server on a directory of its own with the official driver connected to it: what the specs work with. */
export interface Fixture {
  readonly node: EmbeddedMongo;
  readonly client: MongoClient;
  readonly db: Db;
  readonly directory: string;
  close(): Promise<void>;
}

/** @returns a new, empty directory */
export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'embedded-mongo-'));

export async function startFixture(): Promise<Fixture> {
  const directory = newDirectory();
  const node = await EmbeddedMongo.start({ dataDir: directory, port: 0 });
  const client = await MongoClient.connect(node.connectionString);
  return {
    node,
    client,
    directory,
    db: client.db('trade'),
    async close() {
      await client.close();
      await node.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
