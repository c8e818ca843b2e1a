import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { NODE_FLAGS } from '../../apps/launcher/src/node-flags.js';
import { compiled } from '../support/service-process.js';

/** A store that is a process of its own and prints its connection string when it is ready. */
export class StoreProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param program a compiled file, relative to the root of the sources */
  static async start(program: string, ...args: string[]): Promise<StoreProcess> {
    const child = spawn(process.execPath, [...NODE_FLAGS, compiled(program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new StoreProcess(url, child);
  }

  get residentMiB(): number {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(this.child.pid)}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes) / 1024);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}
