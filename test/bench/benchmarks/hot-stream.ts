import { CountingProxy } from '../../support/counting-proxy.js';
import { System } from '../../support/system.js';
import { judged, type Benchmark } from '../benchmark.js';
import { withLoadGenerator } from '../load-generator.js';

const NAME = 'hot-stream';

/** What commands on one order cost at the store's door, counted by a proxy in front of it. */
export const hotStream: Benchmark = {
  name: NAME,
  measure: async ({ scale }) => {
    const commands = scale === 'full' ? 2000 : 200;
    const system = await System.prepare();
    let proxy: CountingProxy | undefined;
    try {
      await system.startStores();
      await system.seed();
      proxy = await CountingProxy.start(system.eventStoreUrl.replace(/^esdb/, 'http').replace(/\?.*$/, ''));
      await system.start('api', { EVENTSTORE_URL: `esdb://127.0.0.1:${proxy.port}?tls=false` });
      const counts = await withLoadGenerator(async (load) => {
        const api = { api: system.address('api'), apiKey: system.apiKey };
        const { orderNo } = await load.run('draftsOverHttp', { ...api, inFlight: 1, seconds: 0.1 });
        const before = proxy?.messages() ?? {};
        await load.run('saveHotOrder', { ...api, orderNo, commands });
        const after = proxy?.messages() ?? {};
        return (method: string): number => ((after[method] ?? 0) - (before[method] ?? 0)) / commands;
      });
      return [
        judged({ name: `${NAME} appends`, unit: '/command', result: counts('BatchAppend') + counts('Append'), bar: 1 }, 'result-equals'),
        judged({ name: `${NAME} reads`, unit: '/command', result: counts('Read'), bar: 0 }, 'result-equals'),
      ];
    } finally {
      await system.close();
      await proxy?.close();
    }
  },
};
