import { Command, useCase, type Aggregate, type AnyUseCase, type Decide, type EventOf } from '#event-sourcing';

/** Why no order was found for a receipt: it names none of ours, or is about a message that we did not send. */
export type UnmatchedReason = 'unknown-order' | 'unknown-message';

/** A receipt came in for an order that is not known here; operations look into it. */
export interface UnmatchedReceiptRecorded {
  readonly receiptId: string;
  readonly reason: UnmatchedReason;
  readonly messageType: 'CEB304' | 'CEB900';
  /** The order number as received. */
  readonly orderNo?: string;
  /** The message id as received. */
  readonly copMsgId?: string;
  readonly ebpCode?: string;
  readonly ebcCode?: string;
  readonly returnStatus: string;
  readonly returnInfo?: string;
  /** Customs' own time, ISO 8601 UTC. */
  readonly returnTime?: string;
  /** ISO 8601 UTC instant of the domain clock. */
  readonly receivedAt: string;
}

/** Every fact of the streams `unmatchedReceipt-<receiptId>`. */
export type UnmatchedReceiptEvent = EventOf<{ UnmatchedReceiptRecorded: UnmatchedReceiptRecorded }>;

type Known = 'new' | 'recorded';

/** A receipt is recorded once, however often it is delivered. */
export const unmatchedReceipt: Aggregate<Known, UnmatchedReceiptEvent> = {
  category: 'unmatchedReceipt',
  initialState: 'new',
  evolve: () => 'recorded',
};

export type UnmatchedReceiptInput = Omit<UnmatchedReceiptRecorded, 'receiptId' | 'receivedAt'>;

/** Records a receipt that belongs to no order; the target is the receipt's id. */
export class RecordUnmatchedReceipt extends Command<UnmatchedReceiptInput> {}

export const recordUnmatchedReceipt: Decide<UnmatchedReceiptInput, Known, UnmatchedReceiptEvent> = (receipt, known, { id, now }) =>
  known === 'new' ? [{ type: 'UnmatchedReceiptRecorded', data: { receiptId: id, ...receipt, receivedAt: now.toISOString() } }] : [];

/** Which command about unmatched receipts is decided by what. */
export const receiptUseCases: readonly AnyUseCase[] = [
  useCase({ command: RecordUnmatchedReceipt, aggregate: unmatchedReceipt, decide: recordUnmatchedReceipt, begins: true }),
];
