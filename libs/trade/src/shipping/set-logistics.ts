import { Command, type Decide } from '#event-sourcing';
import { Text } from '#platform';
import { requireBatchAction } from './actions.js';
import type { BatchEvent } from './batch-events.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';

export class SetBatchLogisticsInput {
  /** 服务商, e.g. DEPPON. */
  @Text(1, 60, { context: { rule: '9710-R52' } })
  provider!: string;

  /** 物流单号 */
  @Text(1, 64, { context: { rule: '9710-R52' } })
  trackingNo!: string;
}

/** Step 2 of a batch: who carries it, under which number (9710-R1, 9710-R52). */
export class SetBatchLogistics extends Command<SetBatchLogisticsInput & { readonly batchNo: number }> {}

export const setBatchLogistics: Decide<SetBatchLogisticsInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = (
  { batchNo, provider, trackingNo },
  order,
  { actor },
) => {
  requireBatchAction('set-logistics', order, batchOf(order, batchNo), actor);
  return [{ type: 'BatchLogisticsSet', data: { orderNo: order.orderNo, batchNo, provider, trackingNo } }];
};
