import { EventStoreDBClient } from '@eventstore/db-client';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compared, judged, median, type Benchmark, type Line, type Run } from '../benchmark.js';
import { withLoadGenerator, type LoadGenerator } from '../load-generator.js';
import { StoreProcess } from '../store-process.js';

const ROUNDS = 5;
const IN_FLIGHT = 64;
/** Data of an event, as large as those of our orders are on average. */
const EVENT_BYTES = 600;
const SIZES = {
  full: { seconds: 4, read: 100_000, stored: 1_000_000 },
  quick: { seconds: 1, read: 5_000, stored: 10_000 },
} as const;

/** The embedded event store by itself: appends and reads, against its gRPC service without storage, and its start with a long log. */
export const eventStore: Benchmark = {
  name: 'event-store',
  measure: async (run) => {
    const directory = mkdtempSync(join(tmpdir(), 'bench-eventstore-'));
    try {
      return await withLoadGenerator(async (load) => {
        const ceiling = await StoreProcess.start('test/bench/ceiling/event-store-without-storage.js', String(EVENT_BYTES));
        const server = await startServer(directory);
        let lines: Line[];
        try {
          lines = [await appends(run, server, ceiling, load), await reads(run, server, ceiling, load)];
          await load.run('fillStreams', { eventStoreUrl: server.url, events: SIZES[run.scale].stored, bytes: EVENT_BYTES });
          run.say(`  resident memory of the server with ${SIZES[run.scale].stored} events: ${server.residentMiB} MiB`);
        } finally {
          await ceiling.stop();
          await server.stop();
        }
        return [...lines, await starts(run, directory)];
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

const startServer = (directory: string): Promise<StoreProcess> =>
  StoreProcess.start('libs/embedded-eventstore/src/main.js', '--data', directory, '--port', '0');

/** Appends to new streams, 64 in flight; rounds take turns. */
const appends = async ({ scale, say }: Run, server: StoreProcess, ceiling: StoreProcess, load: LoadGenerator): Promise<Line> => {
  const append = async ({ url }: StoreProcess): Promise<number> =>
    (await load.run('appendNewStreams', { eventStoreUrl: url, bytes: EVENT_BYTES, inFlight: IN_FLIGHT, seconds: SIZES[scale].seconds })).perSecond;
  const measured = await takeTurns(say, 'appends', () => append(server), () => append(ceiling));
  return compared({ name: 'event store append', unit: '/s', bar: 0.85, ...measured }, 'ratio-at-least');
};

/** Reads of the log from its start; rounds take turns. */
const reads = async ({ scale, say }: Run, server: StoreProcess, ceiling: StoreProcess, load: LoadGenerator): Promise<Line> => {
  const events = SIZES[scale].read;
  const read = async ({ url }: StoreProcess): Promise<number> => (await load.run('readAll', { eventStoreUrl: url, events })).perSecond;
  await load.run('fillStreams', { eventStoreUrl: server.url, events, bytes: EVENT_BYTES });
  const measured = await takeTurns(say, 'events read', () => read(server), () => read(ceiling));
  return compared({ name: 'event store readAll', unit: 'events/s', bar: 0.85, ...measured }, 'ratio-at-least');
};

/** The medians of both; the first round only warms up. */
const takeTurns = async (
  say: Run['say'],
  what: string,
  measure: () => Promise<number>,
  measureCeiling: () => Promise<number>,
): Promise<{ result: number; ceiling: number }> => {
  const results: number[] = [];
  const ceilings: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ceilings.push(await measureCeiling());
    results.push(await measure());
    say(`  round ${round}: ${Math.round(results.at(-1) ?? 0)} ${what}/s, without storage ${Math.round(ceilings.at(-1) ?? 0)}/s`);
  }
  return { result: median(results.slice(1)), ceiling: median(ceilings.slice(1)) };
};

/** From the start of the process to the answer of a read. */
const starts = async ({ scale, say }: Run, directory: string): Promise<Line> => {
  const results: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const begun = performance.now();
    const server = await startServer(directory);
    const client = EventStoreDBClient.connectionString(server.url);
    for await (const { event } of client.readAll({ maxCount: 1 })) if (event === undefined) throw new Error('the log is empty');
    results.push(performance.now() - begun);
    await client.dispose();
    await server.stop();
    say(`  round ${round}: started with ${SIZES[scale].stored} events in ${Math.round(results.at(-1) ?? 0)} ms`);
  }
  return judged({ name: 'event store start', unit: 'ms', result: median(results), bar: 2_000 }, 'result-below');
};
