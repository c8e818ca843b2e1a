import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CommandExecutor } from '../commands/command-executor.js';
import type { Clock } from '../domain/clock.js';
import { EventLog } from '../log/event-log.js';
import type { EventSchemas } from '../log/schemas.js';

/** The token under which the domain clock is injected. */
export const CLOCK = Symbol('domain clock');

export interface EventSourcingOptions {
  /** `esdb://…` */
  readonly connectionString: string;
  readonly clock: Clock;
  readonly schemas?: EventSchemas;
}

/** Provides the event log, the command executor and the domain clock to the whole application. */
@Module({})
export class EventSourcingModule implements OnApplicationShutdown {
  constructor(private readonly log: EventLog) {}

  static forRoot({ connectionString, clock, schemas }: EventSourcingOptions): DynamicModule {
    return {
      module: EventSourcingModule,
      global: true,
      providers: [
        { provide: CLOCK, useValue: clock },
        { provide: EventLog, useFactory: () => EventLog.connect(connectionString, schemas ? { schemas } : {}) },
        { provide: CommandExecutor, inject: [EventLog], useFactory: (log: EventLog) => new CommandExecutor(log, clock) },
      ],
      exports: [CLOCK, EventLog, CommandExecutor],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
