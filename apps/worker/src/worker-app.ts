import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CustomsModule } from '#customs';
import { EventLog, EventSourcingModule } from '#event-sourcing';
import { domainClock, OperationsModule } from '#operations';
import { createHttpApp, MongoModule, Readiness, type HttpApp, type Logger } from '#platform';
import { BackgroundWork, WORKER_SETTINGS } from './background-work.js';
import { FeedMetrics } from './feed-metrics.js';
import type { WorkerSettings } from './settings.js';

@Module({})
class WorkerModule implements OnModuleInit {
  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  static forRoot(settings: WorkerSettings): DynamicModule {
    const { clock, movable } = domainClock(settings.clock);
    return {
      module: WorkerModule,
      imports: [
        CqrsModule.forRoot(),
        EventSourcingModule.forRoot({ connectionString: settings.eventStoreUrl, clock }),
        MongoModule.forRoot({ url: settings.mongoUrl, database: settings.mongoDatabase, appName: 'portolan-worker' }),
        OperationsModule.forWorker(movable),
        CustomsModule.forWorker(settings),
      ],
      providers: [{ provide: WORKER_SETTINGS, useValue: settings }, FeedMetrics, BackgroundWork],
    };
  }

  onModuleInit(): void {
    this.readiness.register('eventstore', async () => void (await this.log.lastPosition()));
  }
}

/** The worker, not listening yet: health and metrics are all it answers. */
export const createWorker = (settings: WorkerSettings, logger: Logger): Promise<HttpApp> =>
  createHttpApp(WorkerModule.forRoot(settings), { ...settings, logger, metricsFor: 'everyone' });
