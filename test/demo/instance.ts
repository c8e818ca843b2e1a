import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An instance to play on. */
export interface DemoInstance {
  readonly api: string;
  readonly eport: string;
  /** Signs what the payment provider tells; absent in instances from before there were payments. */
  readonly paymentKey?: string;
  readonly users: readonly { readonly username: string; readonly password: string; readonly roles: readonly string[] }[];
  readonly stop: () => Promise<void>;
}

interface Addresses {
  readonly api: string;
  readonly eport: string;
}

const secretsIn = async (dataDir: string): Promise<Pick<DemoInstance, 'users' | 'paymentKey'>> => {
  const { users, paymentKey } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Pick<DemoInstance, 'users' | 'paymentKey'>;
  return { users, ...(paymentKey !== undefined && { paymentKey }) };
};

/** The instance that runs on a data directory; undefined if none does. */
export const runningInstance = async (dataDir: string): Promise<DemoInstance | undefined> => {
  try {
    const addresses = JSON.parse(await readFile(join(resolve(dataDir), 'addresses.json'), 'utf8')) as Addresses;
    const ready = await fetch(`${addresses.api}/health/ready`, { signal: AbortSignal.timeout(2000) });
    if (!ready.ok) return undefined;
    return { ...addresses, ...(await secretsIn(dataDir)), stop: () => Promise.resolve() };
  } catch {
    return undefined; // no file, or nobody answers: nothing runs there
  }
};

/** Starts an instance of its own in a temporary directory, on free ports. Throws what it printed if it does not start. */
export const ownInstance = async (): Promise<DemoInstance> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-demo-'));
  const ports = Object.fromEntries(['', '_WORKER', '_EPORT', '_EVENTSTORE', '_MONGODB'].map((part) => [part === '' ? 'PORTOLAN_PORT' : `PORTOLAN${part}_PORT`, '0']));
  const launcher = fileURLToPath(new URL('../../apps/launcher/src/main.js', import.meta.url));
  const child = spawn(process.execPath, ['--enable-source-maps', launcher], {
    env: { ...process.env, ...ports, PORTOLAN_DATA: dataDir, PORTOLAN_CLOCK: 'movable', EVENTSTORE_URL: '', MONGODB_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (printed += text.toString()));
  const exited = once(child, 'exit');
  const ready = once(child, 'message').then(([message]) => (message as { ready: Addresses }).ready);
  const addresses = await Promise.race([ready, exited.then(() => undefined)]);
  if (addresses === undefined) throw new Error(`the instance did not start: ${printed}`);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...addresses, ...(await secretsIn(dataDir)), stop };
};
