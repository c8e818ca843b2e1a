import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { compared, judged, median, percentile, type Benchmark, type Line, type Run } from '../benchmark.js';
import { withLoadGenerator, type LoadGenerator } from '../load-generator.js';
import { StoreProcess } from '../store-process.js';

const ROUNDS = 3;
const IN_FLIGHT = 64;
/** Upserts per second that will do whatever SQLite alone manages. */
const ENOUGH_UPSERTS = 25_000;
const SIZES = {
  full: { upserts: 100_000, few: 10_000, many: 1_000_000, seconds: 4 },
  quick: { upserts: 5_000, few: 1_000, many: 10_000, seconds: 1 },
} as const;

/** The embedded MongoDB server by itself: bulk upserts, look-ups, pages of a large collection, and its start with one. */
export const mongoStore: Benchmark = {
  name: 'mongo-store',
  measure: async (run) => {
    const directory = mkdtempSync(join(tmpdir(), 'bench-mongo-'));
    try {
      return await withLoadGenerator(async (load) => {
        const server = await startServer(directory);
        let lines: Line[];
        try {
          lines = [...(await upserts(run, server, load, directory)), ...(await lookUps(run, server, load)), ...(await pages(run, server, load))];
          run.say(`  resident memory of the server with ${SIZES[run.scale].many} documents: ${server.residentMiB} MiB`);
        } finally {
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
  StoreProcess.start('libs/embedded-mongo/src/main.js', '--data', join(directory, 'data'), '--port', '0');

/** Batches of 500 upserts, against SQLite alone taking the same rows in the same batches; rounds take turns. */
const upserts = async ({ scale, say }: Run, { url: mongoUrl }: StoreProcess, load: LoadGenerator, directory: string): Promise<Line[]> => {
  const { upserts: count } = SIZES[scale];
  const file = join(directory, 'raw.db');
  const results: number[] = [];
  const raw: number[] = [];
  await load.run('upsertRows', { mongoUrl, collection: 'upserted', from: 0, to: count / 10 }); // warms up everything
  for (let round = 1; round <= ROUNDS; round += 1) {
    const range = { from: round * count, to: (round + 1) * count };
    raw.push(await load.run('insertRaw', { file, ...range }));
    results.push(await load.run('upsertRows', { mongoUrl, collection: 'upserted', ...range }));
    say(`  round ${round}: ${Math.round(results.at(-1) ?? 0)} upserts/s, SQLite alone ${Math.round(raw.at(-1) ?? 0)}/s`);
  }
  const line = compared({ name: 'mongo bulk upsert', unit: 'documents/s', result: median(results), ceiling: median(raw), bar: 0.6 }, 'ratio-at-least');
  return [{ ...line, ok: line.ok || line.result >= ENOUGH_UPSERTS }];
};

/** Documents by `_id`, against the same server answering a constant. */
const lookUps = async ({ scale, say }: Run, { url: mongoUrl }: StoreProcess, load: LoadGenerator): Promise<Line[]> => {
  const { few, seconds } = SIZES[scale];
  const input = { mongoUrl, collection: 'few', total: few, inFlight: IN_FLIGHT, seconds };
  await load.run('upsertRows', { mongoUrl, collection: 'few', from: 0, to: few });
  await load.run('lookUpRows', input);
  const results: number[] = [];
  const constants: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    constants.push((await load.run('ping', input)).perSecond);
    results.push((await load.run('lookUpRows', input)).perSecond);
    say(`  round ${round}: ${Math.round(results.at(-1) ?? 0)} look-ups/s, ${Math.round(constants.at(-1) ?? 0)} constant answers/s`);
  }
  return [compared({ name: 'mongo look-up by _id', unit: '/s', result: median(results), ceiling: median(constants), bar: 0.6 }, 'ratio-at-least')];
};

/** Pages of 20 by an index, from many documents and from few. */
const pages = async ({ scale, say }: Run, { url: mongoUrl }: StoreProcess, load: LoadGenerator): Promise<Line[]> => {
  const { few, many, seconds } = SIZES[scale];
  await load.run('upsertRows', { mongoUrl, collection: 'many', from: 0, to: many });
  for (const collection of ['few', 'many']) await load.run('indexRows', { mongoUrl, collection });
  const input = (collection: string, total: number) => ({ mongoUrl, collection, total, inFlight: 1, seconds });
  const results: number[] = [];
  const ceilings: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ceilings.push(percentile((await load.run('readPages', input('few', few))).latencies, 0.5));
    results.push(percentile((await load.run('readPages', input('many', many))).latencies, 0.5));
    say(`  round ${round}: a page of ${many} takes ${results.at(-1)?.toFixed(2)} ms, of ${few} ${ceilings.at(-1)?.toFixed(2)} ms`);
  }
  // The first round warmed up everything.
  return [compared({ name: 'mongo page', unit: 'ms p50', result: median(results.slice(1)), ceiling: median(ceilings.slice(1)), bar: 1.5 }, 'ratio-at-most')];
};

/** From the start of the process to the answer of a query. */
const starts = async ({ scale, say }: Run, directory: string): Promise<Line> => {
  const results: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const begun = performance.now();
    const server = await startServer(directory);
    const client = await MongoClient.connect(server.url);
    await client.db('bench').collection('many').findOne({ _id: 'row-5' as never });
    results.push(performance.now() - begun);
    await client.close();
    await server.stop();
    say(`  round ${round}: started with ${SIZES[scale].many} documents in ${Math.round(results.at(-1) ?? 0)} ms`);
  }
  return judged({ name: 'mongo start', unit: 'ms', result: median(results), bar: 2_000 }, 'result-below');
};
