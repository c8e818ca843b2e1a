import { describe, expect, it } from '@jest/globals';
import { LogRecords } from '../http/http-app.fixture.js';
import { createLogger, flushLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

const KEY = `ptl_0123456789abcdef0123_${'s'.repeat(43)}`;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

const logging = () => {
  const log = new LogRecords();
  return { log, logger: createLogger({ service: 'api', level: 'debug', destination: log }) };
};

describe('the log', () => {
  it('is one JSON record a line with service, level and instant', () => {
    const { log, logger } = logging();
    logger.info({ orderNo: '185002-46889' }, 'drafted');
    expect(log.records).toEqual([{ level: 'info', at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown, service: 'api', pid: process.pid, orderNo: '185002-46889', message: 'drafted' }]);
  });

  it.each(['authorization', 'password', 'apiKey', 'x-api-key', 'token', 'accessToken', 'secret', 'cookie', 'hash', 'privateKey', 'Authorization'])('masks a field named %s, however deep', (name) => {
    const { log, logger } = logging();
    logger.info({ [name]: 'hunter2', request: { headers: [{ [name]: 'hunter2' }] } }, 'x');
    expect(log.text).not.toContain('hunter2');
    expect(log.text).toContain('[masked]');
  });

  it.each([
    ['an API key', KEY, 's'.repeat(43)],
    ['a JWT', TOKEN, 'c2lnbmF0dXJl'],
    ['a bearer header', 'Bearer hunter2', 'hunter2'],
    ['a connection string', 'mongodb://user:hunter2@db:27017/x', 'hunter2'],
  ])('masks %s in messages, fields, errors and their causes', (_, text, secret) => {
    const { log, logger } = logging();
    logger.info(`message ${text}`);
    logger.info({ note: text }, 'field');
    logger.error({ err: Object.assign(new Error(`error ${text}`, { cause: new Error(text) }), { config: { text } }) }, 'error');
    new NestLogger(logger).error(new Error(text), 'Part');
    new NestLogger(logger).warn({ text }, 'Part');
    expect(log.records).toHaveLength(5);
    expect(log.text).not.toContain(secret);
  });

  it('keeps what tells where an error comes from', () => {
    const { log, logger } = logging();
    logger.error({ err: Object.assign(new TypeError('no', { cause: new Error('why') }), { code: 'ENO' }) }, 'failed');
    expect(log.records[0]).toMatchObject({ err: { type: 'TypeError', message: 'no', code: 'ENO', stack: expect.stringContaining('logger.spec') as unknown, cause: { message: 'why' } } });
  });

  it('takes Nest’s records with the part that speaks', () => {
    const { log, logger } = logging();
    const nest = new NestLogger(logger);
    nest.log('started', 'NestFactory');
    nest.error('failed', 'Error: x\n  at y', 'Router');
    expect(log.records).toMatchObject([{ level: 'info', part: 'NestFactory', message: 'started' }, { level: 'error', part: 'Router', stack: 'Error: x\n  at y', message: 'failed' }]);
  });

  it('survives what refers to itself', () => {
    const { log, logger } = logging();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    logger.info({ loop }, 'x');
    expect(log.records).toHaveLength(1);
  });

  it('is flushed before the process ends', async () => {
    await expect(flushLogger(createLogger({ service: 'api', level: 'silent' }))).resolves.toBeUndefined();
  });
});
