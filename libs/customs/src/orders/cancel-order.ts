import { Command, type Decide } from '#event-sourcing';
import { MultilineText, Optional } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import { earliestPush, type CustomsOrder } from './order.js';

const DEFAULT_REASON = '取消订单';

export class CancelOrderInput {
  @Optional()
  @MultilineText(1, 500, { context: { rule: '9710-R23' } })
  reason?: string;
}

/** The order is cancelled; if customs holds it, a deletion is sent as early as may be (9710-C9, 9710-C18). */
export const cancelled = (order: CustomsOrder, reason: string, now: Date): CustomsOrderEvent => {
  const { orderNo, heldByCustoms } = order;
  const deletion = heldByCustoms && { transmitAt: earliestPush(order, now).toISOString() };
  return { type: 'OrderCancelled', data: { orderNo, reason, heldByCustoms, ...deletion } };
};

/** The exporter cancels a returned order (取消订单); what customs holds of it is deleted there (9710-R23, 9710-C9). */
export class CancelOrder extends Command<CancelOrderInput> {}

export const cancelOrder: Decide<CancelOrderInput, CustomsOrder, CustomsOrderEvent> = ({ reason = DEFAULT_REASON }, order, { now, actor }) => {
  requireAction('cancel', order, actor);
  return [cancelled(order, reason, now)];
};
