import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { settingsAsMarkdown } from '#platform';
import { apiSettings } from '../../apps/api/src/settings.js';
import { eportSettings } from '../../apps/eport/src/settings.js';
import { launcherSettings } from '../../apps/launcher/src/launcher-settings.js';
import { workerSettings } from '../../apps/worker/src/settings.js';
import { credentialsIn, killLaunched, launch, stop } from '../support/launched.js';
import { missingOf, numbersOf, tourOf, TourShell } from '../support/readme-tour.js';

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

describe('the tour of the README', () => {
  let dataDir: string;
  let shell: TourShell | undefined;

  afterAll(async () => {
    shell?.close();
    await killLaunched();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('prints on a new instance what it shows, numbers and times aside', async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tour-'));
    const instance = await launch(dataDir);
    const { apiKey = '', users } = await credentialsIn(dataDir);
    const buyer = users.find(({ username }) => username === 'buyer')!;
    const known = new Map([['http://127.0.0.1:3000', instance.api], ['ptl_…', apiKey], ['"password":"…"', `"password":"${buyer.password}"`]]);
    const asHere = (text: string): string => [...known].reduce((replaced, [shown, here]) => replaced.replaceAll(shown, here), text);
    const steps = tourOf(await read('README.md'));
    expect(steps.length).toBeGreaterThanOrEqual(10);
    shell = new TourShell();
    for (const { commands, shown } of steps) {
      const printed = await shell.run(asHere(commands));
      for (const [there, here] of numbersOf(shown, printed)) known.set(there, here);
      expect({ printed, missing: missingOf(asHere(shown), printed) }).toEqual({ printed, missing: [] });
    }
    await stop(instance);
  });
});
