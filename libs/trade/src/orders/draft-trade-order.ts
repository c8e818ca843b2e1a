import { Command, refusal, type Decide } from '#event-sourcing';
import { OneOf, Optional } from '#platform';
import type { AssuranceService } from '../service/assurance-service.js';
import { requireTradeAction } from './actions.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';
import { checkedTerms, OrderTermsInput } from './order-terms.js';
import { DRAFTING_MODES, type DraftingMode } from './values.js';

export class DraftTradeOrderInput extends OrderTermsInput {
  /** `ATTACHMENT`: from a contract that is attached before submitting; `ONLINE` if left out. */
  @Optional()
  @OneOf(DRAFTING_MODES, { context: { rule: 'TA-R3' } })
  mode?: DraftingMode;
}

/** Drafts an order online or from a contract that is attached (起草信保订单, TA-R3). */
export class DraftTradeOrder extends Command<DraftTradeOrderInput> {}

/** The supplier's assurance service. */
export interface WithService {
  readonly service: AssuranceService;
}

export const draftTradeOrder: Decide<DraftTradeOrderInput, TradeOrder, TradeOrderEvent, WithService> = ({ mode = 'ONLINE', ...input }, order, { id, now, actor, service }) => {
  requireTradeAction('revise', order, actor);
  if (service.status !== 'OPENED') {
    throw refusal('TA-R29', { en: 'the supplier has not opened the assurance service', zh: '卖家尚未开通信用保障服务' }, { code: 'service-not-opened' });
  }
  return [{ type: 'TradeOrderDrafted', data: { orderNo: id, mode, ...checkedTerms(input, mode), draftedAt: now.toISOString() } }];
};

/** Saves other terms of a draft. */
export class ReviseTradeOrder extends Command<OrderTermsInput> {}

export const reviseTradeOrder: Decide<OrderTermsInput, TradeOrder, TradeOrderEvent> = (input, order, { actor }) => {
  requireTradeAction('revise', order, actor);
  const { orderNo, mode = 'ONLINE' } = order;
  return [{ type: 'TradeOrderRevised', data: { orderNo, ...checkedTerms(input, mode) } }];
};
