import { Command, NotFound, type Decide } from '#event-sourcing';
import { InstantString, MultilineText, OneOf, Optional, Text } from '#platform';
import { requireSystem } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import { pushFailed } from './failures.js';
import { earliestPush, type CustomsOrder, type Push } from './order.js';
import { answeredPush, effectOf, heldAfter } from './receipt-effect.js';
import { RECEIPT_VERDICTS, type CustomsReceipt, type Instant, type ReceiptEffect, type ReceiptVerdict } from './values.js';

/** A receipt as the gateway read and classified it. */
export class RecordReceiptInput {
  @Text(1, 200, { context: { rule: '9710-C3' } })
  receiptId!: string;

  @OneOf(['CEB304', 'CEB900'])
  messageType!: 'CEB304' | 'CEB900';

  @OneOf(RECEIPT_VERDICTS)
  verdict!: ReceiptVerdict;

  @Text(1, 10)
  returnStatus!: string;

  @Optional()
  @MultilineText(0, 5000)
  returnInfo?: string;

  /** Customs' own time; the time of arrival counts for a receipt without one. */
  @Optional()
  @InstantString()
  returnTime?: string;

  @Optional()
  @Text(1, 36)
  guid?: string;

  @Optional()
  @Text(1, 255)
  copMsgId?: string;
}

/** A receipt came for an order: every one is recorded, repeated and late ones too, and the one that decides the transmission takes effect. */
export class RecordReceipt extends Command<RecordReceiptInput> {}

/** Customs' time to the second, as it is printed (9710-R16). */
const toTheSecond = (instant: Instant): Instant => new Date(Math.floor(Date.parse(instant) / 1000) * 1000).toISOString();

const succeeded = ({ orderNo }: CustomsOrder, { attempt, appType }: Push, { receiptId, returnTime }: CustomsReceipt): CustomsOrderEvent =>
  appType === 3
    ? { type: 'CustomsDeletionConfirmed', data: { orderNo, attempt, deletedAt: toTheSecond(returnTime), receiptId } }
    : { type: 'CustomsOrderSent', data: { orderNo, attempt, appType, crossBorderOrderNo: orderNo, sentAt: toTheSecond(returnTime), receiptId } };

const failed = (order: CustomsOrder, push: Push, { receiptId, returnStatus, returnInfo }: CustomsReceipt, now: Date): CustomsOrderEvent =>
  pushFailed(order, push, { reason: returnInfo || returnStatus, code: returnStatus, source: 'customs', failedAt: now.toISOString(), receiptId });

const consequences = (effect: ReceiptEffect, order: CustomsOrder, push: Push, receipt: CustomsReceipt, now: Date): readonly CustomsOrderEvent[] => {
  if (effect === 'succeeded') return [succeeded(order, push, receipt)];
  return effect === 'failed' ? [failed(order, push, receipt, now)] : [];
};

/** A cancelled order of which customs held nothing, as far as known, turns out to be held (9710-C9). */
const becameDeletable = (order: CustomsOrder, held: boolean): boolean => order.status === 'CANCELLED' && !order.heldByCustoms && held;

/** Throws `NotFound` if nothing about the order was ever sent to customs: then the receipt is not about it. */
export const recordReceipt: Decide<RecordReceiptInput, CustomsOrder, CustomsOrderEvent> = (input, order, { now, actor, id }) => {
  requireSystem(actor);
  const receipt: CustomsReceipt = { ...input, returnTime: input.returnTime === undefined ? now.toISOString() : new Date(input.returnTime).toISOString() };
  const push = answeredPush(order, receipt);
  if (push === undefined) throw new NotFound('transmission', id);
  const effect = effectOf(order, push, receipt);
  const heldByCustoms = heldAfter(order, push, receipt, effect);
  const { attempt, appType } = push;
  const due = becameDeletable(order, heldByCustoms) && { deletionDueAt: earliestPush(order, now).toISOString() };
  const data = { orderNo: order.orderNo, ...receipt, attempt, appType, receivedAt: now.toISOString(), effect, heldByCustoms, ...due };
  return [{ type: 'ReceiptRecorded', data }, ...consequences(effect, order, push, receipt, now)];
};
