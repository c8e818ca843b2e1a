import { CUSTOMS_TEXT_TYPES } from '#customs';
import { createHttpApp, type HttpApp, type Logger } from '#platform';
import { ApiModule } from './app.module.js';
import type { ApiConfig } from './settings.js';

/** The API, not listening yet. Throws `ConfigError` and what modules throw when they start. */
export const createApi = (config: ApiConfig, logger: Logger): Promise<HttpApp> => {
  const { host, port, bodyLimitBytes, requestTimeoutSeconds, drainSeconds, rateLimitPerMinute, uploadLimitBytes } = config;
  return createHttpApp(ApiModule.forRoot(config), {
    logger,
    host,
    port,
    bodyLimitBytes,
    requestTimeoutSeconds,
    drainSeconds,
    rateLimitPerMinute,
    uploadLimitBytes,
    textTypes: CUSTOMS_TEXT_TYPES,
  });
};
