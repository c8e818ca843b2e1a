import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The compiled program, as it is started in production. */
const MAIN = fileURLToPath(new URL('../../../dist/libs/embedded-eventstore/src/main.js', import.meta.url));

/** A server the clients connect to. */
export interface Target {
  readonly connectionString: string;
  close(): Promise<void>;
}

/** The embedded server always, and the real one that `EVENTSTORE_URL` names, if it is set. */
export const targets: readonly { readonly name: string; readonly open: () => Promise<Target> }[] = [
  { name: 'the embedded server', open: openEmbedded },
  ...(process.env['EVENTSTORE_URL'] ? [{ name: 'EventStoreDB', open: () => Promise.resolve(real(process.env['EVENTSTORE_URL'] ?? '')) }] : []),
];

/**
 * In a process of its own: the generated code of both clients registers the same names with one global registry, and
 * the server uses that of one of them.
 */
async function openEmbedded(): Promise<Target> {
  const dataDir = mkdtempSync(join(tmpdir(), 'eventstore-clients-'));
  const server = spawn(process.execPath, [MAIN, '--data', dataDir, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [connectionString] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  return {
    connectionString,
    async close() {
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
      rmSync(dataDir, { recursive: true });
    },
  };
}

const real = (connectionString: string): Target => ({ connectionString, close: () => Promise.resolve() });
