import { Command, type Decide } from '#event-sourcing';
import { MultilineText } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class ReturnOrderInput {
  @MultilineText(1, 500, { context: { rule: '9710-R22' } })
  reason!: string;
}

/** The reviewer returns an order to the exporter, who modifies or cancels it (退单, 9710-R23). */
export class ReturnOrder extends Command<ReturnOrderInput> {}

export const returnOrder: Decide<ReturnOrderInput, CustomsOrder, CustomsOrderEvent> = ({ reason }, order, { actor }) => {
  requireAction('return', order, actor);
  return [{ type: 'OrderReturned', data: { orderNo: order.orderNo, reason } }];
};
