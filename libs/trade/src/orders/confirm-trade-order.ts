import { Command, type Decide } from '#event-sourcing';
import { requireTradeAction } from './actions.js';
import { requireBuyer } from './buyer-access.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';

/** The buyer confirms order and contract in one act (TA-R14, TA-C10). */
export class ConfirmTradeOrder extends Command {}

export const confirmTradeOrder: Decide<object, TradeOrder, TradeOrderEvent> = (_, order, { now, actor }) => {
  requireTradeAction('confirm', order, actor);
  requireBuyer(actor, order);
  return [{ type: 'TradeOrderConfirmed', data: { orderNo: order.orderNo, buyerAccount: actor.id, buyerCompanyId: actor.companyId, confirmedAt: now.toISOString() } }];
};
