import { hash } from 'node:crypto';
import type { CommandEnvelope } from '#event-sourcing';

/** How many numbers there are: the first digit is 1, the second is not 0, nine more are free. */
const NUMBERS = 9_000_000_000n;
const FIRST_NUMBER = 11_000_000_000n;

/**
 * The order number (流通单号, `NNNNNN-NNNNN`) for the n-th try, drawn from the company and the idempotency key, so that a repeated command finds the order
 * that the first one began.
 */
export const newOrderNo = ({ actor, companyId, commandId }: CommandEnvelope, attempt: number): string => {
  const digest = hash('sha256', `${actor.companyId}\n${companyId}\n${commandId}\n${attempt}`, 'buffer');
  const digits = String(FIRST_NUMBER + (digest.readBigUInt64BE() % NUMBERS));
  return `${digits.slice(0, 6)}-${digits.slice(6)}`;
};

/** 草稿单号: the order number's last ten digits, which begin with no zero. */
export const draftNoOf = (orderNo: string): string => orderNo.replace('-', '').slice(1);
