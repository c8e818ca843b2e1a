import { customsSettings } from '#customs';
import { clockSettings } from '#operations';
import { assertMayListen, ConfigError, httpSettings, mongoSettings, optional, port, readConfig, setting, url, type Environment } from '#platform';

/** Every setting of the worker. */
export const workerSettings = {
  ...httpSettings,
  port: setting('PORTOLAN_WORKER_PORT', port, 'Port of health and metrics; 0 takes a free one.', '3001'),
  eventStoreUrl: optional('EVENTSTORE_URL', url('esdb', 'esdb+discover'), 'Connection string of an EventStoreDB node or cluster. Not set: the launcher starts the embedded store.'),
  ...mongoSettings,
  ...customsSettings,
  ...clockSettings,
};

/** Reads the settings. Throws `ConfigError`. */
export const readWorkerSettings = (env?: Environment) => {
  const config = readConfig(workerSettings, env);
  const { host, eventStoreUrl, mongoUrl, channels } = config;
  assertMayListen({ host, required: { EVENTSTORE_URL: eventStoreUrl, MONGODB_URL: mongoUrl } });
  if (eventStoreUrl === undefined || mongoUrl === undefined || channels === undefined) {
    throw new ConfigError(['EVENTSTORE_URL, MONGODB_URL and PORTOLAN_CHANNELS are required; npm start sets what it can']);
  }
  return { ...config, eventStoreUrl, mongoUrl, channels };
};

/** The settings as read. */
export type WorkerSettings = ReturnType<typeof readWorkerSettings>;
