import { afterEach, describe, expect, it } from '@jest/globals';
import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from './embedded-eventstore.js';
import { client, dataDir, node, nodeForEachTest } from './node.fixture.js';
import { failure, Programs } from './program.fixture.js';

nodeForEachTest();

const WRITERS = 4;
const CATEGORY = '$ce-orders';

let restored: { node: EmbeddedEventStore; client: EventStoreDBClient } | undefined;
let elsewhere: string | undefined;

afterEach(async () => {
  await stopRestored();
  if (elsewhere !== undefined) rmSync(elsewhere, { recursive: true });
  elsewhere = undefined;
});

const newPath = (): string => join((elsewhere ??= mkdtempSync(join(tmpdir(), 'embedded-eventstore-backup-'))), 'backup');

async function restore(directory: string): Promise<EventStoreDBClient> {
  const node = await EmbeddedEventStore.start({ dataDir: directory, port: 0 });
  restored = { node, client: EventStoreDBClient.connectionString(node.connectionString) };
  return restored.client;
}

async function stopRestored(): Promise<void> {
  await restored?.client.dispose();
  await restored?.node.stop();
  restored = undefined;
}

/** `revision@stream` of every event, and of every event that the links of a stream lead to. */
async function contents(from: EventStoreDBClient): Promise<{ log: string[]; links: string[] }> {
  const log: string[] = [];
  for await (const { event } of from.readAll()) log.push(`${event!.revision}@${event!.streamId}`);
  const links: string[] = [];
  for await (const { link, event } of from.readStream(CATEGORY, { resolveLinkTos: true })) {
    expect(Number(link!.revision)).toBe(links.length);
    links.push(`${event!.revision}@${event!.streamId}`);
  }
  return { log, links };
}

const append = async (stream: string, count: number): Promise<void> => {
  const events = Array.from({ length: count }, () => jsonEvent({ type: 'Placed', data: { text: 'x'.repeat(500) } }));
  await client.appendToStream(stream, events, { expectedRevision: ANY });
};

/** The streams whose revisions are not 0, 1, 2 … in the order of the log. */
function streamsWithGaps(log: readonly string[]): string[] {
  const lengths = new Map<string, number>();
  return log.filter((entry) => {
    const [revision, stream] = entry.split('@') as [string, string];
    const length = lengths.get(stream) ?? 0;
    lengths.set(stream, length + 1);
    return Number(revision) !== length;
  });
}

describe('a backup', () => {
  it('under load holds everything acknowledged before, whole and in order, and holds up nobody', async () => {
    const acknowledged: string[] = [];
    let isEnough = false;
    let look = (): unknown => undefined;
    const write = async (stream: string): Promise<void> => {
      for (let n = 0; !isEnough; n++) {
        await append(stream, 2);
        acknowledged.push(`${2 * n}@${stream}`, `${2 * n + 1}@${stream}`);
        look();
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, n) => write(`orders-${n}`));
    const until = (count: number): Promise<void> => new Promise((resolve) => (look = () => acknowledged.length >= count && resolve()));
    await until(400);
    const before = [...acknowledged];
    const backup = newPath();
    await node.backup(backup);
    await until(acknowledged.length + 40);
    isEnough = true;
    await Promise.all(writers);
    await expect(node.backup(backup)).rejects.toThrow('exists already');

    const copy = await restore(backup);
    const { log, links } = await contents(copy);
    expect(new Set(log)).toEqual(new Set([...log, ...before]));
    expect(streamsWithGaps(log)).toEqual([]);
    expect(log.length % 2).toBe(0);
    expect(links).toEqual(log);
    await copy.appendToStream('orders-new', jsonEvent({ type: 'Placed', data: {} }), { expectedRevision: NO_STREAM });
    expect((await contents(copy)).links).toEqual([...log, '0@orders-new']);
  });

  it('has the right link streams whatever index of them lies beside it', async () => {
    const index = (directory: string): string => join(directory, 'links.sqlite');
    await append('orders-1', 3);
    await contents(client);
    const older = await snapshot();
    await append('orders-2', 3);
    const backup = newPath();
    await node.backup(backup);
    expect(existsSync(index(backup))).toBe(false);
    const expected = ['0@orders-1', '1@orders-1', '2@orders-1', '0@orders-2', '1@orders-2', '2@orders-2'];
    await append('orders-3', 3);
    await contents(client);
    const newer = await snapshot();
    for (const [n, beside] of [undefined, older, newer].entries()) {
      const copy = `${backup}-${n}`;
      cpSync(backup, copy, { recursive: true });
      if (beside !== undefined) copyFileSync(beside, index(copy));
      const from = await restore(copy);
      expect(await contents(from)).toEqual({ log: expected, links: expected });
      for (const stream of ['others-1', 'orders-4']) await from.appendToStream(stream, jsonEvent({ type: 'Placed', data: {} }), { expectedRevision: NO_STREAM });
      expect((await contents(from)).links).toEqual([...expected, '0@orders-4']);
      await stopRestored();
    }
  });

  /** The index of links as it is now, as one file. */
  async function snapshot(): Promise<string> {
    const { default: Database } = await import('libsql');
    const db = new Database(join(dataDir, 'links.sqlite'));
    const copy = join(mkdtempSync(join(newPath(), '..', 'links-')), 'links.sqlite');
    db.exec(`VACUUM INTO '${copy}'`);
    db.close();
    return copy;
  }

  it('is made of a running node by the command', async () => {
    await append('orders-1', 3);
    const programs = new Programs();
    try {
      const backup = newPath();
      const command = ['backup', '--port', String(node.port), '--to', backup];
      const [code] = (await once(programs.run(...command), 'close')) as [number];
      expect(code).toBe(0);
      expect((await contents(await restore(backup))).log).toEqual(['0@orders-1', '1@orders-1', '2@orders-1']);
      expect(await failure(programs.run(...command))).toEqual({ code: 1, complaint: expect.stringContaining('exists already') as unknown });
      expect(existsSync(`${backup}.partial`)).toBe(false);
      expect(await failure(programs.run('backup'))).toEqual({ code: 1, complaint: expect.stringContaining('usage:') as unknown });
    } finally {
      programs.close();
    }
  });
});
