import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Disk } from './disk.fixture.js';

const compiled = (file: string): string => fileURLToPath(new URL(`../../../dist/libs/embedded-mongo/src/${file}`, import.meta.url));

/** The compiled program, as it is started in production. */
const MAIN = compiled('main.js');

export type Program = ChildProcessByStdio<null, Readable, Readable>;

/** Processes of the program that one test started. */
export class Programs {
  private readonly children: Program[] = [];

  /** Starts the program with its arguments. */
  run(...args: string[]): Program {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.children.push(child);
    return child;
  }

  /** Starts the server on a directory, on any port. */
  serve(directory: string, port = 0): Program {
    return this.run('--data', directory, '--port', String(port));
  }

  /** Starts the server on a directory whose disk does what {@link orderDisk} says. */
  serveOnDisk(directory: string): Program {
    const args = ['--import', compiled('disk.fixture.js'), MAIN, '--data', directory, '--port', '0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }) as Program;
    this.children.push(child);
    return child;
  }

  /** Ends what is left. */
  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

/** The connection string the program prints when it is ready; throws what it complained about if it ends instead. */
export async function ready(child: Program): Promise<string> {
  const ended = failure(child).then(({ code, complaint }) => {
    throw new Error(`ended with ${String(code)}: ${complaint}`);
  });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

/** Resolves when the program's disk says something. */
export async function heardFromDisk(child: Program, report: string): Promise<void> {
  for (let heard: unknown; heard !== report; ) [heard] = (await once(child, 'message')) as unknown[];
}

/** Resolves when the program's disk does as it is told. */
export async function orderDisk(child: Program, disk: Disk): Promise<void> {
  const obeyed = heardFromDisk(child, `disk ${disk}`);
  child.send(disk);
  await obeyed;
}

/** How the program ends, and what it says on the way. */
export async function failure(child: Program): Promise<{ code: number | null; complaint: string }> {
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, complaint };
}

/** Sends a signal. @returns the exit code */
export async function kill(child: Program, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
