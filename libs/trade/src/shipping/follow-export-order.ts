import type { CustomsOrderStatus } from '#customs';
import { Command, type Decide } from '#event-sourcing';
import { requireSystem } from '../system-only.js';
import type { BatchEvent } from './batch-events.js';
import type { ShippingOrder } from './shipping-order.js';

interface FollowExportOrderPayload {
  readonly batchNo: number;
  readonly exportOrderNo: string;
  readonly status: CustomsOrderStatus;
  /** Revision of the 9710 order; what is older than what the batch knows is no news. */
  readonly revision: number;
}

/** Takes a batch to where its 9710 order stands (9710-R36). For the system itself. */
export class FollowExportOrder extends Command<FollowExportOrderPayload> {}

/** What the new standing means for the batch besides. A batch that is being deleted goes with its order (9710-C11). */
const consequences = (orderNo: string, batchNo: number, exportOrderNo: string, status: CustomsOrderStatus, deleting: boolean): readonly BatchEvent[] => {
  const isGone = status === 'CANCELLED' || status === 'DELETED';
  if (isGone && deleting) return [{ type: 'BatchDeleted', data: { orderNo, batchNo } }];
  if (status === 'CANCELLED') return [{ type: 'BatchPutOnOrdinaryPath', data: { orderNo, batchNo, exportOrderNo } }];
  if (status === 'TO_MODIFY') return [{ type: 'BatchReopened', data: { orderNo, batchNo, exportOrderNo } }];
  return [];
};

export const followExportOrder: Decide<FollowExportOrderPayload, ShippingOrder, BatchEvent> = (
  { batchNo, exportOrderNo, status, revision },
  { orderNo, batches },
  { actor },
) => {
  requireSystem('TA-R17', actor);
  const batch = batches.list.find((candidate) => candidate.batchNo === batchNo);
  const chosen = batch?.export;
  if (batch === undefined || chosen?.way !== '9710-service' || chosen.exportOrderNo !== exportOrderNo) return [];
  if (revision <= (chosen.orderRevision ?? -1) || status === chosen.orderStatus) return [];
  return [{ type: 'ExportOrderFollowed', data: { orderNo, batchNo, exportOrderNo, status, revision } }, ...consequences(orderNo, batchNo, exportOrderNo, status, batch.deleting)];
};
