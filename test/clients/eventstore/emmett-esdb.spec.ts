import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM_DOES_NOT_EXIST, type Event } from '@event-driven-io/emmett';
import { getEventStoreDBEventStore, type EventStoreDBEventStore, type EventStoreDBEventStoreConsumer } from '@event-driven-io/emmett-esdb';
import { EventStoreDBClient } from '@eventstore/db-client';
import { targets, type Target } from './target.js';

type ItemAdded = Event<'ItemAdded', { item: string; quantity: number }>;
const added = (item: string, quantity: number): ItemAdded => ({ type: 'ItemAdded', data: { item, quantity } });

describe.each(targets)('@event-driven-io/emmett-esdb on $name', ({ open }) => {
  let target: Target;
  let client: EventStoreDBClient;
  let store: EventStoreDBEventStore;
  let stream: string;

  beforeAll(async () => {
    target = await open();
    client = EventStoreDBClient.connectionString(target.connectionString);
    store = getEventStoreDBEventStore(client);
  });

  afterAll(async () => {
    await client.dispose();
    await target.close();
  });

  const freshStream = (): string => (stream = `cart-${randomUUID()}`);
  const total = () =>
    store.aggregateStream<number, ItemAdded>(stream, {
      evolve: (sum: number, { data }: ItemAdded) => sum + data.quantity,
      initialState: () => 0,
    });

  it('appends, reads and aggregates a stream', async () => {
    freshStream();
    expect(await total()).toMatchObject({ state: 0, streamExists: false });
    const appended = await store.appendToStream<ItemAdded>(stream, [added('tea', 2), added('rice', 3)], {
      expectedStreamVersion: STREAM_DOES_NOT_EXIST,
    });
    expect(appended).toMatchObject({ nextExpectedStreamVersion: 1n });
    expect(await total()).toMatchObject({ state: 5, currentStreamVersion: 1n, streamExists: true });
    const { events } = await store.readStream<ItemAdded>(stream, { from: 1n });
    expect(events).toMatchObject([{ type: 'ItemAdded', data: { item: 'rice' }, metadata: { streamName: stream, streamPosition: 1n } }]);
  });

  it('refuses a wrong version', async () => {
    freshStream();
    await store.appendToStream<ItemAdded>(stream, [added('tea', 1)]);
    const conflict = store.appendToStream<ItemAdded>(stream, [added('tea', 2)], { expectedStreamVersion: 5n });
    await expect(conflict).rejects.toMatchObject({ name: 'Error', errorCode: 412 });
  });

  it.each(['$all', 'a stream'])('consumes %s, what is there and what comes', async (source) => {
    freshStream();
    await store.appendToStream<ItemAdded>(stream, [added('tea', 1), added('rice', 2)]);
    const seen: number[] = [];
    const consumer: EventStoreDBEventStoreConsumer<ItemAdded> = store.consumer<ItemAdded>({ from: { stream: source === '$all' ? source : stream } });
    consumer.processor<ItemAdded>({
      processorId: randomUUID(),
      startFrom: 'BEGINNING',
      stopAfter: ({ data, metadata }) => metadata.streamName === stream && data.quantity === 3,
      eachMessage: ({ data, metadata }): void => {
        if (metadata.streamName === stream) seen.push(data.quantity);
      },
    });
    const consumed: Promise<void> = consumer.start();
    await store.appendToStream<ItemAdded>(stream, [added('salt', 3)]);
    await consumed;
    await consumer.close();
    expect(seen).toEqual([1, 2, 3]);
  });
});
