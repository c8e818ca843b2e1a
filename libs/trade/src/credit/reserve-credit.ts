import { Command, refusal, type Decide } from '#event-sourcing';
import { compareDecimals, decimalText, sumDecimals, ZERO } from '#reference-data';
import { occupied, reservationOf, type CreditLine, type CreditLineEvent } from './credit-line.js';

/** A reservation this old is made anew before it is submitted with, milliseconds. */
const RENEW_AFTER_MS = 10 * 60_000;

interface ReserveCreditPayload {
  readonly orderNo: string;
  readonly amount: string;
  readonly currency: string;
}

/** Occupies a supplier's line for an order that is about to be submitted (TA-R11). All orders of a supplier meet on this one stream, so that it is never over-committed. */
export class ReserveCredit extends Command<ReserveCreditPayload> {}

/** An order holds one reservation; the same again changes nothing, another amount takes its place. */
export const reserveCredit: Decide<ReserveCreditPayload, CreditLine, CreditLineEvent> = ({ orderNo, amount, currency }, line, { id, now }) => {
  const held = reservationOf(line, orderNo);
  if (held?.amount === amount && now.getTime() - Date.parse(held.reservedAt) < RENEW_AFTER_MS) return [];
  if (line.currency !== currency) {
    const text = { en: `the credit line is in ${line.currency ?? 'no currency'}, the order in ${currency}`, zh: `信保额度币种为 ${line.currency ?? '无'}，订单币种为 ${currency}` };
    throw refusal('TA-R11', text, { code: 'credit-insufficient', field: 'currency' });
  }
  const others = occupied(line, orderNo);
  const needed = sumDecimals([others, decimalText(amount) ?? ZERO]);
  if (needed === undefined || compareDecimals(needed, decimalText(line.total) ?? ZERO) > 0) {
    const text = { en: `the order needs ${amount}; of ${line.total} ${currency}, ${others} is occupied by other orders`, zh: `订单需要额度 ${amount}，总额度 ${line.total} ${currency} 中已占用 ${others}` };
    throw refusal('TA-R11', text, { code: 'credit-insufficient', field: 'amount', facts: { total: line.total, occupied: others, amount } });
  }
  return [{ type: 'CreditReserved', data: { companyId: id, orderNo, amount, currency, reservedAt: now.toISOString() } }];
};
