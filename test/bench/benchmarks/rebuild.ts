import { DEMO_COMPANY } from '../../../apps/launcher/src/credentials.js';
import { System } from '../../support/system.js';
import { compared, median, type Benchmark } from '../benchmark.js';
import { withLoadGenerator } from '../load-generator.js';

const NAME = 'rebuild';
const ROUNDS = 3;

/** Building the order dashboard anew from the log, against reading the same log and doing nothing; rounds take turns. */
export const rebuild: Benchmark = {
  name: NAME,
  measure: async ({ scale, say }) => {
    const system = await System.prepare();
    try {
      await system.startStores();
      return await withLoadGenerator(async (load) => {
        const { eventStoreUrl, mongoUrl } = system;
        const seeded = await load.run('appendOrders', { eventStoreUrl, company: DEMO_COMPANY, mix: 'whole', from: 0, until: { events: scale === 'full' ? 100_000 : 10_000 } });
        say(`  ${seeded.events} events of ${seeded.orders} orders`);
        const read = () => load.run('readAll', { eventStoreUrl, events: seeded.events });
        const project = (database: string) => load.run('projectDashboard', { eventStoreUrl, mongoUrl, database, upTo: seeded.position });
        const raw: number[] = [];
        const projected: number[] = [];
        for (let round = 1; round <= ROUNDS; round += 1) {
          raw.push((await read()).perSecond);
          const { perSecond, events, rows } = await project(`rebuild-${round}`);
          if (events !== seeded.events || rows !== seeded.orders) throw new Error(`${events} events made ${rows} rows of ${seeded.orders} orders`);
          projected.push(perSecond);
          say(`  round ${round}: ${Math.round(perSecond)} events/s projected, ${Math.round(raw.at(-1) ?? 0)} events/s read`);
        }
        return [compared({ name: NAME, unit: 'events/s', result: median(projected), ceiling: median(raw), bar: 0.5 }, 'ratio-at-least')];
      });
    } finally {
      await system.close();
    }
  },
};
