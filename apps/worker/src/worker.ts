import { createHttpApp, type HttpApp, type Logger } from '#platform';
import type { WorkerConfig } from './settings.js';
import { WorkerModule } from './worker.module.js';

/** Nobody sends the worker a body. */
const BODY_LIMIT_BYTES = 1024;
const REQUEST_TIMEOUT_SECONDS = 10;

/** The worker, already at work but not listening yet; over HTTP it answers health and metrics only. Throws `ConfigError` and what modules throw when they start. */
export const createWorker = (config: WorkerConfig, logger: Logger): Promise<HttpApp> =>
  createHttpApp(WorkerModule.forRoot(config), {
    logger,
    host: config.host,
    port: config.port,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    requestTimeoutSeconds: REQUEST_TIMEOUT_SECONDS,
    drainSeconds: config.drainSeconds,
    rateLimitPerMinute: 0,
    metricsFor: 'everyone',
  });
