import { Command, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrderEvent } from './events.js';
import { earliestPush, type CustomsOrder } from './order.js';

/** Approves an order under review; its transmission then begins by itself, after a modification not before the cool-down (9710-R17, 9710-C18). */
export class ApproveOrder extends Command<NoPayload> {}

export const approveOrder: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  requireAction('approve', order, actor);
  return [
    { type: 'OrderApproved', data: { orderNo: order.orderNo, approvedAt: now.toISOString(), transmitAt: earliestPush(order, now).toISOString() } },
  ];
};
