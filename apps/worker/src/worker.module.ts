import { Module, type DynamicModule } from '@nestjs/common';
import { customsEffects, CustomsModule, customsProcesses, customsProjections, customsUseCases } from '#customs';
import { domainClock, OperationsModule, StoresModule } from '#operations';
import { ConfigError } from '#platform';
import { TradeModule, tradeProcesses, tradeProjections, tradeUseCases } from '#trade';
import type { WorkerConfig } from './settings.js';
import { WORK, Work, type WorkTable } from './work.js';
import { WorkMetrics } from './work-metrics.js';

/** Projections, processes, effects, deadlines and files of every context. */
@Module({})
export class WorkerModule {
  /** Throws `ConfigError`. */
  static forRoot(config: WorkerConfig): DynamicModule {
    const { channels, ebpCode, ebpName, drainSeconds } = config;
    if (channels === undefined) throw new ConfigError(['PORTOLAN_CHANNELS is required: without a channel nothing gets to customs']);
    const { clock, movable } = domainClock(config.clock);
    const table: WorkTable = {
      useCases: [...customsUseCases, ...tradeUseCases],
      projections: (db) => [...customsProjections(db), ...tradeProjections(db)],
      processes: [...customsProcesses, ...tradeProcesses],
      effects: customsEffects(channels, { ebpCode, ebpName }),
      drainSeconds,
    };
    return {
      module: WorkerModule,
      imports: [
        StoresModule.forRoot({ config, clock, appName: 'portolan-worker' }),
        OperationsModule.forWorker(movable),
        CustomsModule.forWorker(channels),
        TradeModule.forWorker(),
      ],
      providers: [{ provide: WORK, useValue: table }, WorkMetrics, Work],
    };
  }
}
