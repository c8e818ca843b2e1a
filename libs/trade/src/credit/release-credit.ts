import { Command, refusal, type Decide } from '#event-sourcing';
import type { TradeOrder } from '../orders/order.js';
import { reservationOf, type CreditLine, type CreditLineEvent, type CreditReleaseReason } from './credit-line.js';

const released = (companyId: string, orderNo: string, line: CreditLine, reason: CreditReleaseReason, now: Date): readonly CreditLineEvent[] => {
  const held = reservationOf(line, orderNo);
  if (held === undefined) return [];
  return [{ type: 'CreditReleased', data: { companyId, orderNo, amount: held.amount, currency: line.currency ?? '', reason, releasedAt: now.toISOString() } }];
};

interface ReleaseCreditPayload {
  readonly orderNo: string;
  readonly reason: CreditReleaseReason;
}

/** The order occupies the line no longer (TA-R9, TA-R10). For the system itself. */
export class ReleaseCredit extends Command<ReleaseCreditPayload> {}

export const releaseCredit: Decide<ReleaseCreditPayload, CreditLine, CreditLineEvent> = ({ orderNo, reason }, line, { id, actor, now }) => {
  if (!actor.roles.includes('system')) throw refusal('TA-R11', { en: 'credit is released by the system itself', zh: '额度由系统释放' }, { kind: 'forbidden' });
  return released(id, orderNo, line, reason, now);
};

interface ReleaseUnusedPayload {
  readonly orderNo: string;
  /** Which reservation: a newer one is looked at in its own time. */
  readonly reservedAt: string;
}

/** Gives back what was reserved for an order that was not submitted after all: a process ended between the two, or the submission was refused. For the system itself. */
export class ReleaseUnusedCredit extends Command<ReleaseUnusedPayload> {}

/** The order that the reservation is for. */
export interface WithOrder {
  readonly order: TradeOrder;
}

export const releaseUnusedCredit: Decide<ReleaseUnusedPayload, CreditLine, CreditLineEvent, WithOrder> = ({ orderNo, reservedAt }, line, { id, now, actor, order }) => {
  if (!actor.roles.includes('system')) throw refusal('TA-R11', { en: 'credit is released by the system itself', zh: '额度由系统释放' }, { kind: 'forbidden' });
  const isUnused = order.submission === undefined && reservationOf(line, orderNo)?.reservedAt === reservedAt;
  return isUnused ? released(id, orderNo, line, 'NEVER_SUBMITTED', now) : [];
};
