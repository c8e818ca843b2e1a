import { Command, refusal, type Bilingual, type Decide } from '#event-sourcing';
import { compareDecimals, decimalText, sumDecimals, ZERO } from '#reference-data';
import type { PaymentFact, TradeOrderEvent } from '../orders/events.js';
import type { KnownPayment, TradeOrder } from '../orders/order.js';
import type { TradeOrderStatus } from '../orders/values.js';
import { requireSystem } from '../system-only.js';

/** A payment as its provider tells of it. */
export interface ToldPayment extends Omit<PaymentFact, 'orderNo'> {
  /** ISO 3166-1 alpha-2 code of the payer's bank. */
  readonly bankCountry: string;
}

/** Records a payment to an order's collection account (TA-R15). For the system itself: the provider's word is checked before. */
export class RecordPayment extends Command<ToldPayment> {}

/** Money for these is what the order asks for, or more than that. */
const PAYABLE: ReadonlySet<TradeOrderStatus> = new Set(['AWAITING_PAYMENT', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DISPUTED']);

/** Why a payment counts for nothing and is to be given back; it is never lost. */
const objection = ({ status, currency }: TradeOrder, payment: ToldPayment): Bilingual | undefined => {
  if (!PAYABLE.has(status)) return { en: 'the order is not to be paid', zh: '订单当前无需付款' };
  if (payment.currency !== currency) return { en: `the order is in ${currency}`, zh: `订单币种为 ${currency}` };
  if (payment.method === 'e-checking' && payment.bankCountry !== 'US') return { en: 'e-Checking is for banks of the United States only', zh: 'e-Checking 仅支持美国银行' };
  return undefined;
};

const isSame = (known: KnownPayment, { method, amount, currency, receivedAt }: ToldPayment): boolean =>
  known.method === method && known.amount === amount && known.currency === currency && known.receivedAt === receivedAt;

/** A payment told again is counted once; several make up the amount, and more than it may come in (TA-R7, TA-R16). */
export const recordPayment: Decide<ToldPayment, TradeOrder, TradeOrderEvent> = (told, order, { actor }) => {
  requireSystem('TA-R15', actor);
  const { orderNo, status, payments } = order;
  const { bankCountry: _, ...payment } = told;
  const known = payments.find(({ paymentId }) => paymentId === told.paymentId);
  if (known !== undefined) {
    if (isSame(known, told)) return [];
    throw refusal('TA-R15', { en: 'the payment was told before, with other facts', zh: '该付款已登记，且内容不同' }, { code: 'payment-differs' });
  }
  const reason = objection(order, told);
  if (reason !== undefined) return [{ type: 'PaymentSetAside', data: { orderNo, ...payment, reason } }];
  const paidAmount = sumDecimals([order.paidAmount, payment.amount].flatMap((amount) => decimalText(amount) ?? [])) ?? ZERO;
  const isPaid = status === 'AWAITING_PAYMENT' && compareDecimals(paidAmount, decimalText(order.amount) ?? ZERO) >= 0;
  return [
    { type: 'PaymentRecorded', data: { orderNo, ...payment, paidAmount } },
    ...(isPaid ? [{ type: 'FundsReceived', data: { orderNo, receivedAt: payment.receivedAt } } as const] : []),
  ];
};
