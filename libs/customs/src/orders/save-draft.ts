import { Command, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import { type OrderContentInput } from './content-input.js';
import { checkContent } from './content.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

/** Saves a draft again, with all of its content (保存草稿, 9710-R13, 9710-R49). */
export class SaveDraft extends Command<OrderContentInput> {}

export const saveDraft: Decide<OrderContentInput, CustomsOrder, CustomsOrderEvent> = (input, order, { actor }) => {
  requireAction('save-draft', order, actor);
  return [{ type: 'DraftSaved', data: { orderNo: order.orderNo, ...checkContent(input, order.batch) } }];
};
