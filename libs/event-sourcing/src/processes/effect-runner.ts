import type { Collection } from 'mongodb';
import type { CommandDispatcher } from '../commands/command-dispatcher.js';
import { systemActor } from '../domain/identity.js';
import type { Recorded } from '../domain/event.js';
import type { Effect, EffectContext } from './effect.js';
import { Repeating } from './repeating.js';

/** An effect that is still to run, or is running. */
export interface EffectJob {
  /** `<effect>/<event id>` */
  readonly _id: string;
  readonly effect: string;
  readonly event: Recorded;
  readonly attempts: number;
  /** Real time before which it is not to be taken: a lease while it runs, a backoff after it failed. */
  readonly notBefore: Date;
  readonly lastError?: string;
}

/** How often jobs are looked for while there are none. */
const POLL_MS = 50;

/** A job whose worker died is taken by another after this time; a running one is renewed well before. */
const LEASE_MS = 10_000;

const MAX_RUNNING = 16;

const backoffMs = (attempts: number): number => Math.min(60_000, 500 * 2 ** attempts) * (0.5 + Math.random() / 2);

const later = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** Runs the jobs of all effects, several at a time, on any number of workers. */
export class EffectRunner {
  private readonly loop: Repeating;
  private readonly running = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private readonly byName: ReadonlyMap<string, Effect>;

  constructor(
    private readonly jobs: Collection<EffectJob>,
    effects: readonly Effect[],
    private readonly dispatcher: CommandDispatcher,
    private readonly onError: (error: unknown) => void,
  ) {
    this.byName = new Map(effects.map((each) => [each.name, each]));
    this.loop = new Repeating(() => this.takeOne(), POLL_MS, onError);
  }

  start(): void {
    this.loop.start();
  }

  /** Aborts what runs and resolves when it has ended; unfinished jobs are free for others at once. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop.stop();
    await Promise.allSettled(this.running);
  }

  private async takeOne(): Promise<boolean> {
    if (this.running.size >= MAX_RUNNING) {
      await Promise.race(this.running);
      return true;
    }
    const job = await this.jobs.findOneAndUpdate(
      { effect: { $in: [...this.byName.keys()] }, notBefore: { $lte: new Date() } },
      { $set: { notBefore: later(LEASE_MS) } },
      { sort: { notBefore: 1 }, returnDocument: 'after' },
    );
    if (job === null) return false;
    const run = this.run(job).catch(this.onError);
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
    return true;
  }

  private async run(job: EffectJob): Promise<void> {
    const renewal = setInterval(() => {
      this.jobs.updateOne({ _id: job._id }, { $set: { notBefore: later(LEASE_MS) } }).catch(this.onError);
    }, LEASE_MS / 3);
    try {
      await this.perform(job);
      await this.jobs.deleteOne({ _id: job._id });
    } catch (error) {
      const notBefore = this.stopped.signal.aborted ? new Date() : later(backoffMs(job.attempts));
      const lastError = error instanceof Error ? error.message : String(error);
      await this.jobs.updateOne({ _id: job._id }, { $set: { notBefore, lastError }, $inc: { attempts: 1 } });
      if (!this.stopped.signal.aborted) this.onError(error);
    } finally {
      clearInterval(renewal);
    }
  }

  private async perform({ effect, event }: EffectJob): Promise<void> {
    const handlers = this.byName.get(effect)?.on as Record<string, ((event: Recorded, context: EffectContext) => Promise<void>) | undefined> | undefined;
    await handlers?.[event.type]?.(event, { signal: this.stopped.signal, record: this.recorder(effect, event) });
  }

  private recorder(effect: string, event: Recorded): EffectContext['record'] {
    return (step, { command, target, payload }) =>
      this.dispatcher.dispatch(command.name, target, payload, {
        commandId: `effect/${effect}/${event.id}/${step}`,
        actor: systemActor(effect),
        companyId: event.metadata.companyId,
        correlationId: event.metadata.$correlationId,
        causationId: event.id,
        origin: { via: 'effect' },
      });
  }
}
