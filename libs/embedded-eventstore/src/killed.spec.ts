import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ANY,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  UnavailableError,
  type AppendExpectedRevision,
  type JSONEventType,
} from '@eventstore/db-client';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Programs, ready } from './program.fixture.js';

const ROUNDS = 20;
/** How often all begins anew with an empty directory: what is checked after every round grows with the log. */
const SERIES = process.env['PORTOLAN_TEST_SCALE'] === 'nightly' ? 10 : 1;
const WRITERS = 6;
const MOST_ACKNOWLEDGED = 150;
const LARGEST_APPEND = 5;
/** `$tb` of a soft-deleted stream: 2^63-1, as JSON.parse reads it. */
const EVERYTHING = 2 ** 63;

const random = (limit: number): number => Math.floor(Math.random() * limit);

/** A stream as its only writer knows it, or as it was found. */
interface Stream {
  readonly name: string;
  readonly ids: readonly string[];
  /** Its newest metadata. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly isTombstoned: boolean;
}

type Event = JSONEventType & { readonly id: string };
interface Step {
  readonly before: Stream;
  readonly after: Stream;
  readonly run: (client: EventStoreDBClient) => Promise<unknown>;
}

const isSoftDeleted = ({ metadata }: Stream): boolean => metadata?.['$tb'] === EVERYTHING;

/** What a read of the stream must answer. */
function readable({ ids, metadata, isTombstoned }: Stream): readonly string[] | string {
  if (isTombstoned) return 'deleted';
  if (ids.length === 0 || metadata?.['$tb'] === EVERYTHING) return 'not found';
  const { $tb = 0, $maxCount = ids.length } = (metadata ?? {}) as { $tb?: number; $maxCount?: number };
  return ids.slice(Math.max($tb, ids.length - $maxCount));
}

function append(stream: Stream): Step {
  const { name, ids } = stream;
  const events = Array.from({ length: 1 + random(LARGEST_APPEND) }, () => jsonEvent({ type: 'Placed', data: { text: 'x'.repeat(random(1_500)) } }));
  const expectedRevision: AppendExpectedRevision = ids.length === 0 ? NO_STREAM : BigInt(ids.length - 1);
  // With credentials the client calls Append, without them BatchAppend.
  const options = random(2) === 0 ? { expectedRevision } : { expectedRevision, credentials: { username: 'admin', password: 'any' } };
  const after = {
    ...stream,
    ids: [...ids, ...events.map(({ id }) => id)],
    metadata: isSoftDeleted(stream) ? { $tb: ids.length } : stream.metadata,
  };
  return { before: stream, after, run: (client) => client.appendToStream<Event>(name, events, options) };
}

function setMetadata(stream: Stream, mark: number): Step {
  const after = { ...stream, metadata: { $maxCount: 1 + random(4), mark } };
  return { before: stream, after, run: (client) => client.setStreamMetadata(stream.name, { maxCount: after.metadata.$maxCount, mark }) };
}

function softDelete(stream: Stream): Step {
  return { before: stream, after: { ...stream, metadata: { $tb: EVERYTHING } }, run: (client) => client.deleteStream(stream.name) };
}

function tombstone(stream: Stream): Step {
  return { before: stream, after: { ...stream, isTombstoned: true }, run: (client) => client.tombstoneStream(stream.name) };
}

function read(stream: Stream): Step {
  return {
    before: stream,
    after: stream,
    run: async (client) => expect([stream.name, await readStream(client, stream.name)]).toEqual([stream.name, readable(stream)]),
  };
}

async function readStream(client: EventStoreDBClient, name: string): Promise<readonly string[] | string> {
  const ids: string[] = [];
  try {
    for await (const { event } of client.readStream(name)) ids.push(event!.id);
    return ids;
  } catch (error) {
    if (error instanceof StreamDeletedError) return 'deleted';
    if (error instanceof StreamNotFoundError) return 'not found';
    throw error;
  }
}

/** One client, that alone writes its streams and knows what it was told about them. */
class Writer {
  readonly #streams = new Map<string, Stream>();
  /** Streams that will not be written any more, and were read since. */
  readonly #finished = new Set<string>();
  #underWay: Step | undefined;
  #current: string;
  #written = 0;
  #marks = 0;

  constructor(private readonly name: string) {
    this.#current = this.#nextName();
  }

  /** Carries out random steps until the server is gone. */
  async write(client: EventStoreDBClient, acknowledged: () => void): Promise<never> {
    for (;;) {
      await this.#carryOut(this.#nextStep(), client);
      acknowledged();
    }
  }

