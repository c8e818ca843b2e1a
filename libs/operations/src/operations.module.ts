import { Module, type DynamicModule } from '@nestjs/common';
import { Db } from 'mongodb';
import { LOGGER, type Logger } from '#platform';
import { ClockController } from './clock.controller.js';
import { MovableClock } from './movable-clock.js';
import { ParkedEventsController } from './parked-events.controller.js';
import { SharedClock } from './shared-clock.js';

const sharedClock = (clock: MovableClock) => ({
  provide: SharedClock,
  inject: [Db, LOGGER],
  useFactory: (db: Db, logger: Logger) => new SharedClock(clock, db, logger),
});

/** What operations do while the system runs. Asks for `Db`, `LOGGER` and `CLOCK`. */
@Module({})
export class OperationsModule {
  /** Parked events over HTTP, and the clock if it is a movable one. */
  static forApi(movable: MovableClock | undefined): DynamicModule {
    return {
      module: OperationsModule,
      controllers: movable ? [ParkedEventsController, ClockController] : [ParkedEventsController],
      providers: movable ? [sharedClock(movable)] : [],
    };
  }

  /** Follows the clock if it is a movable one. */
  static forWorker(movable: MovableClock | undefined): DynamicModule {
    return { module: OperationsModule, providers: movable ? [sharedClock(movable)] : [] };
  }
}
