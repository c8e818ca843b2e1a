#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedMongo } from './embedded-mongo.js';

const { values } = parseArgs({
  options: { data: { type: 'string', default: './data' }, port: { type: 'string', default: '27017' } },
});

try {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`--port must be 0 to 65535, not ${values.port}`);
  const node = await EmbeddedMongo.start({ dataDir: resolve(values.data), port });
  const stop = (): void => void node.stop().then(() => process.exit(0), fail);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  // Last, because whoever reads this line may ask for the stop at once.
  process.stdout.write(`${node.connectionString}\n`);
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  process.stderr.write(`embedded-mongo: ${explain(error)}\n`);
  process.exit(1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE' ? `port ${values.port} is taken by another process` : error.message;
}
