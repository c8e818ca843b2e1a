import { Command, type Decide } from '#event-sourcing';
import { requireTradeAction } from './actions.js';
import { requireSystem } from '../system-only.js';
import { requireBuyer } from './buyer-access.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';
import { receiptDeadlineOf } from './receipt-days.js';

/** The goods are there and satisfy: the buyer says so (TA-R23). */
export class ConfirmReceipt extends Command {}

export const confirmReceipt: Decide<object, TradeOrder, TradeOrderEvent> = (_, order, { now, actor }) => {
  requireTradeAction('confirm-receipt', order, actor);
  requireBuyer(actor, order);
  return [{ type: 'TradeOrderCompleted', data: { orderNo: order.orderNo, by: 'BUYER', completedAt: now.toISOString() } }];
};

/** Begins to count the days of an order that was shipped, or was shipped at another date than was thought (TA-R26). For the system itself. */
export class SetReceiptDeadline extends Command {}

/** While a dispute is open, nothing counts; settling it sets the deadline anew. */
export const setReceiptDeadline: Decide<object, TradeOrder, TradeOrderEvent> = (_, order, { actor }) => {
  requireSystem('TA-R26', actor);
  const { shippedAt } = order.batches;
  if (order.status !== 'SHIPPED' || shippedAt === undefined) return [];
  const deadline = receiptDeadlineOf(order, shippedAt, order.disputedMs);
  return order.receiptDeadline?.dueAt === deadline.dueAt ? [] : [{ type: 'ReceiptDeadlineSet', data: { orderNo: order.orderNo, ...deadline } }];
};

/** The days for confirming receipt are over (TA-R24). For the system itself. */
export class CompleteByTime extends Command<{ readonly dueAt: string }> {}

/** Only if the order still waits, and for just this deadline; another has taken its place otherwise. */
export const completeByTime: Decide<{ readonly dueAt: string }, TradeOrder, TradeOrderEvent> = ({ dueAt }, { orderNo, status, receiptDeadline }, { now, actor }) => {
  requireSystem('TA-R24', actor);
  const isDue = status === 'SHIPPED' && receiptDeadline?.dueAt === dueAt && now >= new Date(dueAt);
  return isDue ? [{ type: 'TradeOrderCompleted', data: { orderNo, by: 'TIME', completedAt: now.toISOString() } }] : [];
};
