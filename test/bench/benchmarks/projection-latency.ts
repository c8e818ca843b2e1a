import { DEMO_COMPANY } from '../../../apps/launcher/src/credentials.js';
import { System } from '../../support/system.js';
import { judged, median, percentile, type Benchmark } from '../benchmark.js';
import { withLoadGenerator } from '../load-generator.js';

const NAME = 'projection-latency';
const EVENTS_PER_SECOND = 500;
const ROUNDS = 3;

/** How long after its append an event is seen in the order dashboard, while the worker keeps every read model of 500 events a second. */
export const projectionLatency: Benchmark = {
  name: NAME,
  measure: async ({ scale, say }) => {
    const seconds = scale === 'full' ? 20 : 3;
    const system = await System.prepare();
    try {
      await system.startStores();
      await system.seed();
      await system.start('worker');
      return await withLoadGenerator(async (load) => {
        const pace = { eventStoreUrl: system.eventStoreUrl, mongoUrl: system.mongoUrl, company: DEMO_COMPANY, eventsPerSecond: EVENTS_PER_SECOND };
        await load.run('pacedOrders', { ...pace, seconds: 3, from: 0 }); // warms up everything
        const p99s: number[] = [];
        for (let round = 1; round <= ROUNDS; round += 1) {
          const { latencies, eventsPerSecond } = await load.run('pacedOrders', { ...pace, seconds, from: round * 1_000_000 });
          p99s.push(percentile(latencies, 0.99));
          say(`  round ${round}: ${Math.round(eventsPerSecond)} events/s, p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms`);
        }
        return [judged({ name: NAME, unit: 'ms p99', result: median(p99s), bar: 100 }, 'result-below')];
      });
    } finally {
      await system.close();
    }
  },
};
