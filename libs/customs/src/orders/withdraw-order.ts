import { Command, refusal, type Decide } from '#event-sourcing';
import { requireSystem } from './actions.js';
import { cancelled } from './cancel-order.js';
import type { CustomsOrderEvent } from './events.js';
import { ORDER_STATUS_LABELS } from './labels.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrder } from './order.js';

const REASON = '删除发货批次';

/** Takes the order of a shipment batch out of the way when the batch is deleted: its draft is deleted, a returned order is cancelled. For the system itself. */
export class WithdrawOrder extends Command<NoPayload> {}

/** Refused once the order is on its way to customs (9710-C11). */
export const withdrawOrder: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  requireSystem(actor);
  const { orderNo, status } = order;
  if (status === 'DRAFT') return [{ type: 'DraftDeleted', data: { orderNo } }];
  if (status === 'TO_MODIFY') return [cancelled(order, REASON, now)];
  if (status === 'CANCELLED' || status === 'DELETED') return [];
  const label = ORDER_STATUS_LABELS[status];
  throw refusal('9710-C11', { en: `the batch's 9710 order is ${label.en}`, zh: `该批次的 9710 订单状态为“${label.zh}”` }, { code: 'action-not-allowed', facts: { status, exportOrderNo: orderNo } });
};
