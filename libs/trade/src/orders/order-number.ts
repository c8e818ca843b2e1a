import { hash } from 'node:crypto';
import type { Bilingual, CommandEnvelope } from '#event-sourcing';

/** What an order number looks like, and what is said of one that does not. */
export const ORDER_NO = /^\d{17}$/;
export const ORDER_NO_TEXT: Bilingual = { en: 'must be an order number of 17 digits', zh: '必须是 17 位订单号' };

const NUMBERS = 90_000_000_000_000_000n;
const FIRST_NUMBER = 10_000_000_000_000_000n;

/** The order number, 17 digits, for the n-th try; drawn from company and idempotency key, so that a repeated command finds the order that the first one began. */
export const newTradeOrderNo = ({ actor, companyId, commandId }: CommandEnvelope, attempt: number): string => {
  const digest = hash('sha256', `tradeOrder\n${actor.companyId}\n${companyId}\n${commandId}\n${attempt}`, 'buffer');
  return String(FIRST_NUMBER + (digest.readBigUInt64BE() % NUMBERS));
};
