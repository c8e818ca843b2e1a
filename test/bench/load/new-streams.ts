import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { keepInFlight, type ClosedLoop, type Throughput } from './keep-in-flight.js';

export interface NewStreams extends ClosedLoop {
  readonly eventStoreUrl: string;
  /** Bytes of data of each event. */
  readonly bytes: number;
}

/** Appends single events, each to a new stream, with nothing but EventStoreDB's own client. */
export const appendNewStreams = async ({ eventStoreUrl, bytes, ...loop }: NewStreams): Promise<Throughput> => {
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  const data = { text: 'x'.repeat(bytes) };
  try {
    return await keepInFlight(loop, async () => {
      await client.appendToStream(`orders-${randomUUID()}`, jsonEvent({ type: 'Placed', data, metadata: {} }), { expectedRevision: NO_STREAM });
    });
  } finally {
    await client.dispose();
  }
};

export interface FilledStreams {
  readonly eventStoreUrl: string;
  readonly events: number;
  readonly bytes: number;
}

const PER_STREAM = 20;
const IN_FLIGHT = 16;

/** Fills the log with streams of twenty events. */
export const fillStreams = async ({ eventStoreUrl, events, bytes }: FilledStreams): Promise<void> => {
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  const data = { text: 'x'.repeat(bytes) };
  let left = events;
  const fill = async (): Promise<void> => {
    while (left > 0) {
      const batch = Array.from({ length: Math.min(PER_STREAM, left) }, () => jsonEvent({ type: 'Placed', data, metadata: {} }));
      left -= batch.length;
      await client.appendToStream(`orders-${randomUUID()}`, batch, { expectedRevision: NO_STREAM });
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, fill));
  } finally {
    await client.dispose();
  }
};
