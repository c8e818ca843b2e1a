import { createLogger, flushLogger } from '#platform';
import { createEport } from './eport-app.js';
import { readEportSettings } from './settings.js';

const settings = readEportSettings();
const logger = createLogger({ service: 'eport', level: settings.logLevel });
const eport = await createEport(settings, logger);

const stop = async (): Promise<void> => {
  await eport.close();
  await flushLogger(logger);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop().catch((error: unknown) => {
      logger.fatal({ err: error }, 'the simulator did not stop cleanly');
      process.exitCode = 1;
    });
  });
}

logger.info({ url: await eport.listen() }, 'the e-port simulator listens');
