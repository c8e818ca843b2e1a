import { Command, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import { type OrderContentInput } from './content-input.js';
import { checkContent } from './content.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

/** Edits a returned order, with all of its content (修改订单, 9710-R23). */
export class ModifyOrder extends Command<OrderContentInput> {}

export const modifyOrder: Decide<OrderContentInput, CustomsOrder, CustomsOrderEvent> = (input, order, { actor }) => {
  requireAction('modify', order, actor);
  return [{ type: 'OrderModified', data: { orderNo: order.orderNo, ...checkContent(input, order.batch) } }];
};
