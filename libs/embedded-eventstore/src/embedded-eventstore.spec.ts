import { describe, expect, it } from '@jest/globals';
import {
  ANY,
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  excludeSystemEvents,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
  type AllStreamRecordedEvent,
  type Position,
} from '@eventstore/db-client';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { DataDirectoryInUse, EmbeddedEventStore } from './index.js';
import { client, close, dataDir, node, nodeForEachTest, open } from './node.fixture.js';

const placed = (n: number, id: string = randomUUID()) => jsonEvent({ id, type: 'OrderPlaced', data: { n }, metadata: { by: 'test' } });
const many = (count: number) => Array.from({ length: count }, (_, n) => placed(n));

nodeForEachTest();

async function revisionsOf(stream: string): Promise<bigint[]> {
  const revisions: bigint[] = [];
  for await (const { event } of client.readStream(stream)) revisions.push(event!.revision);
  return revisions;
}

async function wholeLog(): Promise<AllStreamRecordedEvent[]> {
  const events: AllStreamRecordedEvent[] = [];
  for await (const { event } of client.readAll()) events.push(event!);
  return events;
}

describe('appending', () => {
  it('gives back what was written, JSON and binary, with its metadata', async () => {
    const bytes = new Uint8Array([0, 1, 2, 255]);
    await client.appendToStream('orders-1', [placed(1), binaryEvent({ type: 'Scan', data: bytes })], { expectedRevision: NO_STREAM });
    const events = [];
    for await (const { event } of client.readStream('orders-1')) events.push(event!);
    expect(events[0]).toMatchObject({ type: 'OrderPlaced', isJson: true, data: { n: 1 }, metadata: { by: 'test' }, revision: 0n });
    expect(events[1]).toMatchObject({ type: 'Scan', isJson: false, revision: 1n });
    expect(Buffer.from(events[1]!.data as Uint8Array)).toEqual(Buffer.from(bytes));
    expect(await wholeLog()).toMatchObject(events.map(({ id, revision, data, metadata }) => ({ id, revision, data, metadata })));
  });

  it('refuses a wrong revision and says what it is', async () => {
    await client.appendToStream('orders-1', many(3), { expectedRevision: NO_STREAM });
    const append = client.appendToStream('orders-1', placed(9), { expectedRevision: 0n });
    await expect(append).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await expect(append).rejects.toMatchObject({ actualVersion: 2n, expectedVersion: 0n });
    expect(await revisionsOf('orders-1')).toEqual([0n, 1n, 2n]);
  });

  it('answers a repeated append as the first time and writes nothing', async () => {
    const events = many(2);
    const first = await client.appendToStream('orders-1', events, { expectedRevision: NO_STREAM });
    await client.appendToStream('orders-1', placed(3), { expectedRevision: 1n });
    expect(await client.appendToStream('orders-1', events, { expectedRevision: NO_STREAM })).toEqual(first);
    expect(await client.appendToStream('orders-1', events, { expectedRevision: ANY })).toEqual(first);
    expect(await revisionsOf('orders-1')).toEqual([0n, 1n, 2n]);
  });

  it('lets exactly one of many concurrent writers of a revision win', async () => {
    const attempts = await Promise.allSettled(many(20).map((event) => client.appendToStream('orders-1', event, { expectedRevision: NO_STREAM })));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await revisionsOf('orders-1')).toEqual([0n]);
  });

  it('writes a batch that the client sends in several parts as one', async () => {
    const result = await client.appendToStream('orders-1', many(500), { expectedRevision: NO_STREAM, batchAppendSize: 10_000 });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 499n });
    expect(await revisionsOf('orders-1')).toHaveLength(500);
  });

  it('works with credentials too, for which the client uses another call', async () => {
    const credentials = { username: 'admin', password: 'any' };
    const result = await client.appendToStream('orders-1', many(2), { expectedRevision: NO_STREAM, credentials });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 1n });
  });
});

describe('the files', () => {
  it('keeps the write-ahead log short', async () => {
    const text = 'x'.repeat(900_000);
    for (let n = 0; n < 30; n++) await client.appendToStream('large', jsonEvent({ type: 'Large', data: { text } }), { expectedRevision: ANY });
    expect(statSync(join(dataDir, 'events.sqlite-wal')).size).toBeLessThan(20_000_000);
    expect(statSync(join(dataDir, 'events.sqlite')).size).toBeGreaterThan(16_000_000);
    expect(await revisionsOf('large')).toHaveLength(30);
  });
});

