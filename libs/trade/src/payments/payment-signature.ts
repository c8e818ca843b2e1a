import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a callback's time may lie from ours, seconds: what was recorded on the way cannot be played back later. */
const TOLERANCE_SECONDS = 300;

/** The text that a callback's signature is over: its time, then its fields in the order of their names, each as `name=value`. */
const signedText = (timestamp: string, fields: Readonly<Record<string, string>>): string =>
  [timestamp, ...Object.keys(fields).sort().map((name) => `${name}=${fields[name] ?? ''}`)].join('\n');

/** HMAC-SHA256, lower-case hex, of a callback at the time (Unix seconds). */
export const signPayment = (key: string, timestamp: string, fields: Readonly<Record<string, string>>): string => createHmac('sha256', key).update(signedText(timestamp, fields)).digest('hex');

/** What a callback shows for itself. */
export interface PaymentProof {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

/** Whether the provider has signed exactly these fields, just now (`nowSeconds`, of the machine's clock). */
export const isSigned = (key: string, { timestamp = '', signature = '' }: PaymentProof, fields: Readonly<Record<string, string>>, nowSeconds: number): boolean => {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(signPayment(key, timestamp, fields));
  const shown = Buffer.from(signature);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
};
