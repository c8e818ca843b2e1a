import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongo } from '#embedded-mongo';

/** A server on a directory of its own, for a client that others wrote. */
export interface RunningMongo {
  /** @returns the connection string of a database */
  urlOf(database: string): string;
  /** Empty; for what else the client wants to keep in files. */
  readonly directory: string;
  stop(): Promise<void>;
}

export async function startMongo(): Promise<RunningMongo> {
  const directory = mkdtempSync(join(tmpdir(), 'mongo-client-'));
  const node = await EmbeddedMongo.start({ dataDir: join(directory, 'data'), port: 0 });
  return {
    directory,
    urlOf: (database) => node.connectionString.replace('/?', `/${database}?`),
    async stop() {
      await node.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