describe('reading', () => {
  it('reads long streams both ways, a part of them, and the whole log in order', async () => {
    await client.appendToStream('orders-1', many(1_200), { expectedRevision: NO_STREAM });
    expect(await revisionsOf('orders-1')).toEqual(Array.from({ length: 1_200 }, (_, n) => BigInt(n)));
    const last: bigint[] = [];
    for await (const { event } of client.readStream('orders-1', { direction: BACKWARDS, fromRevision: END, maxCount: 100 }))
      last.push(event!.revision);
    expect(last).toEqual(Array.from({ length: 100 }, (_, n) => BigInt(1_199 - n)));
    const positions = (await wholeLog()).map(({ position }) => position.commit);
    expect(positions).toHaveLength(1_200);
    expect(positions).toEqual([...positions].sort((a, b) => Number(a - b)));
    expect(new Set(positions).size).toBe(1_200);
  });

  it('reads the whole log backwards, over events of any size', async () => {
    const sizes = [10, 500_000, 10, 700_000, 900_000, 10];
    for (const [n, size] of sizes.entries())
      await client.appendToStream(`orders-${n}`, jsonEvent({ type: 'Big', data: { text: 'x'.repeat(size) } }), { expectedRevision: NO_STREAM });
    const streams: string[] = [];
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END })) streams.push(event!.streamId);
    expect(streams).toEqual(['orders-5', 'orders-4', 'orders-3', 'orders-2', 'orders-1', 'orders-0']);
    expect((await wholeLog()).map(({ streamId }) => streamId)).toEqual(streams.reverse());
  });

  it('tells a missing stream from an empty answer', async () => {
    const read = async () => {
      for await (const _ of client.readStream('nowhere', { direction: FORWARDS, fromRevision: START }));
    };
    await expect(read()).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});

describe('subscribing', () => {
  it('delivers what is there and then what comes, each event once and in order', async () => {
    await client.appendToStream('orders-1', many(150), { expectedRevision: NO_STREAM });
    const subscription = client.subscribeToStream('orders-1', { fromRevision: START });
    const live = client.appendToStream('orders-1', many(150), { expectedRevision: 149n });
    const seen: bigint[] = [];
    for await (const { event } of subscription) {
      seen.push(event!.revision);
      if (seen.length === 300) break;
    }
    await live;
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => BigInt(n)));
  });

  it('serves a reader that was paused from the database, without a gap', async () => {
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents() }, { highWaterMark: 1 });
    subscription.pause();
    const text = 'x'.repeat(2_000);
    for (let batch = 0; batch < 20; batch++)
      await client.appendToStream(
        'orders-1',
        Array.from({ length: 200 }, () => jsonEvent({ type: 'Large', data: { text } })),
        { expectedRevision: ANY },
      );
    const seen: bigint[] = [];
    for await (const { event } of subscription) {
      seen.push(event!.revision);
      if (seen.length === 4_000) break;
    }
    expect(seen).toEqual(Array.from({ length: 4_000 }, (_, n) => BigInt(n)));
  });

  it('resumes after the position of the last event seen', async () => {
    await client.appendToStream('orders-1', many(10), { expectedRevision: NO_STREAM });
    const fifth = (await wholeLog())[4]!.position;
    const seen: bigint[] = [];
    for await (const { event } of client.subscribeToAll({ fromPosition: fifth })) {
      seen.push(event!.revision);
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([5n, 6n, 7n, 8n, 9n]);
  });

  it('sends a filtered subscription all that it wants and nothing else, in long rows and between others, of any size', async () => {
    const rows = [1, 1, 90, 3, 1, 200, 700, 2, 1_200, 1];
    let wanted = 0;
    let written = 0;
    const sized = (n: number) => jsonEvent({ type: 'Sized', data: { n, text: 'x'.repeat(written++ % 100 === 0 ? 40_000 : 300) } });
    for (const [index, length] of rows.entries()) {
      const isWanted = index % 2 === 0;
      const events = Array.from({ length }, () => sized(isWanted ? wanted++ : -1));
      await client.appendToStream(isWanted ? 'hit' : 'noise', events, { expectedRevision: ANY });
    }
    const seen: number[] = [];
    for await (const { event } of client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['hit'] }) })) {
      seen.push((event!.data as { n: number }).n);
      if (seen.length === wanted) break;
    }
    expect(seen).toEqual(Array.from({ length: wanted }, (_, n) => n));
  });

  it('sends a filtered subscription a checkpoint after every window of events, matching or not', async () => {
    for (let n = 1; n <= 100; n++)
      await client.appendToStream(n % 10 === 0 ? 'hit' : 'noise', placed(n), { expectedRevision: ANY });
    const numberOf = new Map((await wholeLog()).map(({ position }, index) => [position.commit, index + 1]));
    const messages: string[] = [];
    const filter = streamNameFilter({
      prefixes: ['hit'],
      maxSearchWindow: 32,
      checkpointInterval: 1,
      checkpointReached: (_: unknown, position: Position) => {
        messages.push(`checkpoint ${numberOf.get(position.commit)}`);
        return Promise.resolve();
      },
    });
    for await (const { event } of client.subscribeToAll({ filter })) {
      messages.push(`event ${numberOf.get(event!.position.commit)}`);
      if (messages.at(-1) === 'event 100') break;
    }
    expect(messages).toEqual(
      [10, 20, 30, 'c32', 40, 50, 60, 'c64', 70, 80, 90, 'c96', 100].map((at) =>
        typeof at === 'number' ? `event ${at}` : `checkpoint ${at.slice(1)}`,
      ),
    );
  });
});

