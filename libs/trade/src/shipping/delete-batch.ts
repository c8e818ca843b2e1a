import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { requireBatchAction } from './actions.js';
import { requireSystem } from '../system-only.js';
import type { BatchEvent } from './batch-events.js';
import { hasExportInfo } from './batch-standing.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';

/** Deletes a batch (删除本批次) that has no export information, or whose 9710 order is a draft, to be modified or cancelled (9710-C11). */
export class DeleteBatch extends Command<{ readonly batchNo: number }> {}

/** With a 9710 order, customs decides: the order may just have gone on its way. */
export const deleteBatch: Decide<{ readonly batchNo: number }, ShippingOrder, BatchEvent> = ({ batchNo }, order, { actor }) => {
  const { orderNo } = order;
  const batch = batchOf(order, batchNo);
  requireBatchAction('delete-batch', order, batch, actor);
  const { export: chosen } = batch;
  if (chosen?.way === '9710-service' && chosen.exportOrderNo !== undefined && hasExportInfo(batch)) {
    return [{ type: 'BatchDeletionRequested', data: { orderNo, batchNo, exportOrderNo: chosen.exportOrderNo } }];
  }
  return [{ type: 'BatchDeleted', data: { orderNo, batchNo } }];
};

interface RefuseBatchDeletionPayload {
  readonly batchNo: number;
  readonly rule: string;
  readonly reason: Bilingual;
}

/** Records that the batch stays since its 9710 order is on its way to customs. For the system itself. */
export class RefuseBatchDeletion extends Command<RefuseBatchDeletionPayload> {}

export const refuseBatchDeletion: Decide<RefuseBatchDeletionPayload, ShippingOrder, BatchEvent> = ({ batchNo, rule, reason }, { orderNo, batches }, { actor }) => {
  requireSystem('TA-R17', actor);
  const isDeleting = batches.list.some((batch) => batch.batchNo === batchNo && batch.deleting);
  return isDeleting ? [{ type: 'BatchDeletionRefused', data: { orderNo, batchNo, rule, reason } }] : [];
};
