import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import { NODE_FLAGS } from './node-flags.js';

/** How to run one process of the system. */
export interface ChildSpec {
  readonly name: string;
  /** Absolute path of the compiled entry file. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves once the process serves; rejects while it does not. */
  readonly isReady: () => Promise<void>;
}

/** Seconds a process may take to serve, and to stop when asked. */
const START_PATIENCE_SECONDS = 60;
const STOP_PATIENCE_SECONDS = 20;

/** A process that ran this long has started well; the next pause before a restart is the first one again. */
const STARTED_WELL_MS = 30_000;

const restartPauses = new ExponentialBackoff({ initialDelay: 200, maxDelay: 10_000 });

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** A supervised process: started again, after growing pauses, whenever it ends without being asked to. Its output goes to a file. */
export class Child {
  private process: ChildProcess | undefined;
  private readonly stopping = new AbortController();
  private supervision: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ChildSpec,
    private readonly logFile: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Starts it and waits until it serves. Throws if it ends, or does not serve in time. */
  async start(): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a', mode: 0o600 });
    await once(log, 'open');
    const child = this.launch(log);
    await this.becomeReady(child);
    this.supervision = this.supervise(child, log);
  }

  /** Asks it to end, and kills it if it has not done so in time. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const child = this.process;
    if (child !== undefined && !hasEnded(child)) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => {
        this.say(`${this.spec.name} did not stop within ${STOP_PATIENCE_SECONDS} s and is killed`);
        child.kill('SIGKILL');
      }, STOP_PATIENCE_SECONDS * 1000);
      await exited;
      clearTimeout(killer);
    }
    await this.supervision;
  }

  private launch(log: WriteStream): ChildProcess {
    const followParent = new URL('./follow-parent.js', import.meta.url).href;
    const child = spawn(process.execPath, [...NODE_FLAGS, '--import', followParent, this.spec.entry, ...(this.spec.args ?? [])], {
      env: { ...process.env, ...this.spec.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl-C reaches the launcher only, which stops the processes in order
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.process = child;
    return child;
  }

  private async becomeReady(child: ChildProcess): Promise<void> {
    const until = Date.now() + START_PATIENCE_SECONDS * 1000;
    for (;;) {
      try {
        await this.spec.isReady();
        return;
      } catch (error) {
        if (hasEnded(child)) throw new Error(`${this.spec.name} ended before it was ready; see ${this.logFile}`, { cause: error });
        if (Date.now() > until) throw new Error(`${this.spec.name} was not ready within ${START_PATIENCE_SECONDS} s; see ${this.logFile}`, { cause: error });
        await pause(50);
      }
    }
  }

  private async supervise(first: ChildProcess, log: WriteStream): Promise<void> {
    let backoff = restartPauses.next();
    let child = first;
    for (;;) {
      const startedAt = Date.now();
      if (!hasEnded(child)) await once(child, 'exit');
      if (this.stopping.signal.aborted) break;
      if (Date.now() - startedAt > STARTED_WELL_MS) backoff = restartPauses.next();
      this.say(`${this.spec.name} ended (${child.signalCode ?? `code ${String(child.exitCode)}`}); starting it again in ${Math.round(backoff.duration)} ms`);
      await pause(backoff.duration, undefined, { signal: this.stopping.signal }).catch(() => undefined); // an abort ends the pause
      if (this.stopping.signal.aborted) break;
      backoff = backoff.next(undefined);
      child = this.launch(log);
    }
    log.end();
  }
}
