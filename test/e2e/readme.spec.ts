import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { settingsAsMarkdown } from '#platform';
import { apiSettings } from '../../apps/api/src/settings.js';
import { eportSettings } from '../../apps/eport/src/settings.js';
import { launcherSettings } from '../../apps/launcher/src/launcher-settings.js';
import { workerSettings } from '../../apps/worker/src/settings.js';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

const rows = (table: string): string[] => table.split('\n').slice(2);

describe('the README', () => {
  it('lists every variable that the processes read, with its default and meaning', async () => {
    const readme = await read('README.md');
    const tables = [apiSettings, workerSettings, launcherSettings, eportSettings].map(settingsAsMarkdown);
    for (const row of tables.flatMap(rows)) expect(readme).toContain(row);
  });

  it('names commands that exist', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const named = [...(await read('README.md')).matchAll(/npm (?:run )?(start|test\b(?!:)|[a-z]+(?::[a-z]+)?)`/g)].map((match) => match[1]!).filter((name) => name !== 'ci');
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  it('names folders and files that exist', async () => {
    const paths = [...(await read('README.md')).matchAll(/`((?:apps|libs|test|docker)\/?[\w./-]*)`/g)].map((match) => match[1]!);
    const { stat } = await import('node:fs/promises');
    for (const path of paths) await expect(stat(new URL(`../../${path}`, import.meta.url))).resolves.toBeDefined();
  });
});
