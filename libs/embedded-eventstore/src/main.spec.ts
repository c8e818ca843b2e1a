import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The compiled program, as it is started in production. */
const MAIN = fileURLToPath(new URL('../../../dist/libs/embedded-eventstore/src/main.js', import.meta.url));

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-eventstore-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

function launch(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

function run(port = 0): ChildProcess {
  return launch(process.execPath, [MAIN, '--data', dataDir, '--port', String(port)]);
}

/** The line the program prints when it is ready. */
async function connectionString(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return line;
}

/** Waits for the end of a program that cannot start; answers its exit code and what it complained of. */
async function failure(child: ChildProcess): Promise<{ code: number; complaint: string }> {
  let complaint = '';
  child.stderr!.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, complaint };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

async function eventIdsByStream(client: EventStoreDBClient): Promise<Map<string, string[]>> {
  const streams = new Map<string, string[]>();
  for await (const { event } of client.readAll()) {
    const { streamId, id } = event!;
    streams.set(streamId, [...(streams.get(streamId) ?? []), id]);
  }
  return streams;
}

/** Appends three events at a time, 32 appends in flight, until each has failed; collects what was acknowledged, answers the errors. */
async function appendUntilRefused(client: EventStoreDBClient, round: number, acknowledged: Map<string, string[]>): Promise<string[]> {
  let next = 0;
  const appendOn = async (): Promise<never> => {
    for (;;) {
      const stream = `orders-${round}-${next++}`;
      const events = [1, 2, 3].map((n) => jsonEvent({ type: 'Placed', data: { n, text: 'x'.repeat(500) } }));
      await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      acknowledged.set(stream, events.map(({ id }) => id));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: 32 }, appendOn));
  return ends.map((end) => (end.status === 'rejected' ? String(end.reason) : ''));
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** How often the server is killed; the nightly run has more patience. */
const KILL_ROUNDS = process.env['PORTOLAN_TEST_SCALE'] === 'nightly' ? 50 : 3;

describe('the event store as a process of its own', () => {
  it('tells how to connect when it is ready, and ends cleanly on SIGTERM', async () => {
    const child = run();
    const url = await connectionString(child);
    expect(url).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    const client = EventStoreDBClient.connectionString(url);
    await client.appendToStream('orders-1', jsonEvent({ type: 'Placed', data: {} }), { expectedRevision: NO_STREAM });
    expect(await kill(child, 'SIGTERM')).toBe(0);
    await client.dispose();
  });

  it('says which process holds the data directory', async () => {
    const first = run();
    await connectionString(first);
    const { code, complaint } = await failure(run());
    expect(code).toBe(1);
    expect(complaint).toContain(`is in use by process ${first.pid}`);
  });

  it('says that the port is taken', async () => {
    const url = await connectionString(run());
    const port = Number(/:(\d+)\?/.exec(url)![1]);
    const second = launch(process.execPath, [MAIN, '--data', join(dataDir, 'other'), '--port', String(port)]);
    const { code, complaint } = await failure(second);
    expect(code).toBe(1);
    expect(complaint).toMatch(/address already in use/i);
  });

  it('keeps every acknowledged append, and none by halves, through kill -9', async () => {
    const acknowledged = new Map<string, string[]>();
    for (let round = 1; round <= KILL_ROUNDS; round++) {
      const child = run();
      const client = EventStoreDBClient.connectionString(await connectionString(child));
      const before = acknowledged.size;
      const appends = appendUntilRefused(client, round, acknowledged);
      await until(() => acknowledged.size > before + 400);
      await kill(child, 'SIGKILL');
      await appends;
      await client.dispose();
    }
    const child = run();
    const client = EventStoreDBClient.connectionString(await connectionString(child));
    const kept = await eventIdsByStream(client);
    await client.dispose();
    for (const [stream, ids] of acknowledged) expect([stream, kept.get(stream)]).toEqual([stream, ids]);
    expect([...kept.values()].filter((ids) => ids.length !== 3)).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(400 * KILL_ROUNDS);
  });

  it('refuses appends the disk does not take, keeps what it acknowledged, and takes appends again with room', async () => {
    const limitKiB = 1_024;
    const command = `ulimit -f ${limitKiB}; exec "$0" "$@"`;
    const limited = launch('bash', ['-c', command, process.execPath, MAIN, '--data', dataDir, '--port', '0']);
    const client = EventStoreDBClient.connectionString(await connectionString(limited));
    const acknowledged = new Map<string, string[]>();
    expect(await appendUntilRefused(client, 1, acknowledged)).toContainEqual(expect.stringMatching(/disk/));
    expect(await eventIdsByStream(client)).toEqual(acknowledged);
    await client.dispose();
    await kill(limited, 'SIGKILL');
    const again = EventStoreDBClient.connectionString(await connectionString(run()));
    expect(await eventIdsByStream(again)).toEqual(acknowledged);
    await again.appendToStream('orders-after', jsonEvent({ type: 'Placed', data: {} }), { expectedRevision: NO_STREAM });
    await again.dispose();
  });
});