describe('a node', () => {
  it('holds everything after a restart: events, positions, revisions, and which appends are repeats', async () => {
    const events = many(3);
    const first = await client.appendToStream('orders-1', events, { expectedRevision: ANY });
    await client.setStreamMetadata('orders-1', { maxCount: 2 });
    await client.appendToStream('orders-2', placed(1), { expectedRevision: NO_STREAM });
    await client.tombstoneStream('orders-2', { expectedRevision: ANY });
    const before = await wholeLog();
    await close();
    await open();
    expect(await wholeLog()).toEqual(before);
    expect(await revisionsOf('orders-1')).toEqual([1n, 2n]);
    expect(await client.appendToStream('orders-1', events.slice(1), { expectedRevision: ANY })).toEqual(first);
    const { position } = await client.appendToStream('orders-1', placed(4), { expectedRevision: 2n });
    expect(position!.commit).toBeGreaterThan(before.at(-1)!.position.commit);
    await expect(client.appendToStream('orders-2', placed(2), { expectedRevision: ANY })).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('is found by clients that discover a cluster by gossip', async () => {
    const discovering = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${node.port}?tls=false`);
    await discovering.appendToStream('orders-1', placed(1), { expectedRevision: NO_STREAM });
    await discovering.dispose();
    expect(await revisionsOf('orders-1')).toEqual([0n]);
  });

  it('refuses a data directory that another node has, and says whose it is', async () => {
    const second = EmbeddedEventStore.start({ dataDir, port: 0 });
    await expect(second).rejects.toBeInstanceOf(DataDirectoryInUse);
    await expect(second).rejects.toThrow(`in use by process ${process.pid}`);
    await client.appendToStream('orders-1', placed(1), { expectedRevision: NO_STREAM });
  });

  it('refuses a port that is taken, and leaves the data directory free', async () => {
    const other = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
    await expect(EmbeddedEventStore.start({ dataDir: other, port: node.port })).rejects.toThrow(/address already in use/i);
    await (await EmbeddedEventStore.start({ dataDir: other, port: 0 })).stop();
    rmSync(other, { recursive: true });
  });

  it('refuses a file that is no database, and leaves it as it is', async () => {
    await close();
    const file = join(dataDir, 'events.sqlite');
    writeFileSync(file, 'not a database, but longer than the header of one, which is a hundred bytes: '.repeat(3));
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow(/not a database/);
    expect(readFileSync(file)).toEqual(before);
    rmSync(file);
    await open();
  });

  it('names what it does not implement', async () => {
    await expect(client.listProjections()).rejects.toThrow(/does not implement .*\/Statistics/);
  });

  it('stops although subscriptions are open, and tells their clients', async () => {
    const subscription = client.subscribeToAll();
    const ended = new Promise((resolve) => subscription.once('error', resolve));
    await new Promise((resolve) => subscription.once('confirmation', resolve));
    await node.stop();
    expect(await ended).toBeInstanceOf(Error);
  });
});
