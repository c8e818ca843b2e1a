import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ANY,
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { fdatasync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedEventStore } from './embedded-eventstore.js';
import { EventLog } from './storage/event-log.js';

const flushToDisk = promisify(fdatasync);
const EIO = 'EIO: i/o error, fdatasync';

/** A disk that takes its time, or fails, when it is told to. */
class Disk {
  #held: { promise: Promise<void>; release: () => void; fail: (error: Error) => void } | undefined;
  #asked: () => void = () => undefined;

  #isBroken = false;

  readonly flush = (file: number): Promise<void> => {
    if (this.#isBroken) throw new Error(EIO);
    return this.#flush(file);
  };

  /** From now on nothing gets to the disk. Resolves when something should. */
  hold(): Promise<void> {
    let release = (): void => undefined;
    let fail: (error: Error) => void = release;
    const promise = new Promise<void>((resolve, reject) => ((release = resolve), (fail = reject)));
    promise.catch(() => undefined);
    this.#held = { promise, release, fail };
    return new Promise((resolve) => (this.#asked = resolve));
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  fail(): void {
    this.#held?.fail(new Error(EIO));
    this.#held = undefined;
  }

  /** From now on it fails without taking its time. */
  break(): void {
    this.#isBroken = true;
  }

  async #flush(file: number): Promise<void> {
    if (this.#held) {
      this.#asked();
      await this.#held.promise;
    }
    await flushToDisk(file);
  }
}

let dataDir: string;
let disk: Disk;
let node: EmbeddedEventStore;
let client: EventStoreDBClient;
let told: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
  disk = new Disk();
  told = [];
  await open();
});

afterEach(async () => {
  disk.release();
  await close();
  rmSync(dataDir, { recursive: true });
});

async function open(maxBytes?: number): Promise<void> {
  const log = new EventLog({ dataDir, maxBytes, now: Date.now, tell: (message) => told.push(message), flush: disk.flush });
  node = await EmbeddedEventStore.startOn(log, { dataDir, port: 0 });
  client = EventStoreDBClient.connectionString(node.connectionString);
}

async function close(): Promise<void> {
  await client.dispose();
  await node.stop();
}

const placed = (n = 0) => jsonEvent({ type: 'Placed', data: { n } });

/** What is read, as `revision@stream`, of a link with the stream it leads to. */
async function collect(events: AsyncIterable<ResolvedEvent>): Promise<string[]> {
  const found: string[] = [];
  for await (const { link, event } of events) {
    const { revision, streamId } = (link ?? event)!;
    found.push(`${revision}@${streamId}${link ? `->${event?.streamId ?? 'nothing'}` : ''}`);
  }
  return found;
}

const readStream = (stream: string): Promise<string[]> =>
  collect(client.readStream(stream, { resolveLinkTos: true })).catch((error: unknown) => {
    if (error instanceof StreamNotFoundError) return ['no stream'];
    throw error;
  });

/** What has come of something under way. */
function watch<T>(promise: Promise<T>): { outcome: T | Error | undefined; done: Promise<unknown> } {
  const watched: { outcome: T | Error | undefined; done: Promise<unknown> } = { outcome: undefined, done: Promise.resolve() };
  watched.done = promise.then(
    (value) => (watched.outcome = value),
    (error: Error) => (watched.outcome = error),
  );
  return watched;
}

/** An append that is on its way to the disk, in a node that has room for little more. */
async function appendUnderWay(): Promise<ReturnType<typeof watch>> {
  await close();
  await open(512 * 1024);
  const asked = disk.hold();
  const append = watch(client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM }));
  await asked;
  return append;
}

const tooLarge = () => jsonEvent({ type: 'Placed', data: { text: 'x'.repeat(900_000) } });

