import { Command, invalid, type Decide } from '#event-sourcing';
import { InstantString, Optional, Text } from '#platform';
import { requireBatchAction } from './actions.js';
import type { BatchEvent } from './batch-events.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';

export class RecordTrackingInput {
  /** When it happened, as the carrier says. */
  @InstantString({ context: { rule: '9710-R1' } })
  at!: string;

  /** What happened, in the carrier's words. */
  @Text(1, 200, { context: { rule: '9710-R1' } })
  status!: string;

  @Optional()
  @Text(1, 100, { context: { rule: '9710-R1' } })
  place?: string;
}

/** The carrier's word of a batch (物流动态). The same word again changes nothing. */
export class RecordTracking extends Command<RecordTrackingInput & { readonly batchNo: number }> {}

export const recordTracking: Decide<RecordTrackingInput & { readonly batchNo: number }, ShippingOrder, BatchEvent> = ({ batchNo, at, status, place }, order, { now, actor }) => {
  const batch = batchOf(order, batchNo);
  requireBatchAction('record-tracking', order, batch, actor);
  if (new Date(at) > now) throw invalid('9710-R1', 'at', { en: 'lies in the future', zh: '不能晚于当前时间' });
  const event = { at: new Date(at).toISOString(), status, ...(place !== undefined && { place }) };
  const isKnown = batch.tracking.some((known) => known.at === event.at && known.status === status && known.place === place);
  return isKnown ? [] : [{ type: 'TrackingRecorded', data: { orderNo: order.orderNo, batchNo, event } }];
};
