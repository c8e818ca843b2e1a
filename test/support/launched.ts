import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../apps/launcher/src/credentials.js';
import { compiled } from './service-process.js';

/** An instance that `npm start` has started on free ports. */
export interface Launched {
  readonly process: ChildProcess;
  readonly api: string;
  /** What it has printed so far. */
  readonly output: () => string;
}

const FREE_PORTS = Object.fromEntries(['PORTOLAN_PORT', 'PORTOLAN_WORKER_PORT', 'PORTOLAN_EPORT_PORT', 'PORTOLAN_EVENTSTORE_PORT', 'PORTOLAN_MONGODB_PORT'].map((name) => [name, '0']));

const running = new Set<ChildProcess>();

/** Starts an instance and waits until it answers. Throws with what it has printed if it ends before. */
export const launch = async (dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Launched> => {
  const child = spawn(process.execPath, [compiled('apps/launcher/src/main.js')], { env: { ...process.env, ...FREE_PORTS, PORTOLAN_DATA: dataDir, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  const ready = once(child, 'message').then(([message]) => (message as { ready: { api: string } }).ready.api);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`ended with ${String(code)}: ${output}`)));
  ended.catch(() => undefined);
  return { process: child, api: await Promise.race([ready, ended]), output: () => output };
};

/** Asks the instance to stop, as Ctrl-C does; answers its exit code. */
export const stop = async ({ process: child }: Launched): Promise<number | null> => {
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  return ((await exited) as [number | null])[0];
};

/** Ends what a failed test has left running: the test runner would wait for it for ever. The processes of an instance end with it. */
export const killLaunched = async (): Promise<void> => {
  for (const child of running) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
};

/** The log-ins that an instance has made. */
export const credentialsIn = async (dataDir: string): Promise<Credentials> => JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Credentials;