describe('what is not on disk yet', () => {
  it('is neither acknowledged nor told in a refusal', async () => {
    const asked = disk.hold();
    const append = watch(client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM }));
    await asked;
    const refused = watch(client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM }));
    const other = watch(client.appendToStream('orders-2', placed(), { expectedRevision: NO_STREAM }));
    for (let n = 0; n < 10; n++) expect(await readStream('orders-1')).toEqual(['no stream']);
    expect([append.outcome, refused.outcome, other.outcome]).toEqual([undefined, undefined, undefined]);
    disk.release();
    await Promise.all([append.done, refused.done, other.done]);
    expect(append.outcome).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(refused.outcome).toBeInstanceOf(WrongExpectedVersionError);
    expect(other.outcome).toMatchObject({ success: true });
    expect(await readStream('orders-1')).toEqual(['0@orders-1']);
  });

  it('is not acknowledged to whoever repeats it, or writes in the same commit and is refused', async () => {
    const asked = disk.hold();
    const event = placed();
    const attempts = [
      { event, expectedRevision: NO_STREAM },
      { event, expectedRevision: NO_STREAM },
      { event, expectedRevision: ANY },
      { event: placed(), expectedRevision: 5n },
    ] as const;
    const same = attempts.map(({ event, expectedRevision }) => watch(client.appendToStream('orders-1', event, { expectedRevision })));
    await asked;
    for (let n = 0; n < 10; n++) await readStream('orders-1');
    expect(same.map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined, undefined]);
    disk.release();
    await Promise.all(same.map(({ done }) => done));
    expect(same.map(({ outcome }) => outcome instanceof WrongExpectedVersionError)).toEqual([false, false, false, true]);
    expect(await readStream('orders-1')).toEqual(['0@orders-1']);
  });

  it('is read by nobody: neither stream, log, link, link stream nor metadata', async () => {
    await client.appendToStream('links', binaryEvent({ type: '$>', data: Buffer.from('0@orders-2') }), { expectedRevision: NO_STREAM });
    await client.appendToStream('orders-1', [placed(0), placed(1)], { expectedRevision: NO_STREAM });
    const before = {
      'orders-1': ['0@orders-1', '1@orders-1'],
      'orders-2': ['no stream'],
      links: ['0@links->nothing'],
      '$ce-orders': ['0@$ce-orders->orders-1', '1@$ce-orders->orders-1'],
    };
    const read = async (): Promise<Record<string, string[]>> => {
      const streams = await Promise.all(Object.keys(before).map(async (stream) => [stream, await readStream(stream)] as const));
      return { log: await collect(client.readAll()), ...Object.fromEntries(streams) };
    };
    const log = ['0@links', '0@orders-1', '1@orders-1'];
    expect(await read()).toEqual({ log, ...before });

    const asked = disk.hold();
    const writes = [
      client.appendToStream('orders-1', placed(2), { expectedRevision: 1n }),
      client.appendToStream('orders-2', placed(0), { expectedRevision: NO_STREAM }),
      client.setStreamMetadata('orders-1', { maxCount: 1 }),
    ];
    await asked;
    for (let n = 0; n < 3; n++) {
      expect(await read()).toEqual({ log, ...before });
      expect(await client.getStreamMetadata('orders-1')).toEqual({ streamName: 'orders-1' });
      expect(await collect(client.readAll({ direction: BACKWARDS, fromPosition: END }))).toEqual([...log].reverse());
    }
    disk.release();
    await Promise.all(writes);
    expect(await read()).toEqual({
      log: [...log, '2@orders-1', '0@orders-2', '0@$$orders-1'],
      'orders-1': ['2@orders-1'],
      'orders-2': ['0@orders-2'],
      links: ['0@links->orders-2'],
      '$ce-orders': expect.arrayContaining(['2@$ce-orders->orders-1', '3@$ce-orders->orders-2']) as never,
    });
  });

  it('takes no links from a link stream that it makes an ordinary one', async () => {
    await client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM });
    const asked = disk.hold();
    const append = client.appendToStream('$ce-orders', placed(), { expectedRevision: NO_STREAM });
    await asked;
    expect(await readStream('$ce-orders')).toEqual(['0@$ce-orders->orders-1']);
    disk.release();
    await append;
    expect(await readStream('$ce-orders')).toEqual(['0@$ce-orders']);
  });

  it('hides no stream that it deletes', async () => {
    for (const stream of ['orders-1', 'orders-2']) await client.appendToStream(stream, placed(), { expectedRevision: NO_STREAM });
    const asked = disk.hold();
    const deletes = [client.deleteStream('orders-1'), client.tombstoneStream('orders-2')];
    await asked;
    for (const stream of ['orders-1', 'orders-2', 'orders-1', 'orders-2']) expect(await readStream(stream)).toEqual([`0@${stream}`]);
    disk.release();
    await Promise.all(deletes);
    expect(await readStream('orders-1')).toEqual(['no stream']);
    await expect(readStream('orders-2')).rejects.toThrow('deleted');
  });

  it('is acknowledged before the failure of a write after it', async () => {
    const append = await appendUnderWay();
    const failing = watch(client.appendToStream('orders-1', tooLarge(), { expectedRevision: 0n }));
    for (let n = 0; n < 3; n++) await readStream('orders-1');
    expect([append.outcome, failing.outcome]).toEqual([undefined, undefined]);
    disk.release();
    await Promise.all([append.done, failing.done]);
    expect(append.outcome).toMatchObject({ success: true });
    expect(failing.outcome).toMatchObject({ message: expect.stringContaining('full') as unknown });
    await client.appendToStream('orders-1', placed(), { expectedRevision: 0n });
    expect(await readStream('orders-1')).toEqual(['0@orders-1', '1@orders-1']);
  });

  it('takes nothing with it that waits behind a write that fails', async () => {
    const append = await appendUnderWay();
    // A failure ends the call that appends share; one with credentials has its own.
    const credentials = { username: 'lin', password: 'secret' };
    const failing = watch(client.appendToStream('orders-1', tooLarge(), { expectedRevision: 0n, credentials }));
    while (told.length === 0) await readStream('orders-1');
    const waiting = watch(client.appendToStream('orders-1', placed(), { expectedRevision: 0n }));
    for (let n = 0; n < 3; n++) await readStream('orders-1');
    disk.release();
    await Promise.all([append.done, failing.done, waiting.done]);
    expect(append.outcome).toMatchObject({ success: true });
    for (const { outcome } of [failing, waiting]) expect(outcome).toMatchObject({ message: expect.stringContaining('full') as unknown });
    expect(await readStream('orders-1')).toEqual(['0@orders-1']);
    await client.appendToStream('orders-1', placed(), { expectedRevision: 0n });
    expect(await readStream('orders-1')).toEqual(['0@orders-1', '1@orders-1']);
  });

  it('comes to no subscription, catching up or live, and to no consumer of a group', async () => {
    await client.createPersistentSubscriptionToStream('orders-1', 'group', persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }));
    const live = [client.subscribeToAll(), client.subscribeToStream('orders-1'), client.subscribeToStream('$ce-orders'), client.subscribeToPersistentSubscriptionToStream('orders-1', 'group')];
    const received: string[] = [];
    const hasAll = new Set<unknown>();
    const follow = (subscriptions: typeof live): Promise<unknown> =>
      Promise.all(
        subscriptions.map(
          (subscription) =>
            new Promise<void>((confirmed) => {
              subscription.on('data', ({ link, event }: ResolvedEvent) => {
                received.push((link ?? event)!.streamId);
                if (!(link ?? event)!.streamId.startsWith('$persistent')) hasAll.add(subscription);
              });
              subscription.on('confirmation', () => confirmed());
            }),
        ),
      );
    await follow(live);
    const asked = disk.hold();
    const append = client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM });
    await asked;
    received.length = 0;
    const late = [client.subscribeToAll(), client.subscribeToStream('orders-1'), client.subscribeToStream('$ce-orders'), client.subscribeToPersistentSubscriptionToStream('orders-1', 'group')];
    await follow(late);
    for (let n = 0; n < 10; n++) await readStream('orders-1');
    expect(received.filter((stream) => !stream.startsWith('$persistent'))).toEqual([]);
    disk.release();
    await append;
    // One of the two consumers of the group gets it.
    while (hasAll.size < live.length + late.length - 1) await readStream('orders-1');
    for (const subscription of [...live, ...late]) await subscription.unsubscribe();
  });
});

