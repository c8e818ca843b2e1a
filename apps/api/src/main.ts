import { runService } from '#operations';
import { createLogger, httpSettings, readConfig } from '#platform';
import { createApi } from './api.js';
import { readApiConfig } from './settings.js';

const logger = createLogger({ service: 'api', level: readConfig({ logLevel: httpSettings.logLevel }).logLevel });
await runService(logger, () => createApi(readApiConfig(process.env), logger));
