import { describe, expect, it } from '@jest/globals';
import {
  END,
  jsonEvent,
  NO_STREAM,
  PARK,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  SKIP,
  START,
  streamNameFilter,
  type PersistentSubscriptionToStream,
} from '@eventstore/db-client';
import { client, close, nodeForEachTest, open } from './node.fixture.js';

const placed = (n: number, text = '') => jsonEvent({ type: 'OrderPlaced', data: { n, text } });
const many = (count: number, text = '') => Array.from({ length: count }, (_, n) => placed(n, text));
const fromStart = (settings = {}) => persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...settings });

nodeForEachTest();

async function restart(): Promise<void> {
  await close();
  await open();
}

type Message = Parameters<PersistentSubscriptionToStream['ack']>[0];

/** The next messages; the consumer stays connected. */
function take(consumer: PersistentSubscriptionToStream, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  return new Promise((resolve, reject) => {
    const onData = (message: Message): void => {
      if (messages.push(message) < count) return;
      consumer.pause();
      consumer.off('data', onData);
      resolve(messages);
    };
    consumer.on('data', onData).once('error', reject);
    consumer.resume();
  });
}

const connect = (bufferSize = 10) => client.subscribeToPersistentSubscriptionToStream('orders-1', 'g', { bufferSize });
const revisionsOf = (messages: readonly Message[]) => messages.map(({ event }) => event!.revision);
const info = () => client.getPersistentSubscriptionToStreamInfo('orders-1', 'g');

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

const nothingInFlight = async (): Promise<boolean> => (await info()).stats.outstandingMessagesCount === 0;

