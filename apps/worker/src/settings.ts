import { customsSettings } from '#customs';
import { clockSettings, storeSettings } from '#operations';
import { assertMayListen, httpSettings, port, readConfig, setting, type ConfigOf, type Environment } from '#platform';

const { host, drainSeconds, logLevel } = httpSettings;

/** Everything the worker can be told by its environment. */
export const workerSettings = {
  host,
  drainSeconds,
  logLevel,
  ...storeSettings,
  ...customsSettings,
  ...clockSettings,
  port: setting('PORTOLAN_WORKER_PORT', port, "Port of the worker's health and metrics; 0 takes a free one.", '3001'),
};

export type WorkerConfig = ConfigOf<typeof workerSettings>;

/** Reads and checks the configuration. Throws `ConfigError`. */
export const readWorkerConfig = (env: Environment): WorkerConfig => {
  const config = readConfig(workerSettings, env);
  assertMayListen({ host: config.host, required: { EVENTSTORE_URL: config.eventStoreUrl, MONGODB_URL: config.mongoUrl } });
  return config;
};
