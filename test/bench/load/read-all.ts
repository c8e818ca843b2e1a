import { EventStoreDBClient, START } from '@eventstore/db-client';

export interface RawRead {
  readonly eventStoreUrl: string;
  /** How many events are read. */
  readonly events: number;
}

export interface Rate {
  readonly events: number;
  readonly perSecond: number;
}

/** Reads the log from its start with nothing but EventStoreDB's own client. */
export const readAll = async ({ eventStoreUrl, events: wanted }: RawRead): Promise<Rate> => {
  const client = EventStoreDBClient.connectionString(eventStoreUrl);
  let events = 0;
  const begun = performance.now();
  try {
    for await (const { event } of client.readAll({ fromPosition: START, maxCount: wanted })) if (event !== undefined) events += 1;
    return { events, perSecond: events / ((performance.now() - begun) / 1000) };
  } finally {
    await client.dispose();
  }
};
