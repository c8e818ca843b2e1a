import { System } from '../../support/system.js';
import { compared, judged, median, percentile, type Benchmark } from '../benchmark.js';
import { withLoadGenerator } from '../load-generator.js';

const NAME = 'commands';
const IN_FLIGHT = 64;
const ROUNDS = 3;

/** Drafting orders of four lines over HTTP, against raw appends of events of the same size to the same store; rounds take turns. */
export const commandRate: Benchmark = {
  name: NAME,
  measure: async ({ scale, say }) => {
    const seconds = scale === 'full' ? 8 : 2;
    const system = await System.prepare();
    try {
      await system.startStores();
      await system.seed();
      await system.start('api');
      return await withLoadGenerator(async (load) => {
        const drafts = () => load.run('draftsOverHttp', { api: system.address('api'), apiKey: system.apiKey, inFlight: IN_FLIGHT, seconds });
        const { orderNo } = await drafts(); // warms up everything
        const appends = () => load.run('rawAppends', { eventStoreUrl: system.eventStoreUrl, like: `customsOrder-${orderNo}`, inFlight: IN_FLIGHT, seconds });
        await appends();
        const commands: number[] = [];
        const raw: number[] = [];
        const p99s: number[] = [];
        for (let round = 1; round <= ROUNDS; round += 1) {
          raw.push((await appends()).perSecond);
          const { perSecond, latencies } = await drafts();
          commands.push(perSecond);
          p99s.push(percentile(latencies, 0.99));
          say(`  round ${round}: ${Math.round(perSecond)} commands/s, ${Math.round(raw.at(-1) ?? 0)} raw appends/s`);
        }
        return [
          compared({ name: NAME, unit: '/s', result: median(commands), ceiling: median(raw), bar: 0.5 }, 'ratio-at-least'),
          judged({ name: 'command latency', unit: 'ms p99', result: median(p99s), bar: 100 }, 'result-below'),
        ];
      });
    } finally {
      await system.close();
    }
  },
};
