import { describe, expect, it } from '@jest/globals';
import { ANY, BACKWARDS, END, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { client, close, dataDir, nodeForEachTest, open } from './node.fixture.js';

nodeForEachTest();

const containing = (text: string): unknown => expect.stringContaining(text);

const event = (mark: string, bytes: number) => jsonEvent({ type: 'Placed', data: { mark, pad: 'x'.repeat(bytes) } });

async function idsOf(stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) ids.push(event!.id);
  return ids;
}

describe('a full disk', () => {
  const FULL = { code: 8, message: containing('RESOURCE_EXHAUSTED: the disk is full') };

  it('refuses appends with a clear error, keeps what was acknowledged, and takes appends again when there is room', async () => {
    await close();
    await open({ maxBytes: 2 * 1024 * 1024 });
    const acknowledged: string[] = [];
    const fill = async (): Promise<never> => {
      for (;;) {
        const events = [event('pair', 5_000), event('pair', 5_000)];
        await client.appendToStream('orders', events, { expectedRevision: acknowledged.length === 0 ? NO_STREAM : BigInt(acknowledged.length - 1) });
        acknowledged.push(...events.map(({ id }) => id));
      }
    };
    await expect(fill()).rejects.toMatchObject(FULL);
    expect(acknowledged.length).toBeGreaterThan(100);
    await expect(client.appendToStream('others', event('other', 20_000), { expectedRevision: ANY })).rejects.toMatchObject(FULL);
    expect(await idsOf('orders')).toEqual(acknowledged);

    await close();
    await open();
    expect(await idsOf('orders')).toEqual(acknowledged);
    await client.appendToStream('others', event('other', 20_000), { expectedRevision: NO_STREAM });
    await client.appendToStream('orders', event('pair', 5_000), { expectedRevision: BigInt(acknowledged.length - 1) });
    expect(await idsOf('orders')).toHaveLength(acknowledged.length + 1);
  });
});

describe('a damaged page', () => {
  /** Overwrites the pages that hold a text. */
  function damage(text: string): void {
    const path = join(dataDir, 'events.sqlite');
    const bytes = readFileSync(path);
    const file = openSync(path, 'r+');
    for (let page = 4_096; page < bytes.length; page += 4_096) {
      if (bytes.subarray(page, page + 4_096).includes(text)) writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page);
    }
    closeSync(file);
  }

  it('is told to whoever needs it, and nobody else', async () => {
    const many = (mark: string, count: number) => Array.from({ length: count }, () => event(mark, 500));
    await client.appendToStream('whole', many('whole', 50), { expectedRevision: NO_STREAM });
    await client.appendToStream('damaged', many('to be damaged', 50), { expectedRevision: NO_STREAM });
    expect(await idsOf('$streams')).toHaveLength(2);
    await client.appendToStream('whole', many('whole', 50), { expectedRevision: 49n });
    await close();
    damage('to be damaged');
    const told: string[] = [];
    await open({ log: (message) => told.push(message) });
    expect(told).toEqual([containing('the database is damaged, restore a backup')]);

    const lost = { code: 15, message: containing('DATA_LOSS: the database is damaged') };
    await expect(idsOf('damaged')).rejects.toMatchObject(lost);
    const wholeLog = async () => {
      for await (const _ of client.readAll());
    };
    await expect(wholeLog()).rejects.toMatchObject(lost);
    let newest = 0;
    for await (const _ of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 40 })) newest++;
    expect(newest).toBe(40);
    expect(await idsOf('whole')).toHaveLength(100);
    // Calls of their own, which share a commit.
    const credentials = { username: 'admin', password: 'any' };
    const [written, refused, alsoWritten] = await Promise.allSettled([
      client.appendToStream('whole', event('whole', 500), { expectedRevision: 99n, credentials }),
      client.appendToStream('damaged', event('late', 500), { expectedRevision: 20n, credentials }),
      client.appendToStream('whole', event('whole', 500), { expectedRevision: 100n, credentials }),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: lost });
    expect([written, alsoWritten]).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    await client.appendToStream('new', event('new', 500), { expectedRevision: NO_STREAM });
    expect([await idsOf('whole'), await idsOf('new')].map(({ length }) => length)).toEqual([102, 1]);
  });
});
