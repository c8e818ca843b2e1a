import { Command, type Decide } from '#event-sourcing';
import { requireSystem } from '../system-only.js';
import type { BatchEvent } from './batch-events.js';
import type { ShippingOrder } from './shipping-order.js';

interface LinkExportOrderPayload {
  readonly batchNo: number;
  readonly requestId: string;
  readonly exportOrderNo: string;
}

/** Records the 9710 order that customs has drafted for a batch (TA-R17, TA-R19). For the system itself. */
export class LinkExportOrder extends Command<LinkExportOrderPayload> {}

/** Nothing to link if the batch has gone on without that request. */
export const linkExportOrder: Decide<LinkExportOrderPayload, ShippingOrder, BatchEvent> = ({ batchNo, requestId, exportOrderNo }, { orderNo, batches }, { actor }) => {
  requireSystem('TA-R17', actor);
  const chosen = batches.list.find((batch) => batch.batchNo === batchNo)?.export;
  const isAsked = chosen?.way === '9710-service' && chosen.requestId === requestId && chosen.status !== 'LINKED';
  return isAsked ? [{ type: 'ExportOrderLinked', data: { orderNo, batchNo, requestId, exportOrderNo } }] : [];
};
