#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { EmbeddedMongo } from './embedded-mongo.js';

const USAGE = `usage: portolan-mongo [--data DIRECTORY] [--port PORT]
       portolan-mongo backup --to DIRECTORY [--port PORT]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string', default: './data' }, port: { type: 'string', default: '27017' }, to: { type: 'string' } },
});

try {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`--port must be 0 to 65535, not ${values.port}`);
  const [command, ...more] = positionals;
  if (command === undefined) await serve(port);
  else if (command === 'backup' && more.length === 0 && values.to !== undefined) await backup(port, resolve(values.to));
  else throw new Error(USAGE);
} catch (error) {
  fail(error);
}

async function serve(port: number): Promise<void> {
  const node = await EmbeddedMongo.start({ dataDir: resolve(values.data), port });
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

function fail(error: unknown): never {
  process.stderr.write(`portolan-mongo: ${explain(error)}\n`);
  process.exit(1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE' ? `port ${values.port} is taken by another process` : error.message;
}
