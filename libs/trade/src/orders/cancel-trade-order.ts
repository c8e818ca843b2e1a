import { Command, type Decide } from '#event-sourcing';
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
  requireTradeAction('cancel', order, actor);
  const side = isBuyerOf(actor, order) ? 'BUYER' : 'SUPPLIER';
  if (!actor.roles.includes('exporter')) requireBuyer(actor, order);
  return [{ type: 'TradeOrderCancelled', data: { orderNo: order.orderNo, side, reason, cancelledAt: now.toISOString() } }];
};
