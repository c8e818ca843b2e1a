import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnreadableMessage } from '../unreadable-message.js';
import { Inbox, type InboxOptions } from './inbox.js';

let directory: string;
let inbox: Inbox | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-inbox-'));
});

afterEach(async () => {
  await inbox?.stop();
  await rm(directory, { recursive: true, force: true });
});

const put = async (name: string, content: string, ageSeconds = 60): Promise<void> => {
  const path = join(directory, name);
  const written = new Date(Date.now() - ageSeconds * 1000);
  await writeFile(`${path}.tmp`, content);
  await utimes(`${path}.tmp`, written, written);
  await rename(`${path}.tmp`, path);
};

const eventually = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
};

const filesIn = async (folder = '.'): Promise<readonly string[]> => {
  const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name).sort();
};

const watch = (onReceipt: InboxOptions['onReceipt'], options: Partial<InboxOptions> = {}) => {
  const failures: [unknown, string | undefined][] = [];
  inbox = new Inbox({ directory, onReceipt, onFailure: (...failure) => failures.push(failure), pollMs: 5, ...options });
  inbox.start();
  return failures;
};

describe('inbox of receipts', () => {
  it('hands receipts over oldest first and files each only when it has been taken', async () => {
    await put('b.xml', 'second', 20);
    await put('c.xml', 'third', 10);
    await put('a.XML', 'first', 30);
    const seen: [string, readonly string[]][] = [];
    watch(async (content) => {
      seen.push([content.toString(), await filesIn('processed')]);
    });
    await eventually(async () => (await filesIn('processed')).length === 3);
    expect(seen).toEqual([
      ['first', []],
      ['second', ['a.XML']],
      ['third', ['a.XML', 'b.xml']],
    ]);
    expect(await filesIn()).toEqual([]);
  });

  it('keeps a receipt that could not be taken, and the younger ones behind it, until it can', async () => {
    await put('a.xml', 'a', 20);
    await put('b.xml', 'b', 10);
    const seen: string[] = [];
    const failures = watch((content) => {
      seen.push(content.toString());
      return seen.length < 3 ? Promise.reject(new Error('store is away')) : Promise.resolve();
    });
    await eventually(async () => (await filesIn('processed')).length === 2);
    expect(seen).toEqual(['a', 'a', 'a', 'b']);
    expect(failures).toEqual([[new Error('store is away'), 'a.xml'], [new Error('store is away'), 'a.xml']]);
  });

  it('sets what is unreadable aside with the reason and goes on', async () => {
    await put('bad.xml', 'bad', 20);
    await put('good.xml', 'good', 10);
    watch((content) => (content.toString() === 'bad' ? Promise.reject(new UnreadableMessage('doctype', 'no entities here')) : Promise.resolve()));
    await eventually(async () => (await filesIn('processed')).length === 1 && (await filesIn('rejected')).length === 2);
    expect(await readFile(join(directory, 'rejected/bad.xml.reason.txt'), 'utf8')).toBe('doctype: no entities here\n');
    expect(await filesIn()).toEqual([]);
  });

  it('does not set aside what may still be being written', async () => {
    await put('slow.xml', '<half', 0);
    let reads = 0;
    watch(
      async (content) => {
        reads += 1;
        if (reads === 3) await put('slow.xml', '<whole/>', 0);
        if (content.toString() === '<half') throw new UnreadableMessage('malformed', 'unclosed tag');
      },
      { settleMs: 60_000 },
    );
    await eventually(async () => (await filesIn('processed')).length === 1);
    expect(await filesIn('rejected')).toEqual([]);
    expect(reads).toBeGreaterThan(3);
  });

  it('rejects an oversized file without reading it', async () => {
    await put('big.xml', 'x'.repeat(100));
    const seen: string[] = [];
    watch((_, name) => Promise.resolve(void seen.push(name)), { maxBytes: 99 });
    await eventually(async () => (await filesIn('rejected')).includes('big.xml'));
    expect(seen).toEqual([]);
  });

  it('takes no temporary file, hidden file, other type, directory or link', async () => {
    await writeFile(join(directory, 'x.xml.tmp'), 'x');
    await writeFile(join(directory, '.hidden.xml'), 'x');
    await writeFile(join(directory, 'readme.txt'), 'x');
    await mkdir(join(directory, 'folder.xml'));
    await symlink('/etc/passwd', join(directory, 'link.xml'));
    await put('last.xml', 'last', 0);
    const seen: string[] = [];
    watch((_, name) => Promise.resolve(void seen.push(name)));
    await eventually(async () => (await filesIn('processed')).length === 1);
    expect(seen).toEqual(['last.xml']);
  });

  it('overwrites nothing when a sender uses a name again', async () => {
    watch(() => Promise.resolve());
    for (const [count, content] of ['one', 'two', 'three'].entries()) {
      await put('receipt.xml', content);
      await eventually(async () => (await filesIn('processed')).length === count + 1);
    }
    expect(await filesIn('processed')).toEqual(['receipt.2.xml', 'receipt.3.xml', 'receipt.xml']);
    expect(await readFile(join(directory, 'processed/receipt.2.xml'), 'utf8')).toBe('two');
  });

  it('finishes the receipt in hand before it stops, and hands over the rest after a restart', async () => {
    await put('a.xml', 'a', 20);
    await put('b.xml', 'b', 10);
    const seen: string[] = [];
    let stopped: Promise<void> | undefined;
    watch((content) => {
      seen.push(content.toString());
      stopped = inbox?.stop();
      return Promise.resolve();
    });
    await eventually(() => stopped !== undefined);
    await stopped;
    expect([seen, await filesIn('processed'), await filesIn()]).toEqual([['a'], ['a.xml'], ['b.xml']]);
    watch((content) => Promise.resolve(void seen.push(content.toString())));
    await eventually(async () => (await filesIn('processed')).length === 2);
    expect(seen).toEqual(['a', 'b']);
  });
});
