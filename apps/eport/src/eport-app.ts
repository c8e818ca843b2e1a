import { createHttpApp, type HttpApp, type Logger } from '#platform';
import { EportModule } from './eport.module.js';
import type { EportSettings } from './settings.js';

/** 100 orders of 100 lines in an envelope. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** The simulator, not listening yet. */
export const createEport = (settings: EportSettings, logger: Logger): Promise<HttpApp> =>
  createHttpApp(EportModule.forRoot(settings, logger), {
    logger,
    host: settings.host,
    port: settings.port,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    requestTimeoutSeconds: 30,
    drainSeconds: 5,
    rateLimitPerMinute: 0,
    metricsFor: 'everyone',
    textTypes: ['application/xml', 'text/xml'],
  });
