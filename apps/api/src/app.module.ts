import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '#access';
import { CustomsModule } from '#customs';
import { domainClock, OperationsModule, StoresModule } from '#operations';
import { TradeModule } from '#trade';
import { accessOptions, type ApiConfig } from './settings.js';

/** The HTTP gateway: every context's commands and queries. */
@Module({})
export class ApiModule {
  /** Throws `ConfigError`. */
  static forRoot(config: ApiConfig): DynamicModule {
    const { clock, movable } = domainClock(config.clock);
    return {
      module: ApiModule,
      imports: [
        StoresModule.forRoot({ config, clock, appName: 'portolan-api' }),
        AccessModule.forRoot(accessOptions(config)),
        OperationsModule.forApi(movable),
        CustomsModule.forApi(config.channels ?? new Map()),
        TradeModule.forApi({ payments: { key: config.paymentKey, methods: config.paymentMethods }, receiptDays: config.receiptDays }),
      ],
    };
  }
}
