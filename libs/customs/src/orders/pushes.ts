import { v5 as uuidV5 } from 'uuid';
import { refusal, secondsUntil } from '#event-sourcing';
import type { CustomsOrderEvent, OrderSubmitted, TransmissionRequested } from './events.js';
import { PUSH_COOLDOWN_SECONDS } from './limits.js';
import { currentPush, type CustomsOrder } from './order.js';
import type { AppType, CustomsOrderMessage } from './values.js';

/** Namespace of the guids that are derived from order number and attempt (a random UUID, fixed for ever). */
const GUID_NAMESPACE = '0c1b4a1e-6d53-4a55-9a0e-8a4f2f6f9b64';

/** CEB guids are 36 characters in upper case; derived, so that carrying out an attempt again sends the same message. */
const guid = (orderNo: string, attempt: number, of: 'message' | 'order'): string => uuidV5(`${orderNo}/${attempt}/${of}`, GUID_NAMESPACE).toUpperCase();

/** The envelope id of a push: a CEB900 names nothing else, so the order can be read from it. */
const copMsgIdOf = (orderNo: string, attempt: number, messageGuid: string): string => `${orderNo}.${attempt}.${messageGuid}`;

/** The order number in an envelope id of ours; undefined for anybody else's. */
export const orderNoOfCopMsgId = (copMsgId: string): string | undefined => /^(\d{6}-\d{5})\.\d+\.[0-9A-F-]{36}$/.exec(copMsgId)?.[1];

const messageOf = ({ content, totals, profile }: OrderSubmitted): CustomsOrderMessage => ({
  ebcCode: content.ebcCode,
  ebcName: profile.companyName,
  channel: profile.channel,
  currency: content.currency,
  goodsValue: totals.amount,
  freight: content.freight ?? '0',
  insurance: content.insurance ?? '0',
  miscFee: content.miscFee ?? '0',
  lines: content.lines,
});

/** New for an order that customs does not hold, change for one it holds, deletion for a cancelled one (9710-C9). */
const appTypeFor = ({ status, heldByCustoms }: CustomsOrder): AppType => {
  if (status === 'CANCELLED') return 3;
  return heldByCustoms ? 2 : 1;
};

/** Refuses with the seconds left if customs was sent something about the order less than ten minutes ago (9710-R20, 9710-C18). */
const requireCooledDown = ({ lastAttemptAt }: CustomsOrder, now: Date): void => {
  if (lastAttemptAt === undefined) return;
  const retryAfterSeconds = secondsUntil(now, new Date(lastAttemptAt), PUSH_COOLDOWN_SECONDS);
  if (retryAfterSeconds === 0) return;
  throw refusal(
    '9710-R20',
    { en: `too early to send again: wait another ${retryAfterSeconds} s`, zh: `距上次发送不足 10 分钟，请在 ${retryAfterSeconds} 秒后重试` },
    { kind: 'too-early', retryAfterSeconds },
  );
};

/** What the next push tells customs, and of which submission: a deletion repeats what customs was last told. */
const toldBy = (order: CustomsOrder, submitted: OrderSubmitted, appType: AppType): Pick<TransmissionRequested, 'submission' | 'message'> => {
  const { lastMessage } = order;
  const last = currentPush(order);
  if (appType === 3 && lastMessage && last) return { submission: last.submission, message: lastMessage };
  return { submission: submitted.submission, message: messageOf(submitted) };
};

/** The next push of an order; none if it was never submitted. Throws `Refusal` within the cool-down. */
export const requestPush = (order: CustomsOrder, now: Date): readonly CustomsOrderEvent[] => {
  const { orderNo, submitted } = order;
  if (submitted === undefined) return [];
  requireCooledDown(order, now);
  const attempt = order.pushes.length + 1;
  const appType = appTypeFor(order);
  const messageGuid = guid(orderNo, attempt, 'message');
  const data = {
    orderNo,
    attempt,
    appType,
    messageGuid,
    orderGuid: guid(orderNo, attempt, 'order'),
    copMsgId: copMsgIdOf(orderNo, attempt, messageGuid),
    requestedAt: now.toISOString(),
    ...toldBy(order, submitted, appType),
  };
  return [{ type: 'TransmissionRequested', data }];
};
