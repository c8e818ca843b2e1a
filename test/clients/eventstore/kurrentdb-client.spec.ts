import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ANY,
  BACKWARDS,
  END,
  jsonEvent,
  KurrentDBClient,
  NO_STREAM,
  PARK,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
  type PersistentSubscriptionToStream,
} from '@kurrent/kurrentdb-client';
import { targets, type Target } from './target.js';

const placed = (n: number, metadata?: Record<string, string>) => jsonEvent({ type: 'OrderPlaced', data: { n }, ...(metadata && { metadata }) });
const many = (count: number) => Array.from({ length: count }, (_, n) => placed(n));
const fromStart = (settings = {}) => persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings });

describe.each(targets)('@kurrent/kurrentdb-client on $name', ({ open }) => {
  let target: Target;
  let client: KurrentDBClient;
  let category: string;
  let stream: string;

  beforeAll(async () => {
    target = await open();
    client = KurrentDBClient.connectionString(target.connectionString.replace(/^esdb/, 'kurrentdb'));
  });

  afterAll(async () => {
    await client.dispose();
    await target.close();
  });

  /** Names that no other test uses. */
  function freshNames(): void {
    category = `order${randomUUID().replaceAll('-', '')}`;
    stream = `${category}-1`;
  }

  const revisions = async (events: AsyncIterable<{ event?: { revision: bigint } }>): Promise<bigint[]> => {
    const found: bigint[] = [];
    for await (const { event } of events) found.push(event!.revision);
    return found;
  };

  it('appends, and refuses a wrong revision with both revisions', async () => {
    freshNames();
    const first = await client.appendToStream(stream, many(3), { streamState: NO_STREAM });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
    const refused = client.appendToStream(stream, placed(9), { streamState: 0n });
    await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
    await expect(refused).rejects.toMatchObject({ expectedState: 0n, actualState: 2n });
  });

  it('reads streams and $all, both ways and filtered', async () => {
    freshNames();
    await client.appendToStream(stream, many(5), { streamState: NO_STREAM });
    expect(await revisions(client.readStream(stream, { fromRevision: 1n, maxCount: 2 }))).toEqual([1n, 2n]);
    expect(await revisions(client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 2 }))).toEqual([4n, 3n]);
    expect(await revisions(client.readAll({ filter: streamNameFilter({ prefixes: [category] }) }))).toEqual([0n, 1n, 2n, 3n, 4n]);
    await expect(revisions(client.readStream(`${category}-none`))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('keeps stream metadata, deletes and tombstones', async () => {
    freshNames();
    await client.appendToStream(stream, many(3), { streamState: NO_STREAM });
    await client.setStreamMetadata(stream, { maxCount: 1, acl: { readRoles: ['ops'] } });
    expect((await client.getStreamMetadata(stream)).metadata).toMatchObject({ maxCount: 1, acl: { readRoles: ['ops'] } });
    expect(await revisions(client.readStream(stream))).toEqual([2n]);
    await client.deleteStream(stream);
    await expect(revisions(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    await client.tombstoneStream(stream);
    await expect(client.appendToStream(stream, placed(1))).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('subscribes to a stream and to $all from where it left off', async () => {
    freshNames();
    const { position } = await client.appendToStream(stream, many(2), { streamState: NO_STREAM });
    const live = client.subscribeToStream(stream, { fromRevision: 0n });
    const all = client.subscribeToAll({ fromPosition: position!, filter: streamNameFilter({ prefixes: [category] }) });
    await new Promise((resolve) => all.once('confirmation', resolve));
    await client.appendToStream(stream, placed(3), { streamState: 1n });
    expect(await firstOf(live, 2)).toEqual([1n, 2n]);
    expect(await firstOf(all, 1)).toEqual([2n]);
  });

  it('finds the links of the system projections', async () => {
    freshNames();
    const correlationId = randomUUID();
    await client.appendToStream(stream, placed(1, { $correlationId: correlationId }), { streamState: NO_STREAM });
    await client.appendToStream(`${category}-2`, placed(2), { streamState: NO_STREAM });
    const streamsOf = async (name: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const { event } of client.readStream(name, { resolveLinkTos: true })) if (event) found.push(event.streamId);
      return found;
    };
    expect(await streamsOf(`$ce-${category}`)).toEqual([stream, `${category}-2`]);
    expect(await streamsOf(`$bc-${correlationId}`)).toEqual([stream]);
    expect((await streamsOf('$et-OrderPlaced')).slice(-2)).toEqual([stream, `${category}-2`]);
  });

  it('shares the messages of a group among consumers, and delivers again what nobody acknowledged', async () => {
    freshNames();
    await client.createPersistentSubscriptionToStream(stream, 'g', fromStart());
    await client.appendToStream(stream, many(4), { streamState: NO_STREAM });
    const first = client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize: 2 });
    const taken = await take(first, 2);
    await first.ack(taken[0]!);
    await new Promise((resolve) => first.once('data', resolve));
    await first.unsubscribe();
    const second = client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    const rest = await take(second, 3);
    expect(rest.map(({ event }) => event!.revision)).toEqual([1n, 2n, 3n]);
    expect(rest.map(({ retryCount }) => retryCount)).toEqual([1, 1, 0]);
    await second.ack(...rest);
    await second.unsubscribe();
  });

  it('parks what a consumer refuses, and replays it', async () => {
    freshNames();
    await client.createPersistentSubscriptionToStream(stream, 'g', fromStart());
    await client.appendToStream(stream, many(2), { streamState: NO_STREAM });
    const consumer = client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    const [bad, good] = await take(consumer, 2);
    await consumer.nack(PARK, 'not understood', bad!);
    await consumer.ack(good!);
    await until(async () => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.parkedMessageCount === 1n);
    const replayed = take(consumer, 1);
    await client.replayParkedMessagesToStream(stream, 'g');
    const [again] = await replayed;
    expect(again).toMatchObject({ event: { streamId: stream, revision: 0n }, link: { streamId: `$persistentsubscription-${stream}::g-parked` } });
    await consumer.ack(again!);
    await consumer.unsubscribe();
  });

  it('lists, describes, updates and deletes groups, and refuses what cannot be', async () => {
    freshNames();
    await client.createPersistentSubscriptionToStream(stream, 'g', fromStart({ maxSubscriberCount: 1 }));
    await expect(client.createPersistentSubscriptionToStream(stream, 'g', fromStart())).rejects.toBeInstanceOf(PersistentSubscriptionExistsError);
    const only = client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    await new Promise((resolve) => only.once('confirmation', resolve));
    const second = client.subscribeToPersistentSubscriptionToStream(stream, 'g');
    await expect(take(second, 1)).rejects.toBeInstanceOf(PersistentSubscriptionMaximumSubscribersReachedError);
    const dropped = new Promise((resolve) => only.once('error', resolve));
    await client.updatePersistentSubscriptionToStream(stream, 'g', fromStart({ maxRetryCount: 3 }));
    expect(await dropped).toMatchObject({ type: 'persistent-subscription-dropped' });
    const [listed] = await client.listPersistentSubscriptionsToStream(stream);
    expect(listed).toMatchObject({ eventSource: stream, groupName: 'g', settings: { maxRetryCount: 3 } });
    await client.deletePersistentSubscriptionToStream(stream, 'g');
    const info = client.getPersistentSubscriptionToStreamInfo(stream, 'g');
    await expect(info).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
  });

  it('consumes $all through a filter', async () => {
    freshNames();
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: END });
    await client.createPersistentSubscriptionToAll(category, settings, { filter: streamNameFilter({ prefixes: [category] }) });
    await client.appendToStream(`other${stream}`, many(3), { streamState: ANY });
    await client.appendToStream(stream, many(2), { streamState: ANY });
    const consumer = client.subscribeToPersistentSubscriptionToAll(category);
    const messages = await take(consumer, 2);
    expect(messages.map(({ event }) => event!.streamId)).toEqual([stream, stream]);
    await consumer.unsubscribe();
    await client.deletePersistentSubscriptionToAll(category);
  });
});

async function firstOf(events: AsyncIterable<{ event?: { revision: bigint } }>, count: number): Promise<bigint[]> {
  const found: bigint[] = [];
  for await (const { event } of events) if (found.push(event!.revision) === count) break;
  return found;
}

type Message = Parameters<PersistentSubscriptionToStream['ack']>[0] & { readonly retryCount?: number };

/** The next messages; the consumer stays connected. */
function take(consumer: PersistentSubscriptionToStream, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  return new Promise((resolve, reject) => {
    const onData = (message: Message): void => {
      if (messages.push(message) < count) return;
      consumer.off('data', onData);
      resolve(messages);
    };
    consumer.on('data', onData).once('error', reject);
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
