import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../../apps/launcher/src/node-flags.js';
import { eventually } from './eventually.js';

/** How to run one compiled process of the system. */
export interface ServiceSpec {
  readonly name: string;
  /** Folder with `src/main.js`, e.g. `apps/api`. */
  readonly folder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself, e.g. `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  /** Resolves once the process serves; rejects while it does not. */
  readonly isReady: () => Promise<void>;
  readonly logFile: string;
}

/** Where compiled code lies, whether this file runs compiled or is transformed by the test runner. */
const compiledRoot = new URL(existsSync(new URL('../../package.json', import.meta.url)) ? '../../dist/' : '../../', import.meta.url);

/** The absolute path of a compiled file, given relative to the root of the sources. */
export const compiled = (path: string): string => fileURLToPath(new URL(path, compiledRoot));

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** A process of the system that nobody supervises: once killed, it stays dead until it is started again. */
export class ServiceProcess {
  private constructor(
    private readonly spec: ServiceSpec,
    private readonly child: ChildProcess,
  ) {}

  /** Starts it and waits until it serves. Throws with the end of its log if it ends before or takes longer than a minute. */
  static async start(spec: ServiceSpec): Promise<ServiceProcess> {
    const log = createWriteStream(spec.logFile, { flags: 'a', mode: 0o600 });
    await once(log, 'open');
    const child = spawn(process.execPath, [...NODE_FLAGS, ...(spec.nodeFlags ?? []), compiled(`${spec.folder}/src/main.js`), ...(spec.args ?? [])], {
      env: { ...process.env, ...spec.env },
      stdio: ['ignore', log, log],
    });
    log.close();
    const service = new ServiceProcess(spec, child);
    try {
      const outcome = await eventually(`the start of ${spec.name}`, async () => {
        if (hasEnded(child)) return 'ended';
        await spec.isReady();
        return 'ready';
      });
      if (outcome === 'ended') throw new Error(`${spec.name} ended before it was ready`);
    } catch (error) {
      await service.kill();
      throw new Error(`${spec.name} did not start: ${(await readFile(spec.logFile, 'utf8')).slice(-2000)}`, { cause: error });
    }
    return service;
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to finish what is under way; resolves when it is gone. Throws if it did not end well. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    const { exitCode, signalCode } = this.child;
    if (exitCode !== 0 && signalCode === null) throw new Error(`${this.spec.name} ended with ${String(exitCode)}; see ${this.spec.logFile}`);
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (hasEnded(this.child)) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}
