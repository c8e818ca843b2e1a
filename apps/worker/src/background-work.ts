import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Db } from 'mongodb';
import { accessUseCases } from '#access';
import { customsEffects, customsProcesses, customsProjections, customsUseCases } from '#customs';
import {
  CLOCK,
  CommandDispatcher,
  CommandExecutor,
  collectionName,
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
  type BatchConsumer,
  type Clock,
  type Effect,
} from '#event-sourcing';
import { LOGGER, type Logger } from '#platform';
import { FeedMetrics } from './feed-metrics.js';
import type { WorkerSettings } from './settings.js';

/** Injection token of the `WorkerSettings`. */
export const WORKER_SETTINGS = Symbol('WorkerSettings');

/** Everything that happens without being asked for over HTTP: projections, process managers, effects, deadlines. */
@Injectable()
export class BackgroundWork implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly effects: EffectRunner;
  private readonly deadlines: DeadlineScheduler;
  private readonly consumers: readonly BatchConsumer[];
  private worker: ConsumerWorker | undefined;

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(CommandExecutor) executor: CommandExecutor,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(WORKER_SETTINGS) { channels, ebpCode, ebpName }: WorkerSettings,
    @Inject(FeedMetrics) private readonly metrics: FeedMetrics,
  ) {
    const dispatcher = new CommandDispatcher(executor, [...customsUseCases, ...accessUseCases, ...deadlineUseCases]);
    const effects: readonly Effect[] = customsEffects(channels, { ebpCode, ebpName });
    const tell =
      (part: string) =>
      (error: unknown): void =>
        logger.warn({ err: error, part }, 'work was interrupted and is tried again');
    this.consumers = [
      ...customsProjections(db),
      documentConsumer(db, pendingDeadlines),
      ...customsProcesses.map((process) => processConsumer(process, db, dispatcher, (name, event, error) => logger.info({ process: name, event: event.id, refused: error.message }, 'a command of a process was refused'))),
      ...effects.map((effect) => effectConsumer(effect, db)),
    ];
    this.effects = new EffectRunner(db.collection(EFFECT_JOBS), effects, dispatcher, tell('effects'));
    this.deadlines = new DeadlineScheduler(db.collection(collectionName(pendingDeadlines)), dispatcher, clock, tell('deadlines'));
  }

  onApplicationBootstrap(): void {
    const { db, log, consumers, logger, metrics } = this;
    this.worker = ConsumerWorker.start({
      ...{ db, log, consumers },
      observer: {
        applied: (batch) => metrics.applied(batch),
        parked: (event) => {
          metrics.parked(event.consumer);
          logger.error({ consumer: event.consumer, stream: event.stream, revision: event.revision, error: event.error }, 'an event was parked');
        },
        interrupted: (subject, error) => logger.warn({ err: error, subject }, 'work was interrupted and is tried again'),
      },
    });
    this.effects.start();
    this.deadlines.start();
  }

  /** Finishes the batches and the command under way and hands the leases back, while the stores are still connected. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker?.stop(), this.effects.stop(), this.deadlines.stop()]);
  }
}
