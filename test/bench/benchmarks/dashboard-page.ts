import { DEMO_COMPANY } from '../../../apps/launcher/src/credentials.js';
import { System } from '../../support/system.js';
import { compared, median, percentile, type Benchmark } from '../benchmark.js';
import { withLoadGenerator, type LoadGenerator } from '../load-generator.js';

const NAME = 'dashboard-page';
const ROUNDS = 3;
const SIZES = { full: [10_000, 200_000], quick: [1000, 5000] } as const;

/** Pages of the order list with their counters over HTTP: the same company with few orders, then with twenty times as many. */
export const dashboardPage: Benchmark = {
  name: NAME,
  measure: async ({ scale, say }) => {
    const [few, many] = SIZES[scale];
    const times = scale === 'full' ? 100 : 10;
    const system = await System.prepare();
    try {
      await system.startStores();
      await system.seed();
      await system.start('api');
      return await withLoadGenerator(async (load) => {
        const p95 = async (total: number): Promise<number> => {
          const pages = () => load.run('listPages', { api: system.address('api'), apiKey: system.apiKey, times, total });
          await pages(); // warms up everything
          const p95s: number[] = [];
          for (let round = 1; round <= ROUNDS; round += 1) p95s.push(percentile(await pages(), 0.95));
          say(`  ${total} orders: p95 of each round ${p95s.map((ms) => ms.toFixed(1)).join(', ')} ms`);
          return median(p95s);
        };
        await grow(system, load, 0, few);
        const ceiling = await p95(few);
        await grow(system, load, few, many);
        return [compared({ name: NAME, unit: 'ms p95', result: await p95(many), ceiling, bar: 2 }, 'ratio-at-most')];
      });
    } finally {
      await system.close();
    }
  },
};

/** Adds orders until the company has `to` of them, through log and projection. */
const grow = async ({ eventStoreUrl, mongoUrl }: System, load: LoadGenerator, from: number, to: number): Promise<void> => {
  const { position } = await load.run('appendOrders', { eventStoreUrl, company: DEMO_COMPANY, mix: 'listed', from, until: { orders: to - from } });
  await load.run('projectDashboard', { eventStoreUrl, mongoUrl, database: 'portolan', upTo: position });
};
