import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { requireSystem } from '../system-only.js';
import type { BatchEvent } from './batch-events.js';
import type { ShippingOrder } from './shipping-order.js';

interface RefuseExportServicePayload {
  readonly batchNo: number;
  readonly requestId: string;
  readonly rule: string;
  readonly reason: Bilingual;
}

/** Records that customs will not draft an order for the batch, and why (9710-R30); another way can be chosen. For the system itself. */
export class RefuseExportService extends Command<RefuseExportServicePayload> {}

export const refuseExportService: Decide<RefuseExportServicePayload, ShippingOrder, BatchEvent> = ({ batchNo, requestId, rule, reason }, { orderNo, batches }, { actor }) => {
  requireSystem('TA-R17', actor);
  const chosen = batches.list.find((batch) => batch.batchNo === batchNo)?.export;
  const isAsked = chosen?.way === '9710-service' && chosen.requestId === requestId && chosen.status === 'REQUESTED';
  return isAsked ? [{ type: 'ExportServiceRefused', data: { orderNo, batchNo, requestId, rule, reason } }] : [];
};
