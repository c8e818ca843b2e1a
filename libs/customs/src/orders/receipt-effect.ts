import { after } from './limits.js';
import { currentPush, type CustomsOrder, type Push } from './order.js';
import type { CustomsReceipt, ReceiptEffect, ReceiptVerdict } from './values.js';

/** Order error codes (CEB 202205, table 7-2) that say whether customs holds the order. */
const HELD_ALREADY: ReadonlySet<string> = new Set(['-301010']);
const NOT_HELD: ReadonlySet<string> = new Set(['-301003', '-301004', '-301005', '-301009']);

/** Customs' clock is not ours (9710-C3). Pushes are ten minutes apart, so half of that tells which push an answer cannot be about. */
const CLOCK_TOLERANCE_SECONDS = 300;

/**
 * The push that a receipt answers: the one whose guid or envelope id it names; of those that name neither, the newest one made before the answer.
 * Undefined if nothing was ever pushed.
 */
export const answeredPush = ({ pushes }: CustomsOrder, { guid, copMsgId, returnTime }: CustomsReceipt): Push | undefined => {
  const latest = after(returnTime, CLOCK_TOLERANCE_SECONDS);
  return (
    pushes.find((push) => push.orderGuid === guid || push.copMsgId === copMsgId) ??
    pushes.findLast((push) => new Date(push.requestedAt) <= latest) ??
    pushes[0]
  );
};

/** Nothing to delete is as good as deleted. */
const verdictOn = ({ appType }: Push, { verdict, returnStatus }: CustomsReceipt): ReceiptVerdict =>
  appType === 3 && NOT_HELD.has(returnStatus) ? 'succeeded' : verdict;

/** Whether the order still waits for, or can still be changed by, an answer to the push. */
const isOpen = ({ status, declaration, submitted }: CustomsOrder, { appType, submission }: Push): boolean => {
  if (appType === 3) return status === 'CANCELLED';
  const awaited = status === 'SENDING' || (status === 'TO_DECLARE' && declaration === 'NOT_UPLOADED');
  return awaited && submission === submitted?.submission;
};

/** What becomes of a receipt; see `ReceiptEffect`. A failure after a success, customs returning what it had taken, counts until a declaration is uploaded. */
export const effectOf = (order: CustomsOrder, push: Push, receipt: CustomsReceipt): ReceiptEffect => {
  if (order.receiptIds.includes(receipt.receiptId)) return 'repeated';
  if (push.lastReturnTime !== undefined && receipt.returnTime < push.lastReturnTime) return 'stale';
  if (!isOpen(order, push)) return 'late';
  const isCurrent = currentPush(order)?.attempt === push.attempt;
  switch (verdictOn(push, receipt)) {
    case 'processing':
      return isCurrent && order.transmission === 'PROCESSING' ? 'progress' : 'no-change';
    case 'succeeded':
      return order.transmission === 'SUCCEEDED' ? 'no-change' : 'succeeded';
    case 'failed':
      return isCurrent && order.transmission !== 'FAILED' ? 'failed' : 'no-change';
  }
};

const overtaken = ({ pushes }: CustomsOrder, { attempt }: Push, { returnTime }: CustomsReceipt): boolean =>
  pushes.some((later) => later.attempt > attempt && later.lastReturnTime !== undefined && later.lastReturnTime > returnTime);

/** Whether customs holds the order, as far as known after the receipt: it decides between new, change and deletion (9710-C9). */
export const heldAfter = (order: CustomsOrder, push: Push, receipt: CustomsReceipt, effect: ReceiptEffect): boolean => {
  const known = order.heldByCustoms;
  if (effect === 'repeated' || effect === 'stale' || (effect !== 'succeeded' && overtaken(order, push, receipt))) return known;
  const verdict = verdictOn(push, receipt);
  if (verdict === 'succeeded') return push.appType !== 3;
  if (verdict === 'failed' && HELD_ALREADY.has(receipt.returnStatus)) return true;
  return verdict === 'failed' && push.appType === 2 && NOT_HELD.has(receipt.returnStatus) ? false : known;
};
