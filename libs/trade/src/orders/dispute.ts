import { Command, type Decide } from '#event-sourcing';
import { MultilineText, OneOf } from '#platform';
import { requireTradeAction } from './actions.js';
import { requireBuyer } from './buyer-access.js';
import type { TradeOrderEvent } from './events.js';
import type { TradeOrder } from './order.js';
import { receiptDeadlineOf } from './receipt-days.js';

export class OpenDisputeInput {
  @MultilineText(1, 2000, { context: { rule: 'TA-R26' } })
  reason!: string;
}

/** The buyer is not satisfied: the clock of the receipt stops (TA-R26). */
export class OpenDispute extends Command<OpenDisputeInput> {}

export const openDispute: Decide<OpenDisputeInput, TradeOrder, TradeOrderEvent> = ({ reason }, order, { now, actor }) => {
  requireTradeAction('open-dispute', order, actor);
  requireBuyer(actor, order);
  return [{ type: 'DisputeOpened', data: { orderNo: order.orderNo, reason, openedAt: now.toISOString() } }];
};

const OUTCOMES = ['RESUMED', 'COMPLETED'] as const;

export class SettleDisputeInput {
  /** `RESUMED`: the clock goes on; `COMPLETED`: receipt is settled as well. */
  @OneOf(OUTCOMES, { context: { rule: 'TA-R26' } })
  outcome!: (typeof OUTCOMES)[number];

  @MultilineText(1, 2000, { context: { rule: 'TA-R26' } })
  note!: string;
}

/** The platform settles the dispute; the time that it stood does not count for the receipt (TA-R26). */
export class SettleDispute extends Command<SettleDisputeInput> {}

export const settleDispute: Decide<SettleDisputeInput, TradeOrder, TradeOrderEvent> = ({ outcome, note }, order, { now, actor }) => {
  requireTradeAction('settle-dispute', order, actor);
  const { orderNo, disputedSince, disputedMs, batches } = order;
  const at = now.toISOString();
  const settled: TradeOrderEvent = { type: 'DisputeSettled', data: { orderNo, outcome, note, settledAt: at } };
  if (outcome === 'COMPLETED') return [settled, { type: 'TradeOrderCompleted', data: { orderNo, by: 'SETTLEMENT', completedAt: at } }];
  const stood = disputedSince === null ? 0 : now.getTime() - Date.parse(disputedSince);
  return [settled, { type: 'ReceiptDeadlineSet', data: { orderNo, ...receiptDeadlineOf(order, batches.shippedAt ?? at, disputedMs + stood) } }];
};
