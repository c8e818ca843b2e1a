import type { Collection } from 'mongodb';
import type { CommandDispatcher } from '../commands/command-dispatcher.js';
import type { CommandEnvelope } from '../commands/command.js';
import type { Clock } from '../domain/clock.js';
import { NotFound } from '../domain/errors.js';
import { PLATFORM_COMPANY, systemActor } from '../domain/identity.js';
import { Refusal, Refusals } from '../domain/refusal.js';
import { MarkDeadlineFired, type PendingDeadline } from './deadline.js';
import { Repeating } from './repeating.js';

/** How often due deadlines are looked for, in milliseconds of real time; the domain clock says what is due. */
const POLL_MS = 250;

/** How many due deadlines are taken at once. */
const BATCH = 100;

type Row = PendingDeadline & { readonly _id: string };

/**
 * Fires due deadlines as commands. Several schedulers may run: the command's key is the deadline's id, so that a deadline fired twice is done once.
 */
export class DeadlineScheduler {
  private readonly loop: Repeating;

  constructor(
    private readonly pending: Collection<Row>,
    private readonly dispatcher: CommandDispatcher,
    private readonly clock: Clock,
    onError: (error: unknown) => void,
  ) {
    this.loop = new Repeating(() => this.fireDue(), POLL_MS, onError);
  }

  start(): void {
    this.loop.start();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async fireDue(): Promise<boolean> {
    const due = await this.pending
      .find({ dueAt: { $lte: this.clock.now() } })
      .sort({ dueAt: 1 })
      .limit(BATCH)
      .toArray();
    for (const row of due) await this.fire(row);
    return false;
  }

  private async fire(row: Row): Promise<void> {
    const envelope = (step: string): CommandEnvelope => ({
      commandId: `deadline/${row._id}/${step}`,
      actor: systemActor('deadlines'),
      companyId: PLATFORM_COMPANY,
      correlationId: row.correlationId,
      causationId: row.causationId,
      origin: { via: 'deadline' },
    });
    const outcome = await this.run(row, envelope('run'));
    await this.dispatcher.dispatch(MarkDeadlineFired.name, row._id, { outcome }, envelope('mark'));
  }

  /** What became of the command: a refusal is an outcome too, since the state may have moved on; anything else is tried again. */
  private async run(row: Row, envelope: CommandEnvelope): Promise<string> {
    try {
      const { events } = await this.dispatcher.dispatch(row.command, row.target, row.payload, envelope);
      return events.length === 0 ? 'nothing to do' : events.join(', ');
    } catch (error) {
      if (error instanceof Refusal || error instanceof Refusals || error instanceof NotFound) return `refused: ${error.message}`;
      throw error;
    }
  }
}
