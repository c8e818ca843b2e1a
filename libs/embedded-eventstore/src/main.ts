#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { EmbeddedEventStore } from './embedded-eventstore.js';

/** Runs the event store as a process of its own: `main.js --data ./data --port 2113`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: 'string', default: './data/eventstore' }, port: { type: 'string', default: '2113' } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${values.port} is no port`);
  const node = await EmbeddedEventStore.start({ dataDir: values.data, port });
  process.stdout.write(`${node.connectionString}\n`);
  const stop = (): void => void node.stop().then(() => process.exit(0), fail);
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function fail(error: unknown): never {
  process.stderr.write(`embedded event store: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
