import { Command, refusal, secondsUntil, type Decide } from '#event-sourcing';
import { requireAction } from './actions.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrderEvent } from './events.js';
import { STUCK_AFTER_SECONDS } from './limits.js';
import { currentPush, type CustomsOrder } from './order.js';

/** Hands an order whose transmission takes more than an hour to technical staff; an order has one case, whoever opens it (9710-R21). */
export class OpenSupportCase extends Command<NoPayload> {}

/** Does nothing if there is a case already. The deadline that finds the transmission over, or a newer one under way, does nothing either. */
export const openSupportCase: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  const { orderNo, supportCaseNo, transmission } = order;
  const byDeadline = actor.roles.includes('system');
  if (supportCaseNo !== undefined || (byDeadline && transmission !== 'PROCESSING')) return [];
  requireAction('open-support-case', order, actor);
  const push = currentPush(order);
  if (push === undefined) return [];
  const since = new Date(push.requestedAt);
  if (now.getTime() - since.getTime() <= STUCK_AFTER_SECONDS * 1000) {
    if (byDeadline) return [];
    const retryAfterSeconds = Math.max(1, secondsUntil(now, since, STUCK_AFTER_SECONDS));
    const text = { en: 'technical support steps in after one hour of sending', zh: '发送超过 1 小时后才可提交技术处理' };
    throw refusal('9710-R21', text, { kind: 'too-early', retryAfterSeconds });
  }
  const openedBy = byDeadline ? 'deadline' : 'exporter';
  const data = { orderNo, caseNo: `SC-${orderNo}`, openedBy, openedAt: now.toISOString(), attempt: push.attempt, sendingSince: push.requestedAt } as const;
  return [{ type: 'SupportCaseOpened', data }];
};
