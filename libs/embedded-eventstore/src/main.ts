#!/usr/bin/env node
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedEventStore } from './embedded-eventstore.js';
import { requestBackup } from './service/backup-call.js';

const USAGE = `usage: portolan-eventstore [--data DIRECTORY] [--port PORT]
       portolan-eventstore backup --to DIRECTORY [--port PORT]`;

/** Runs the event store as a process of its own, or has the one that runs make a backup. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string', default: './data/eventstore' }, port: { type: 'string', default: '2113' }, to: { type: 'string' } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${values.port} is no port`);
  const [command, ...more] = positionals;
  if (command === undefined) await serve(values.data, port);
  else if (command === 'backup' && more.length === 0 && values.to !== undefined) await backUp(port, resolve(values.to));
  else throw new Error(USAGE);
}

async function serve(dataDir: string, port: number): Promise<void> {
  const node = await EmbeddedEventStore.start({ dataDir, port });
  const stop = (): void => void node.stop().then(() => process.exit(0), fail);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Last, because whoever reads this line may ask for the stop at once.
  process.stdout.write(`${node.connectionString}\n`);
}

async function backUp(port: number, directory: string): Promise<void> {
  await requestBackup(port, directory);
  process.stdout.write(`${directory}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`embedded event store: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
