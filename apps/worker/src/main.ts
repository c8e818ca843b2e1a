import { runService } from '#operations';
import { createLogger, httpSettings, readConfig } from '#platform';
import { readWorkerConfig } from './settings.js';
import { createWorker } from './worker.js';

const logger = createLogger({ service: 'worker', level: readConfig({ logLevel: httpSettings.logLevel }).logLevel });
await runService(logger, () => createWorker(readWorkerConfig(process.env), logger));
