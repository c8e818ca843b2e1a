import { Command, type Decide } from '#event-sourcing';
import { MultilineText, Optional, WholeNumber } from '#platform';
import { requireTradeAction } from './actions.js';
import { requireBuyer } from './buyer-access.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';

export class LeaveReviewInput {
  @WholeNumber(1, 5, { context: { rule: 'TA-R23' } })
  stars!: number;

  @Optional()
  @MultilineText(1, 2000, { context: { rule: 'TA-R23' } })
  text?: string;
}

/** The buyer leaves a review (评价), if they like, once (TA-R23). */
export class LeaveReview extends Command<LeaveReviewInput> {}

export const leaveReview: Decide<LeaveReviewInput, TradeOrder, TradeOrderEvent> = ({ stars, text }, order, { now, actor }) => {
  requireTradeAction('review', order, actor);
  requireBuyer(actor, order);
  return [{ type: 'ReviewLeft', data: { orderNo: order.orderNo, stars, ...(text !== undefined && { text }), leftAt: now.toISOString() } }];
};
