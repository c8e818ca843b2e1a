import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, kill, MAIN, Programs, ready } from './program.fixture.js';

let dataDir: string;
let programs: Programs;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
  programs = new Programs();
});

afterEach(() => {
  programs.close();
  rmSync(dataDir, { recursive: true });
});

async function eventIdsByStream(client: EventStoreDBClient): Promise<Map<string, string[]>> {
  const streams = new Map<string, string[]>();
  for await (const { event } of client.readAll()) {
    const { streamId, id } = event!;
    streams.set(streamId, [...(streams.get(streamId) ?? []), id]);
  }
  return streams;
}

/** Events of an append. */
const TOGETHER = 3;

/** @returns the ids of the events */
async function appendSome(client: EventStoreDBClient, stream: string): Promise<string[]> {
  const events = Array.from({ length: TOGETHER }, (_, n) => jsonEvent({ type: 'Placed', data: { n, text: 'x'.repeat(500) } }));
  await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
  return events.map(({ id }) => id);
}

/** Appends some events at a time, 32 appends in flight, until each has failed; collects what was acknowledged, answers the errors. */
async function appendUntilRefused(client: EventStoreDBClient, acknowledged: Map<string, string[]>): Promise<string[]> {
  let next = 0;
  const appendOn = async (): Promise<never> => {
    for (;;) {
      const stream = `orders-${next++}`;
      acknowledged.set(stream, await appendSome(client, stream));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: 32 }, appendOn));
  return ends.map((end) => (end.status === 'rejected' ? String(end.reason) : ''));
}

describe('the event store as a process of its own', () => {
  it('tells how to connect when it is ready, and ends cleanly on SIGTERM', async () => {
    const child = programs.serve(dataDir);
    const url = await ready(child);
    expect(url).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    const client = EventStoreDBClient.connectionString(url);
    await client.appendToStream('orders-1', jsonEvent({ type: 'Placed', data: {} }), { expectedRevision: NO_STREAM });
    expect(await kill(child, 'SIGTERM')).toBe(0);
    await client.dispose();
  });

  it('says which process holds the data directory', async () => {
    const first = programs.serve(dataDir);
    await ready(first);
    const { code, complaint } = await failure(programs.serve(dataDir));
    expect(code).toBe(1);
    expect(complaint).toContain(`is in use by process ${first.pid}`);
  });

  it('says that the port is taken', async () => {
    const url = await ready(programs.serve(dataDir));
    const port = /:(\d+)\?/.exec(url)![1]!;
    const { code, complaint } = await failure(programs.run('--data', join(dataDir, 'other'), '--port', port));
    expect(code).toBe(1);
    expect(complaint).toMatch(/address already in use/i);
  });

  it('refuses appends the disk does not take, keeps what it acknowledged, and takes appends again as soon as there is room', async () => {
    const limitKiB = 1_024;
    const command = `ulimit -S -f ${limitKiB}; exec "$0" "$@"`;
    const limited = programs.launch('bash', '-c', command, process.execPath, MAIN, '--data', dataDir, '--port', '0');
    const client = EventStoreDBClient.connectionString(await ready(limited));
    const acknowledged = new Map<string, string[]>();
    expect(await appendUntilRefused(client, acknowledged)).toContainEqual(expect.stringMatching(/disk/));
    expect(await eventIdsByStream(client)).toEqual(acknowledged);
    // Only Linux gives a process that runs another limit; elsewhere the next process has the room.
    if (process.platform === 'linux') {
      execFileSync('prlimit', ['--pid', String(limited.pid), '--fsize=unlimited']);
      acknowledged.set('orders-after', await appendSome(client, 'orders-after'));
    }
    await client.dispose();
    await kill(limited, 'SIGKILL');
    const again = EventStoreDBClient.connectionString(await ready(programs.serve(dataDir)));
    expect(await eventIdsByStream(again)).toEqual(acknowledged);
    await appendSome(again, 'orders-after-restart');
    await again.dispose();
  });
});