  /** After a crash: what was under way is there as a whole, or not at all; tried again, it is there once. */
  async verify(client: EventStoreDBClient, found: ReadonlyMap<string, Stream>): Promise<void> {
    const { before, after } = this.#underWay ?? {};
    for (const stream of this.#streams.values()) {
      const allowed = stream.name === after?.name ? [before, after] : [stream];
      const there = found.get(stream.name) ?? newStream(stream.name);
      expect(allowed).toContainEqual(there);
      if (this.#finished.has(stream.name)) continue;
      expect([stream.name, await readStream(client, stream.name)]).toEqual([stream.name, readable(there)]);
      if (stream.name !== this.#current) this.#finished.add(stream.name);
    }
    if (this.#underWay && before?.ids !== after?.ids) await this.#carryOut(this.#underWay, client);
    else if (after) this.#streams.set(after.name, found.get(after.name) ?? newStream(after.name));
    this.#underWay = undefined;
  }

  async #carryOut(step: Step, client: EventStoreDBClient): Promise<void> {
    this.#underWay = step;
    this.#streams.set(step.before.name, step.before);
    await step.run(client);
    this.#streams.set(step.after.name, step.after);
    this.#underWay = undefined;
  }

  #nextName(): string {
    return `orders-${this.name}.${this.#written++}`;
  }

  #nextStep(): Step {
    if (this.#streams.get(this.#current)?.isTombstoned || random(30) === 0) this.#current = this.#nextName();
    const stream = this.#streams.get(this.#current) ?? newStream(this.#current);
    if (stream.ids.length === 0) return append(stream);
    switch (random(12)) {
      case 0:
        return softDelete(stream);
      case 1:
        return tombstone(stream);
      case 2:
      case 3:
        return setMetadata(stream, this.#marks++);
      case 4:
      case 5:
        return read(stream);
      default:
        return append(stream);
    }
  }
}

const newStream = (name: string): Stream => ({ name, ids: [], metadata: undefined, isTombstoned: false });

/** All streams, as the log has them. */
async function findStreams(client: EventStoreDBClient): Promise<Map<string, Stream>> {
  const found = new Map<string, Stream>();
  const change = (name: string, change: (stream: Stream) => Partial<Stream>): void => {
    const stream = found.get(name) ?? newStream(name);
    found.set(name, { ...stream, ...change(stream) });
  };
  for await (const { event } of client.readAll()) {
    const { streamId, revision, id, type, data } = event!;
    if (streamId.startsWith('$$')) change(streamId.slice(2), () => ({ metadata: data as Record<string, unknown> }));
    else if (type === '$streamDeleted') change(streamId, () => ({ isTombstoned: true }));
    else
      change(streamId, ({ ids }) => {
        expect([streamId, Number(revision)]).toEqual([streamId, ids.length]);
        return { ids: [...ids, id] };
      });
  }
  return found;
}

const QUEUE = 'queue';
const GROUP = 'workers';

/** A queue: events that somebody writes, and a persistent subscription that works them off. */
class Queue {
  readonly #written = new Set<string>();
  readonly #handled = new Set<string>();

  /** Writes until the server is gone. */
  async write(client: EventStoreDBClient, acknowledged: () => void): Promise<never> {
    for (;;) {
      const event = jsonEvent({ type: 'Asked', data: {} });
      await client.appendToStream(QUEUE, event, { expectedRevision: ANY });
      this.#written.add(event.id);
      acknowledged();
    }
  }

  /** Acknowledges until it is enough, or the server is gone. */
  async handle(client: EventStoreDBClient, isEnough: () => boolean): Promise<void> {
    const subscription = client.subscribeToPersistentSubscriptionToStream(QUEUE, GROUP);
    for await (const resolved of subscription) {
      this.#handled.add(resolved.event!.id);
      await subscription.ack(resolved);
      if (isEnough()) return;
    }
  }

  get isDone(): boolean {
    return [...this.#written].every((id) => this.#handled.has(id));
  }

  /** What consumers were given is there to stay. */
  verify(found: ReadonlyMap<string, Stream>): void {
    const ids = new Set(found.get(QUEUE)?.ids);
    expect([...this.#handled, ...this.#written].filter((id) => !ids.has(id))).toEqual([]);
  }
}

let programs: Programs;
let dataDir: string;

beforeEach(() => {
  programs = new Programs();
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
});

afterEach(() => {
  programs.close();
  rmSync(dataDir, { recursive: true });
});

describe('kill -9', () => {
  it.each(Array.from({ length: SERIES }, (_, series) => series + 1))(
    `in mixed load, ${ROUNDS} times, loses nothing acknowledged or read and leaves nothing half there (series %d of ${SERIES})`,
    async () => {
      const writers = Array.from({ length: WRITERS }, (_, n) => new Writer(String(n)));
      const queue = new Queue();
      for (let round = 0; round <= ROUNDS; round++) {
        const child = programs.serve(dataDir);
        const client = EventStoreDBClient.connectionString(await ready(child));
        if (round === 0) await client.createPersistentSubscriptionToStream(QUEUE, GROUP, persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }));
        const found = await findStreams(client);
        for (const writer of writers) await writer.verify(client, found);
        queue.verify(found);
        if (round === ROUNDS) await queue.handle(client, () => queue.isDone);
        else {
          let left = 1 + random(MOST_ACKNOWLEDGED);
          const acknowledged = (): void => {
            if (--left === 0) child.kill('SIGKILL');
          };
          const killed = once(child, 'exit');
          const ends = await Promise.allSettled([...[...writers, queue].map((writer) => writer.write(client, acknowledged)), queue.handle(client, () => false)]);
          await killed;
          for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: expect.any(UnavailableError) as unknown });
        }
        await client.dispose();
      }
      expect(queue.isDone).toBe(true);
    },
    ROUNDS * 10_000,
  );
});
