import type { CustomsOrderEvent, SendFailed } from './events.js';
import { PUSH_COOLDOWN_SECONDS, after } from './limits.js';
import type { CustomsOrder, Push } from './order.js';

/** That a push failed, and from when on it can be sent again (9710-R18, 9710-R20); a failed deletion is a fact of its own. */
export const pushFailed = (
  { orderNo, lastAttemptAt }: CustomsOrder,
  { attempt, appType, requestedAt }: Push,
  failure: Pick<SendFailed, 'reason' | 'code' | 'source' | 'failedAt' | 'receiptId'>,
): CustomsOrderEvent => {
  const last = lastAttemptAt ?? requestedAt;
  const data = { orderNo, attempt, ...failure, lastAttemptAt: last, resendFrom: after(last, PUSH_COOLDOWN_SECONDS).toISOString() };
  return appType === 3 ? { type: 'CustomsDeletionFailed', data } : { type: 'SendFailed', data: { ...data, appType } };
};
