import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../store.js';

/** Hands one receipt over; resolves when the receiver has it, throws otherwise. */
export type ReceiptCarrier = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

const TRY_MS = 10_000;

/** Posts receipts to the application; anything but 2xx counts as not received. */
export const httpCarrier =
  (url: string, key: string | undefined): ReceiptCarrier =>
  async ({ body }, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/xml; charset=utf-8', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the receiver answered ${response.status}`);
  };

/** Puts receipts into the channel's inbox: written whole under another name first, named so that they sort in the order of delivery. */
export const fileCarrier =
  (inbox: string): ReceiptCarrier =>
  async ({ id, body }) => {
    await mkdir(inbox, { recursive: true, mode: 0o700 });
    const name = `receipt-${String(id).padStart(12, '0')}.xml`;
    const temporary = join(inbox, `${name}.tmp`);
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(inbox, name));
  };
