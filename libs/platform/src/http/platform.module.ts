import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Metrics } from '../health/metrics.js';
import { Readiness } from '../health/readiness.js';
import { Authenticators } from '../identity/authenticator.js';
import { LOGGER, type Logger } from '../logging/logger.js';

/** What every module of every app may ask for: `LOGGER`, `Readiness`, `Metrics`, `Authenticators`. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(logger: Logger): DynamicModule {
    return {
      module: PlatformModule,
      providers: [{ provide: LOGGER, useValue: logger }, Readiness, Metrics, Authenticators],
      exports: [LOGGER, Readiness, Metrics, Authenticators],
    };
  }
}
