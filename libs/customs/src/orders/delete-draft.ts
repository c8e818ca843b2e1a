import { Command, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrder } from './order.js';

/** Deletes a draft (9710-R35). */
export class DeleteDraft extends Command<NoPayload> {}

export const deleteDraft: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { actor }) => {
  requireAction('delete-draft', order, actor);
  return [{ type: 'DraftDeleted', data: { orderNo: order.orderNo } }];
};
