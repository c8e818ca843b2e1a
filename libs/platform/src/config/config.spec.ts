import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { httpSettings } from './http-settings.js';
import { assertMayListen, isLoopback } from './listening.js';
import { ConfigError, readConfig, settingsAsMarkdown } from './read-config.js';
import { choice, flag, optional, port, secret, secretText, setting, text, url, wholeNumber } from './setting.js';

const table = {
  port: setting('APP_PORT', port, 'Port.', '3000'),
  name: setting('APP_NAME', text, 'Name.'),
  mode: setting('APP_MODE', choice('fast', 'safe'), 'Mode.', 'safe'),
  verbose: setting('APP_VERBOSE', flag, 'Verbose.', 'false'),
  count: setting('APP_COUNT', wholeNumber(1, 5), 'Count.', '2'),
  store: optional('APP_STORE', url('mongodb'), 'Store.'),
  key: secret('APP_KEY', secretText(8), 'Key.'),
};

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(table, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

const fileWith = (content: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'key');
  writeFileSync(path, content);
  return path;
};

describe('readConfig', () => {
  it('reads values by their types, with defaults, frozen', () => {
    const config = readConfig(table, { APP_NAME: 'api', APP_PORT: '0', APP_VERBOSE: 'true', APP_STORE: 'mongodb://a,b/?replicaSet=r' });
    expect(config).toEqual({ port: 0, name: 'api', mode: 'safe', verbose: true, count: 2, store: 'mongodb://a,b/?replicaSet=r', key: undefined });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every variable that is wrong, and why, at once', () => {
    expect(problemsOf({ APP_PORT: '65536', APP_MODE: 'quick', APP_VERBOSE: 'yes', APP_COUNT: '1.5', APP_STORE: 'postgres://x', APP_KEY: 'short' })).toEqual([
      'APP_PORT must be a whole number from 0 to 65535',
      'APP_NAME is required',
      'APP_MODE must be one of fast, safe',
      'APP_VERBOSE must be true or false',
      'APP_COUNT must be a whole number from 1 to 5',
      'APP_STORE must start with mongodb://',
      'APP_KEY must be at least 8 bytes long',
    ]);
  });

  it('takes a variable set to nothing as not set', () => {
    expect(problemsOf({ APP_NAME: '', APP_PORT: '' })).toEqual(['APP_NAME is required']);
  });

  it('reads a secret from a file, without the line break at its end', () => {
    expect(readConfig(table, { APP_NAME: 'a', APP_KEY_FILE: fileWith('from the file\n') }).key).toBe('from the file');
  });

  it('does not guess between a secret and its file, nor quotes either', () => {
    const problems = problemsOf({ APP_NAME: 'a', APP_KEY: 'hunter2-hunter2', APP_KEY_FILE: fileWith('correct horse') });
    expect(problems).toEqual(['APP_KEY and APP_KEY_FILE are both set']);
    expect(problemsOf({ APP_NAME: 'a', APP_KEY_FILE: '/nowhere/key' })).toEqual(['APP_KEY cannot be read from the file in APP_KEY_FILE (ENOENT)']);
  });

  it('has a line for the README for every setting', () => {
    expect(settingsAsMarkdown(table).split('\n')).toEqual([
      '| variable | default | meaning |',
      '|---|---|---|',
      '| `APP_PORT` | `3000` | Port. |',
      '| `APP_NAME` | required | Name. |',
      '| `APP_MODE` | `safe` | Mode. |',
      '| `APP_VERBOSE` | `false` | Verbose. |',
      '| `APP_COUNT` | `2` | Count. |',
      '| `APP_STORE` |  | Store. |',
      '| `APP_KEY` or `APP_KEY_FILE` |  | Key. |',
    ]);
  });
});

describe('listening', () => {
  it('is on loopback without configuration', () => {
    expect(isLoopback(readConfig(httpSettings, {}).host)).toBe(true);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('is open on %s whatever is missing', (host) => {
    expect(() => assertMayListen({ host, required: { KEY: undefined } })).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example'])('on %s needs everything set by hand', (host) => {
    expect(() => assertMayListen({ host, required: { KEY: undefined, URL: 'x' } })).toThrow(`KEY is required to listen beyond loopback (PORTOLAN_HOST is ${host})`);
    expect(() => assertMayListen({ host, required: { KEY: 'k', URL: 'x' } })).not.toThrow();
  });
});
