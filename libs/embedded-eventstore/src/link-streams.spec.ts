import { beforeEach, describe, expect, it } from '@jest/globals';
import { ANY, BACKWARDS, END, jsonEvent, NO_STREAM, StreamNotFoundError } from '@eventstore/db-client';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { client, close, dataDir, nodeForEachTest, open } from './node.fixture.js';

const placed = (n: number) => jsonEvent({ type: 'OrderPlaced', data: { n } });
const many = (count: number) => Array.from({ length: count }, (_, n) => placed(n));

nodeForEachTest();

/** Where the links of a stream lead, and what they are called. */
async function linksOf(stream: string, options = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { event, link } of client.readStream(stream, { resolveLinkTos: true, ...options }))
    found.push(`${link!.revision} ${link!.id} ${event!.revision}@${event!.streamId}`);
  return found;
}

const targetsOf = async (stream: string, options = {}) => (await linksOf(stream, options)).map((link) => link.split(' ')[2]);

describe('the streams of the system projections', () => {
  beforeEach(async () => {
    await client.appendToStream('orders-1', many(3), { expectedRevision: NO_STREAM });
    await client.appendToStream('orders-2', many(2), { expectedRevision: NO_STREAM });
    await client.appendToStream('nodash', placed(9), { expectedRevision: NO_STREAM });
  });

  it('hold every event acknowledged before, both ways and in part', async () => {
    expect(await targetsOf('$ce-orders')).toEqual(['0@orders-1', '1@orders-1', '2@orders-1', '0@orders-2', '1@orders-2']);
    expect(await targetsOf('$ce-orders', { fromRevision: 2n, maxCount: 2 })).toEqual(['2@orders-1', '0@orders-2']);
    expect(await targetsOf('$ce-orders', { direction: BACKWARDS, fromRevision: END, maxCount: 1 })).toEqual(['1@orders-2']);
    expect(await targetsOf('$et-OrderPlaced')).toHaveLength(6);
    expect(await targetsOf('$streams')).toEqual(['0@orders-1', '0@orders-2', '0@nodash']);
    await expect(linksOf('$ce-nodash')).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('keep the ids and revisions of their links over a restart, and when the index is lost or damaged', async () => {
    const before = await linksOf('$ce-orders');
    await client.appendToStream('orders-1', placed(3), { expectedRevision: 2n });
    const damages = [(): void => undefined, () => rmSync(join(dataDir, 'links.sqlite')), () => writeFileSync(join(dataDir, 'links.sqlite'), 'x'.repeat(5_000))];
    for (const damage of damages) {
      await close();
      damage();
      await open();
      const links = await linksOf('$ce-orders');
      expect(links.slice(0, 5)).toEqual(before);
      expect(links).toHaveLength(6);
    }
  });

  it('are derived anew when the log is another one', async () => {
    expect(await targetsOf('$ce-orders')).toHaveLength(5);
    await close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `events.sqlite${suffix}`), { force: true });
    await open();
    await client.appendToStream('invoices-1', placed(1), { expectedRevision: NO_STREAM });
    await client.appendToStream('orders-9', many(3), { expectedRevision: NO_STREAM });
    expect(await targetsOf('$ce-orders')).toEqual(['0@orders-9', '1@orders-9', '2@orders-9']);
  });

  it('can be subscribed to, live', async () => {
    const seen: string[] = [];
    for await (const { event } of client.subscribeToStream('$ce-orders', { resolveLinkTos: true, fromRevision: 3n })) {
      if (seen.push(`${event!.revision}@${event!.streamId}`) === 1)
        await client.appendToStream('orders-3', many(2), { expectedRevision: NO_STREAM });
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['1@orders-2', '0@orders-3', '1@orders-3']);
  });

  it('obey stream metadata, and are in no other stream nor in $all', async () => {
    await client.setStreamMetadata('$ce-orders', { maxCount: 2 });
    expect(await targetsOf('$ce-orders')).toEqual(['0@orders-2', '1@orders-2']);
    const streams = new Set<string>();
    for await (const { event } of client.readAll()) streams.add(event!.streamId);
    expect([...streams]).toEqual(['orders-1', 'orders-2', 'nodash', '$$$ce-orders']);
  });

  it('are ordinary streams once somebody writes to them', async () => {
    await client.appendToStream('$ce-mine', placed(1), { expectedRevision: NO_STREAM });
    await client.appendToStream('mine-1', placed(2), { expectedRevision: ANY });
    const revisions: bigint[] = [];
    for await (const { event } of client.readStream('$ce-mine')) revisions.push(event!.revision);
    expect(revisions).toEqual([0n]);
  });
});
