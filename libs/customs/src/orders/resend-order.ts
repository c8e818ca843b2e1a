import { Command, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import { requestPush } from './pushes.js';

/**
 * Sends what failed to customs again, unedited, at the earliest ten minutes after the last push (重新发送订单, 9710-R18, 9710-R19, 9710-R20). The failed
 * deletion of a cancelled order is sent again in the same way.
 */
export class ResendOrder extends Command<NoPayload> {}

export const resendOrder: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  requireAction('resend', order, actor);
  return requestPush(order, now);
};
