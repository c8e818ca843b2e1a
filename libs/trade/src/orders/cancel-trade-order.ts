import { Command, refusal, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireTradeAction } from './actions.js';
import { isBuyerOf, requireBuyer } from './buyer-access.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';

export class CancelTradeOrderInput {
  @MultilineText(1, 500, { context: { rule: 'TA-R11' } })
  reason!: string;
}

/** Supplier or buyer cancel an order before any money is in; what it occupies of the credit line is released. */
export class CancelTradeOrder extends Command<CancelTradeOrderInput> {}

export const cancelTradeOrder: Decide<CancelTradeOrderInput, TradeOrder, TradeOrderEvent> = ({ reason }, order, { now, actor }) => {
  requireTradeAction('cancel', order.status, actor);
  const side = isBuyerOf(actor, order) ? 'BUYER' : 'SUPPLIER';
  if (!actor.roles.includes('exporter')) requireBuyer(actor, order);
  if (order.paidAmount !== '0') throw refusal('TA-R16', { en: 'part of the money is in already', zh: '订单已收到部分款项，不能取消' }, { code: 'partly-paid' });
  return [{ type: 'TradeOrderCancelled', data: { orderNo: order.orderNo, side, reason, cancelledAt: now.toISOString() } }];
};
