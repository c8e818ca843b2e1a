import { Command, type Decide } from '#event-sourcing';
import { requireTradeAction } from './actions.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';

/** Has the buyer's information matched (匹配買家信息): a step of its own before submitting (TA-R4). */
export class MatchBuyer extends Command {}

/** Whether somebody with the order's address is registered. */
export interface WithBuyer {
  readonly isRegistered: boolean;
}

/** Both answers let the order be submitted (TA-C8). */
export const matchBuyer: Decide<object, TradeOrder, TradeOrderEvent, WithBuyer> = (_, order, { now, actor, isRegistered }) => {
  requireTradeAction('match-buyer', order, actor);
  const { orderNo, buyerEmail, buyer } = order;
  const registration = isRegistered ? 'REGISTERED' : 'UNREGISTERED';
  return buyer?.registration === registration ? [] : [{ type: 'BuyerMatched', data: { orderNo, buyerEmail, registration, matchedAt: now.toISOString() } }];
};
