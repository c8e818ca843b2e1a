import { HttpClient } from './http-client.js';

export interface Pages {
  readonly api: string;
  readonly apiKey: string;
  /** How often each page is asked for. */
  readonly times: number;
  /** How many orders the list must hold. */
  readonly total: number;
}

interface Answer {
  readonly total: number;
  readonly nextCursor: string | null;
  readonly facets: object;
}

/** What people open: everything, the next page, a tab, one filter, several filters. */
const FILTERS = ['', 'tab=COMPLETED', 'transmission=FAILED', 'tradeAssurance=true&declaration=NOT_UPLOADED', 'progress=TO_DECLARE&sort=orderedAt'];

/** Opens pages of the order list with their counters, one after the other; answers the milliseconds of each. */
export const listPages = async ({ api, apiKey, times, total }: Pages): Promise<readonly number[]> => {
  const client = new HttpClient(api, apiKey, 1);
  const latencies: number[] = [];
  const open = async (query: string): Promise<Answer> => {
    const begun = performance.now();
    const { body } = await client.send('GET', `/v1/customs-orders?limit=20&${query}`);
    latencies.push(performance.now() - begun);
    return JSON.parse(body) as Answer;
  };
  try {
    for (let time = 0; time < times; time += 1) {
      for (const filter of FILTERS) {
        const first = await open(filter);
        if (filter === '' && first.total !== total) throw new Error(`the list holds ${first.total} orders, not ${total}`);
        if (first.nextCursor !== null) await open(`${filter}&cursor=${encodeURIComponent(first.nextCursor)}`);
      }
    }
    return latencies;
  } finally {
    client.close();
  }
};
