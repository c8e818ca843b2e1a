import { Command, refusal, type Decide } from '#event-sourcing';
import type { AssuranceService } from '../service/assurance-service.js';
import { requireTradeAction } from './actions.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';
import { checkedTerms, type OrderTermsInput } from './order-terms.js';

/** Drafts an order online (起草信保订单, TA-R3). */
export class DraftTradeOrder extends Command<OrderTermsInput> {}

/** The supplier's assurance service. */
export interface WithService {
  readonly service: AssuranceService;
}

export const draftTradeOrder: Decide<OrderTermsInput, TradeOrder, TradeOrderEvent, WithService> = (input, { status }, { id, now, actor, service }) => {
  requireTradeAction('revise', status, actor);
  if (service.status !== 'OPENED') {
    throw refusal('TA-R29', { en: 'the supplier has not opened the assurance service', zh: '卖家尚未开通信用保障服务' }, { code: 'service-not-opened' });
  }
  return [{ type: 'TradeOrderDrafted', data: { orderNo: id, mode: 'ONLINE', ...checkedTerms(input), draftedAt: now.toISOString() } }];
};

/** Saves other terms of a draft. */
export class ReviseTradeOrder extends Command<OrderTermsInput> {}

export const reviseTradeOrder: Decide<OrderTermsInput, TradeOrder, TradeOrderEvent> = (input, { orderNo, status }, { actor }) => {
  requireTradeAction('revise', status, actor);
  return [{ type: 'TradeOrderRevised', data: { orderNo, ...checkedTerms(input) } }];
};
