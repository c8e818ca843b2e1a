import { randomUUID } from 'node:crypto';
import { draftBody } from './draft.js';
import { HttpClient } from './http-client.js';

export interface HotOrder {
  readonly api: string;
  readonly apiKey: string;
  readonly orderNo: string;
  readonly commands: number;
}

/** Saves the same draft again and again, one command after the other. */
export const saveHotOrder = async ({ api, apiKey, orderNo, commands }: HotOrder): Promise<void> => {
  const client = new HttpClient(api, apiKey, 1);
  try {
    for (let index = 0; index < commands; index += 1) {
      await client.send('PUT', `/v1/customs-orders/${orderNo}/draft`, draftBody(index), { 'idempotency-key': randomUUID() });
    }
  } finally {
    client.close();
  }
};
