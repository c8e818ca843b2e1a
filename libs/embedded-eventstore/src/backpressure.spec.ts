import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ANY, END, EventStoreDBClient, jsonEvent, persistentSubscriptionToAllSettingsFromDefaults, START, streamNameFilter, type AllStreamSubscription, type PersistentSubscriptionToAll, type ResolvedEvent, type StreamSubscription } from '@eventstore/db-client';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Programs, ready, type Program } from './program.fixture.js';

const EVENT_BYTES = 100_000;
const STORED = 300;
const LIVE = 100;
const BACKLOG = 24;
/** Some 250 MB are read through all subscriptions, which takes a busy machine half a minute. */
const SLOW_TEST_MS = 120_000;
/** What the server may keep for all slow readers together, and what it would at least if it kept what they have not read. */
const FEW_BYTES = 80e6;
const ALL_UNREAD_BYTES = (4 * (STORED + LIVE) + 3 * LIVE) * EVENT_BYTES;

let dataDir: string;
let programs: Programs;
let clients: EventStoreDBClient[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
  programs = new Programs();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) await client.dispose();
  programs.close();
  rmSync(dataDir, { recursive: true });
});

const residentBytes = ({ pid }: Program): number => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

type Subscription = AllStreamSubscription | StreamSubscription | PersistentSubscriptionToAll;

const revisionOf = ({ event }: ResolvedEvent): number => Number(event!.revision);

/** The revisions of all that is read. A client cannot be disposed of after a read that was left early. */
async function revisionsRead(read: AsyncIterable<ResolvedEvent>): Promise<number[]> {
  const found: number[] = [];
  for await (const resolved of read) if (resolved.event?.streamId === 'large') found.push(revisionOf(resolved));
  return found;
}

/** The revisions of so many events that a subscription brings. */
async function revisionsBrought(subscription: Subscription, count: number): Promise<number[]> {
  const found: number[] = [];
  for await (const resolved of subscription) {
    if ('ack' in subscription) await subscription.ack(resolved);
    if (resolved.event?.streamId === 'large') found.push(revisionOf(resolved));
    if (found.length === count) break;
  }
  await subscription.unsubscribe();
  return found;
}

const connecting = (url: string) => (): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(url);
  clients.push(client);
  return client;
};

const appending = (client: EventStoreDBClient) => async (count: number): Promise<void> => {
  const event = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(EVENT_BYTES) } });
  for (let n = 0; n < count; n += 10) await client.appendToStream('large', Array.from({ length: Math.min(count, 10) }, event), { expectedRevision: ANY });
};

async function confirmed<S extends Subscription>(subscription: S): Promise<S> {
  await new Promise<void>((resolve) => subscription.once('confirmation', resolve));
  return subscription;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

// Only Linux tells how much memory another process has.
(process.platform === 'linux' ? describe : describe.skip)('readers that do not read', () => {
  it('cost the server no memory, and get everything when they read on', async () => {
    expect(ALL_UNREAD_BYTES).toBeGreaterThan(2 * FEW_BYTES);
    const server = programs.serve(dataDir);
    const url = await ready(server);
    const connect = connecting(url);
    const append = appending(connect());
    await append(STORED);
    await connect().createPersistentSubscriptionToAll('group', persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START }));
    // All that a client in no hurry makes the server load is loaded.
    expect(await revisionsRead(connect().readAll())).toHaveLength(STORED);
    const before = residentBytes(server);

    const reads = [connect().readAll(), connect().readStream('large')];
    const catchUps = await Promise.all([
      confirmed(connect().subscribeToAll({ fromPosition: START })),
      confirmed(connect().subscribeToStream('large', { fromRevision: START })),
    ]);
    const live = await Promise.all([
      confirmed(connect().subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: ['large'] }) })),
      confirmed(connect().subscribeToStream('large', { fromRevision: END })),
    ]);
    const consumer = await confirmed(connect().subscribeToPersistentSubscriptionToAll('group', { bufferSize: 10 }));
    await append(LIVE);
    expect(residentBytes(server) - before).toBeLessThan(FEW_BYTES);

    const all = range(0, STORED + LIVE);
    for (const read of reads) expect((await revisionsRead(read)).slice(0, STORED)).toEqual(all.slice(0, STORED));
    for (const subscription of catchUps) expect(await revisionsBrought(subscription, all.length)).toEqual(all);
    for (const subscription of live) expect(await revisionsBrought(subscription, LIVE)).toEqual(all.slice(STORED));
    expect(await revisionsBrought(consumer, all.length)).toEqual(all);
    expect(residentBytes(server) - before).toBeLessThan(FEW_BYTES);
  });
});

describe('subscribers that fall behind', () => {
  it('get what was written meanwhile, wherever they were', async () => {
    const connect = connecting(await ready(programs.serve(dataDir)));
    const append = appending(connect());
    await append(BACKLOG);
    const stored: ResolvedEvent[] = [];
    for await (const resolved of connect().readStream('large')) stored.push(resolved);
    // From having everything to having most still to come, so that the server is held up at each of its steps.
    const subscriptions = await Promise.all(
      stored.flatMap(({ event }) => [
        confirmed(connect().subscribeToStream('large', { fromRevision: event!.revision })),
        confirmed(connect().subscribeToAll({ fromPosition: event!.position! })),
        confirmed(connect().subscribeToAll({ fromPosition: event!.position!, filter: streamNameFilter({ prefixes: ['large'] }) })),
      ]),
    );
    for (let n = 0; n < BACKLOG; n++) await append(1);
    for (const [n, subscription] of subscriptions.entries()) {
      const following = range(Math.floor(n / 3) + 1, 2 * BACKLOG);
      expect(await revisionsBrought(subscription, following.length)).toEqual(following);
    }
  }, SLOW_TEST_MS);
});
