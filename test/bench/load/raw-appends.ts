import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, type JSONType } from '@eventstore/db-client';
import { keepInFlight, type ClosedLoop, type Throughput } from './keep-in-flight.js';

export interface RawAppends extends ClosedLoop {
  readonly eventStoreUrl: string;
  /** The stream whose first event is appended again and again, so that the raw events are of the size of ours. */
  readonly like: string;
}

/** Appends copies of an event, each to a new stream, with nothing but EventStoreDB's own client. */
export const rawAppends = async ({ eventStoreUrl, like, ...loop }: RawAppends): Promise<Throughput> => {
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  try {
    const { type, data, metadata } = await firstEvent(client, like);
    return await keepInFlight(loop, async () => {
      const event = jsonEvent({ id: randomUUID(), type, data, metadata });
      await client.appendToStream(`raw-${randomUUID()}`, event, { expectedRevision: NO_STREAM });
    });
  } finally {
    await client.dispose();
  }
};

const firstEvent = async (client: EventStoreDBClient, stream: string): Promise<{ type: string; data: JSONType; metadata: JSONType }> => {
  const read: { type: string; data: JSONType; metadata: JSONType }[] = [];
  // Read to its end: the client cannot be disposed of after a read that was left early.
  for await (const { event } of client.readStream(stream, { maxCount: 1 })) {
    if (event !== undefined) read.push({ type: event.type, data: event.data as JSONType, metadata: event.metadata as JSONType });
  }
  const [first] = read;
  if (first === undefined) throw new Error(`${stream} is empty`);
  return first;
};