describe('a disk that fails to keep what was written', () => {
  const reason = 'the disk failed to keep what was written, so that nothing more is taken until the event store is restarted: EIO';

  it('ends all writing, with the reason, and leaves what was acknowledged to be read', async () => {
    await client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM });
    const asked = disk.hold();
    const append = watch(client.appendToStream('orders-1', placed(), { expectedRevision: 0n }));
    await asked;
    const waiting = watch(client.appendToStream('orders-2', placed(), { expectedRevision: ANY }));
    await readStream('orders-1');
    disk.fail();
    await Promise.all([append.done, waiting.done]);
    for (const { outcome } of [append, waiting]) expect(outcome).toMatchObject({ message: expect.stringContaining(reason) as unknown });
    await expect(client.deleteStream('orders-1')).rejects.toThrow(reason);
    await expect(client.appendToStream('orders-3', placed(), { expectedRevision: ANY })).rejects.toThrow(reason);
    expect(await collect(client.readAll())).toEqual(['0@orders-1']);
    expect(await readStream('orders-2')).toEqual(['no stream']);
    expect(told).toEqual([expect.stringContaining(reason)]);

    await close();
    await open();
    expect(await readStream('orders-1')).toContain('0@orders-1');
    expect(await client.appendToStream('orders-4', placed(), { expectedRevision: NO_STREAM })).toMatchObject({ success: true });
  });

  it('ends all writing also when it fails at once', async () => {
    await client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM });
    disk.break();
    const appends = ['orders-1', 'orders-2', 'orders-3'].map((stream) => client.appendToStream(stream, placed(), { expectedRevision: ANY }));
    for (const outcome of await Promise.allSettled(appends)) expect(outcome).toMatchObject({ reason: { message: expect.stringContaining(reason) as unknown } });
    await expect(client.deleteStream('orders-1')).rejects.toThrow(reason);
    expect(await collect(client.readAll())).toEqual(['0@orders-1']);
    expect(told).toEqual([expect.stringContaining(reason)]);
  });

  it('lets the node stop when it answers at last', async () => {
    const asked = disk.hold();
    const append = watch(client.appendToStream('orders-1', placed(), { expectedRevision: NO_STREAM }));
    await asked;
    const stopped = watch(node.stop());
    for (let n = 0; n < 3; n++) expect(await readStream('orders-1')).toEqual(['no stream']);
    expect([append.outcome, stopped.outcome]).toEqual([undefined, undefined]);
    disk.release();
    await Promise.all([append.done, stopped.done]);
    expect(append.outcome).toMatchObject({ success: true });
  });
});
