import { Command, type Decide } from '#event-sourcing';
import { Flag, Nested, UploadedFileInput, type UploadedFile } from '#platform';
import { requireTradeAction } from '../orders/actions.js';
import { isBuyerOf, requireBuyer } from '../orders/buyer-access.js';
import type { TradeOrderEvent } from '../orders/events.js';
import type { TradeOrder } from '../orders/order.js';

export class AttachContractInput {
  @Nested(() => UploadedFileInput, { context: { rule: 'TA-R5' } })
  file!: UploadedFileInput;

  /** Whether there was text to search; none of it names a collection account (TA-R6). */
  @Flag({ context: { rule: 'TA-R6' } })
  searched!: boolean;
}

/** Buyer or seller attach the offline contract (TA-R5). */
export class AttachContract extends Command<AttachContractInput> {}

/** The same file again changes nothing. */
export const attachContract: Decide<AttachContractInput, TradeOrder, TradeOrderEvent> = ({ file, searched }, order, { now, actor }) => {
  requireTradeAction('attach-contract', order, actor);
  const side = isBuyerOf(actor, order) ? 'BUYER' : 'SUPPLIER';
  if (!actor.roles.includes('exporter')) requireBuyer(actor, order);
  if (order.contracts.some((contract) => contract.side === side && contract.file.fileId === file.fileId)) return [];
  return [{ type: 'ContractAttached', data: { orderNo: order.orderNo, side, file: file as UploadedFile, searched, attachedAt: now.toISOString() } }];
};
