#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { EmbeddedMongo } from './embedded-mongo.js';

const USAGE = `usage: portolan-mongo [--data DIRECTORY] [--port PORT]
       portolan-mongo backup --to DIRECTORY [--port PORT]`;

/** Runs the server as a process of its own, or has the one that runs make a backup. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string', default: './data' }, port: { type: 'string', default: '27017' }, to: { type: 'string' } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`--port must be 0 to 65535, not ${values.port}`);
  const [command, ...more] = positionals;
  if (command === undefined) await serve(resolve(values.data), port);
  else if (command === 'backup' && more.length === 0 && values.to !== undefined) await backup(port, resolve(values.to));
  else throw new Error(USAGE);
}

async function serve(dataDir: string, port: number): Promise<void> {
  const node = await EmbeddedMongo.start({ dataDir, port }).catch((error: unknown) => {
    throw isPortTaken(error) ? new Error(`port ${String(port)} is taken by another process`) : error;
  });
  const stop = (): void => void node.stop().then(() => process.exit(0), fail);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // Last, because whoever reads this line may ask for the stop at once.
  process.stdout.write(`${node.connectionString}\n`);
}

/** Has the running server copy its data. */
async function backup(port: number, to: string): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${String(port)}/?directConnection=true`, { serverSelectionTimeoutMS: 5_000 });
  try {
    await client.db('admin').command({ backup: 1, to });
    process.stdout.write(`${to}\n`);
  } finally {
    await client.close();
  }
}

const isPortTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function fail(error: unknown): never {
  process.stderr.write(`portolan-mongo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