describe('a persistent subscription', () => {
  it('goes on after a restart where its consumers left off', async () => {
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart());
    await client.appendToStream('orders-1', many(5), { expectedRevision: NO_STREAM });
    const consumer = connect();
    const messages = await take(consumer, 5);
    await consumer.ack(messages[0]!, messages[1]!, messages[3]!);
    await until(async () => (await info()).stats.outstandingMessagesCount === 2);
    await consumer.unsubscribe();
    await restart();
    expect((await info()).stats.lastCheckpointedEventRevision).toBe(1n);
    expect(revisionsOf(await take(connect(), 3))).toEqual([2n, 3n, 4n]);
  });

  it('that starts from the end misses nothing written before anybody connected, not even over a restart', async () => {
    await client.appendToStream('orders-1', many(3), { expectedRevision: NO_STREAM });
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart({ startFrom: END }));
    await client.appendToStream('orders-1', placed(3), { expectedRevision: 2n });
    await restart();
    expect(revisionsOf(await take(connect(), 1))).toEqual([3n]);
  });

  it('keeps the filter of a group on $all, and tells it of nothing that groups write themselves', async () => {
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 1 });
    await client.createPersistentSubscriptionToAll('orders', settings, { filter: streamNameFilter({ prefixes: ['orders-'] }) });
    await client.createPersistentSubscriptionToAll('all', settings);
    await client.appendToStream('invoices-1', placed(0), { expectedRevision: NO_STREAM });
    await client.appendToStream('orders-1', many(2), { expectedRevision: NO_STREAM });
    await restart();
    const orders = client.subscribeToPersistentSubscriptionToAll('orders');
    const messages = await take(orders, 2);
    expect(messages.map(({ event }) => event!.streamId)).toEqual(['orders-1', 'orders-1']);
    await orders.ack(...messages);
    await until(async () => (await client.getPersistentSubscriptionToAllInfo('orders')).stats.lastCheckpointedEventPosition !== undefined);
    const everything = client.subscribeToPersistentSubscriptionToAll('all', { bufferSize: 100 });
    const seen = await take(everything, 5);
    expect(seen.map(({ event }) => event!.streamId)).toEqual([
      '$persistentSubscriptionConfig',
      '$persistentSubscriptionConfig',
      'invoices-1',
      'orders-1',
      'orders-1',
    ]);
  });

  it('keeps parked messages until a replay of them is done with, and replays again what a restart cut short', async () => {
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart());
    await client.appendToStream('orders-1', many(3), { expectedRevision: NO_STREAM });
    const consumer = connect();
    await consumer.nack(PARK, 'not now', ...(await take(consumer, 3)));
    await until(async () => (await info()).stats.parkedMessageCount === 3n);
    const replayed = take(consumer, 3);
    await client.replayParkedMessagesToStream('orders-1', 'g');
    await consumer.ack((await replayed)[0]!);
    await until(async () => (await info()).stats.outstandingMessagesCount === 2);
    await consumer.unsubscribe();
    await restart();
    expect((await info()).stats.parkedMessageCount).toBe(2n);
    const again = connect();
    const messages = take(again, 2);
    await client.replayParkedMessagesToStream('orders-1', 'g');
    expect(revisionsOf(await messages)).toEqual([1n, 2n]);
    await again.nack(SKIP, 'never', ...(await messages));
    await until(nothingInFlight);
    expect((await info()).stats.parkedMessageCount).toBe(0n);
  });

  it('replays more parked messages than its buffers hold', async () => {
    const count = 120;
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart({ readBatchSize: 10, historyBufferSize: 20 }));
    await client.appendToStream('orders-1', many(count), { expectedRevision: NO_STREAM });
    const consumer = connect(count);
    await consumer.nack(PARK, 'not now', ...(await take(consumer, count)));
    await until(async () => (await info()).stats.parkedMessageCount === BigInt(count));
    const replayed = take(consumer, count);
    await client.replayParkedMessagesToStream('orders-1', 'g');
    expect(revisionsOf(await replayed)).toEqual(Array.from({ length: count }, (_, n) => BigInt(n)));
    await consumer.ack(...(await replayed));
    await until(nothingInFlight);
  });

  it('delivers two messages with the same id one after the other', async () => {
    const event = placed(0);
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
    await client.createPersistentSubscriptionToAll('orders', settings, { filter: streamNameFilter({ prefixes: ['orders-'] }) });
    for (const stream of ['orders-1', 'orders-2']) await client.appendToStream(stream, event, { expectedRevision: NO_STREAM });
    const consumer = client.subscribeToPersistentSubscriptionToAll('orders');
    for (const stream of ['orders-1', 'orders-2']) {
      const [message] = await take(consumer, 1);
      expect(message!.event!.streamId).toBe(stream);
      expect((await client.getPersistentSubscriptionToAllInfo('orders')).stats.outstandingMessagesCount).toBe(1);
      await consumer.ack(message!);
    }
  });

  it('reads no further ahead than its buffers hold, however slow its consumers are', async () => {
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart({ readBatchSize: 10, historyBufferSize: 50 }));
    await client.appendToStream('orders-1', many(500), { expectedRevision: NO_STREAM });
    const consumer = connect(5);
    const messages = await take(consumer, 5);
    const { stats } = await info();
    expect(stats.outstandingMessagesCount).toBe(5);
    expect(stats.readBufferCount).toBeLessThanOrEqual(50);
    await consumer.ack(...messages);
    expect(revisionsOf(await take(consumer, 5))).toEqual([5n, 6n, 7n, 8n, 9n]);
  });

  it('forgets everything when it is deleted', async () => {
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart({ checkPointUpperBound: 1, checkPointLowerBound: 1 }));
    await client.appendToStream('orders-1', many(2), { expectedRevision: NO_STREAM });
    const consumer = connect();
    const [first, second] = await take(consumer, 2);
    await consumer.ack(first!);
    await consumer.nack(PARK, 'bad', second!);
    await until(nothingInFlight);
    await consumer.unsubscribe();
    await client.deletePersistentSubscriptionToStream('orders-1', 'g');
    await client.createPersistentSubscriptionToStream('orders-1', 'g', fromStart());
    expect((await info()).stats.parkedMessageCount).toBe(0n);
    expect(revisionsOf(await take(connect(), 2))).toEqual([0n, 1n]);
  });
});
