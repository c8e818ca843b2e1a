import { Command, type Decide } from '#event-sourcing';
import { MultilineText, Optional } from '#platform';
import { requireAction } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

/** The reason when the exporter returns his order himself and gives none (9710-R22). */
const DEFAULT_REASON = '退回修改';

export class ReturnForModificationInput {
  @Optional()
  @MultilineText(1, 500, { context: { rule: '9710-R22' } })
  reason?: string;
}

/** The exporter takes an order back to edit it: 退回修改 and 返回修改 are the same (9710-C6). */
export class ReturnForModification extends Command<ReturnForModificationInput> {}

export const returnForModification: Decide<ReturnForModificationInput, CustomsOrder, CustomsOrderEvent> = ({ reason }, order, { actor }) => {
  requireAction('return-for-modification', order, actor);
  return [{ type: 'OrderReturnedForModification', data: { orderNo: order.orderNo, reason: reason ?? DEFAULT_REASON } }];
};
