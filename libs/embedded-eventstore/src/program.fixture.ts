import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The compiled program, as it is started in production. */
export const MAIN = fileURLToPath(new URL('../../../dist/libs/embedded-eventstore/src/main.js', import.meta.url));

export type Program = ChildProcessByStdio<null, Readable, Readable>;

/** Processes that one test started. */
export class Programs {
  readonly #children: Program[] = [];

  launch(command: string, ...args: string[]): Program {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    return child;
  }

  /** Starts the program with its arguments. */
  run(...args: string[]): Program {
    return this.launch(process.execPath, MAIN, ...args);
  }

  /** Starts the server on a directory, on any port. */
  serve(dataDir: string): Program {
    return this.run('--data', dataDir, '--port', '0');
  }

  /** Ends what is left. */
  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

/** The connection string the program prints when it is ready; throws what it complained of if it ends instead. */
export async function ready(child: Program): Promise<string> {
  const ended = failure(child).then(({ code, complaint }) => {
    throw new Error(`ended with ${String(code)}: ${complaint}`);
  });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

/** How the program ends, and what it complains of on the way. */
export async function failure(child: Program): Promise<{ code: number | null; complaint: string }> {
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, complaint };
}

/** Sends a signal; answers the exit code. */
export async function kill(child: Program, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
