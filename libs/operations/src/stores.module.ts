import { Inject, Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EventLog, EventSourcingModule, type Clock } from '#event-sourcing';
import { ConfigError, MongoModule, mongoSettings, optional, Readiness, url, type ConfigOf } from '#platform';

/** Settings of both stores. */
export const storeSettings = {
  eventStoreUrl: optional('EVENTSTORE_URL', url('esdb', 'esdb+discover'), 'Connection string of an EventStoreDB node or cluster. Not set: the launcher starts the embedded store.'),
  ...mongoSettings,
};

export interface StoresOptions {
  readonly config: ConfigOf<typeof storeSettings>;
  readonly clock: Clock;
  /** Name of the app, as MongoDB shows it. */
  readonly appName: string;
}

@Injectable()
class EventStoreReadiness implements OnModuleInit {
  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  onModuleInit(): void {
    this.readiness.register('eventstore', async () => void (await this.log.lastPosition()));
  }
}

/** Both stores, watched by readiness, and the buses on which commands and queries travel inside the process. */
@Module({})
export class StoresModule {
  /** Throws `ConfigError` if a store's URL is missing: only the launcher does without. */
  static forRoot({ config: { eventStoreUrl, mongoUrl, mongoDatabase }, clock, appName }: StoresOptions): DynamicModule {
    if (eventStoreUrl === undefined) throw new ConfigError(['EVENTSTORE_URL is required']);
    if (mongoUrl === undefined) throw new ConfigError(['MONGODB_URL is required']);
    return {
      module: StoresModule,
      imports: [
        CqrsModule.forRoot(),
        EventSourcingModule.forRoot({ connectionString: eventStoreUrl, clock }),
        MongoModule.forRoot({ url: mongoUrl, database: mongoDatabase, appName }),
      ],
      providers: [EventStoreReadiness],
    };
  }
}
