import { ConfigError, createLogger, flushLogger } from '#platform';
import { createWorker } from './worker-app.js';
import { readWorkerSettings } from './settings.js';

const run = async (): Promise<void> => {
  const settings = readWorkerSettings();
  const logger = createLogger({ service: 'worker', level: settings.logLevel });
  const worker = await createWorker(settings, logger);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      worker
        .close()
        .then(() => flushLogger(logger))
        .catch((error: unknown) => {
          logger.fatal({ err: error }, 'the worker did not stop cleanly');
          process.exitCode = 1;
        });
    });
  }
  logger.info({ url: await worker.listen() }, 'the worker listens');
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1); // connections to the stores may keep the process alive
});
