import { Command, type Decide } from '#event-sourcing';
import { requireShippingAction } from './actions.js';
import type { BatchEvent } from './batch-events.js';
import type { ShippingOrder } from './shipping-order.js';

/** Begins a shipment batch (新增发货批次), once the latest has export information (9710-R53). An agreed ship date in the past does not matter (9710-R58). */
export class AddBatch extends Command {}

export const addBatch: Decide<object, ShippingOrder, BatchEvent> = (_, order, { actor }) => {
  requireShippingAction('add-batch', order, actor);
  return [{ type: 'BatchAdded', data: { orderNo: order.orderNo, batchNo: order.batches.lastNo + 1 } }];
};
