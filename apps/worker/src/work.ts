import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Db } from 'mongodb';
import {
  CLOCK,
  collectionName,
  CommandDispatcher,
  CommandExecutor,
  ConsumerWorker,
  DeadlineScheduler,
  deadlineUseCases,
  documentConsumer,
  EFFECT_JOBS,
  effectConsumer,
  EffectRunner,
  EventLog,
  pendingDeadlines,
  processConsumer,
  type AnyUseCase,
  type BatchConsumer,
  type Clock,
  type Effect,
  type OnRefused,
  type ProcessManager,
} from '#event-sourcing';
import { LOGGER, type Logger } from '#platform';
import { WorkMetrics } from './work-metrics.js';

/** Injection token of the `WorkTable`. */
export const WORK = Symbol('work table');

/** What there is to do, of all contexts. */
export interface WorkTable {
  readonly useCases: readonly AnyUseCase[];
  readonly projections: (db: Db) => readonly BatchConsumer[];
  readonly processes: readonly ProcessManager<unknown>[];
  readonly effects: readonly Effect[];
  /** Seconds that batches in progress get when the worker stops. */
  readonly drainSeconds: number;
}

/** Runs projections, processes, effects and deadlines from the start of the application to its end. */
@Injectable()
export class Work implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly dispatcher: CommandDispatcher;
  private readonly effects: EffectRunner;
  private readonly deadlines: DeadlineScheduler;
  private consumers: ConsumerWorker | undefined;

  constructor(
    @Inject(WORK) private readonly table: WorkTable,
    @Inject(Db) private readonly db: Db,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(CommandExecutor) executor: CommandExecutor,
    @Inject(CLOCK) clock: Clock,
    @Inject(WorkMetrics) private readonly metrics: WorkMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.dispatcher = new CommandDispatcher(executor, [...table.useCases, ...deadlineUseCases]);
    const failed = (subject: string) => (error: unknown) => metrics.interrupted(subject, error);
    this.effects = new EffectRunner(db.collection(EFFECT_JOBS), table.effects, this.dispatcher, failed('effects'));
    this.deadlines = new DeadlineScheduler(db.collection(collectionName(pendingDeadlines)), this.dispatcher, clock, failed('deadlines'));
  }

  onApplicationBootstrap(): void {
    const { db, log, metrics: observer, table } = this;
    this.consumers = ConsumerWorker.start({ db, log, consumers: this.allConsumers(), observer, drainMs: table.drainSeconds * 1000 });
    this.effects.start();
    this.deadlines.start();
  }

  /** Before the stores are closed: finishes the batches in progress, hands leases and unfinished effects to the others. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.consumers?.stop(), this.effects.stop(), this.deadlines.stop()]);
  }

  private allConsumers(): BatchConsumer[] {
    const { processes, effects, projections } = this.table;
    return [
      ...projections(this.db),
      documentConsumer(this.db, pendingDeadlines),
      ...processes.map((process) => processConsumer(process, this.db, this.dispatcher, this.refused)),
      ...effects.map((effect) => effectConsumer(effect, this.db)),
    ];
  }

  private readonly refused: OnRefused = (process, { stream, type, id: eventId }, error) => {
    this.logger.info({ process, stream, type, eventId, reason: error.message }, 'a command of a process was refused');
  };
}
