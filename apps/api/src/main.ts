import { ConfigError, createLogger, flushLogger } from '#platform';
import { createApi } from './api-app.js';
import { readApiSettings } from './settings.js';

const run = async (): Promise<void> => {
  const settings = readApiSettings();
  const logger = createLogger({ service: 'api', level: settings.logLevel });
  const api = await createApi(settings, logger);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      api
        .close()
        .then(() => flushLogger(logger))
        .catch((error: unknown) => {
          logger.fatal({ err: error }, 'the API did not stop cleanly');
          process.exitCode = 1;
        });
    });
  }
  logger.info({ url: await api.listen() }, 'the API listens');
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1); // connections to the stores may keep the process alive
});
