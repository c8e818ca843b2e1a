import { randomUUID } from 'node:crypto';
import { draftBody } from './draft.js';
import { HttpClient } from './http-client.js';
import { keepInFlight, type ClosedLoop, type Throughput } from './keep-in-flight.js';

export interface Drafts extends ClosedLoop {
  readonly api: string;
  readonly apiKey: string;
}

/** Drafts orders of four lines over HTTP, each under an idempotency key of its own; answers also the number of one of the orders. */
export const draftsOverHttp = async ({ api, apiKey, ...loop }: Drafts): Promise<Throughput & { readonly orderNo: string }> => {
  const client = new HttpClient(api, apiKey, loop.inFlight);
  let last = '';
  try {
    const throughput = await keepInFlight(loop, async (index) => {
      last = (await client.send('POST', '/v1/customs-orders', draftBody(index), { 'idempotency-key': randomUUID() })).body;
    });
    return { ...throughput, orderNo: (JSON.parse(last) as { orderNo: string }).orderNo };
  } finally {
    client.close();
  }
};
