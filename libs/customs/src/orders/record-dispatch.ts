import { Command, type Decide } from '#event-sourcing';
import { WholeNumber } from '#platform';
import { requireSystem } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';

export class RecordDispatchInput {
  @WholeNumber(1, 1_000_000)
  attempt!: number;
}

/** The channel has taken over the message of an attempt. Its first receipts may have come before; that it was dispatched is recorded all the same. */
export class RecordDispatch extends Command<RecordDispatchInput> {}

export const recordDispatch: Decide<RecordDispatchInput, CustomsOrder, CustomsOrderEvent> = ({ attempt }, order, { now, actor }) => {
  requireSystem(actor);
  const push = order.pushes.find((candidate) => candidate.attempt === attempt);
  if (push === undefined || push.dispatched) return [];
  return [{ type: 'TransmissionDispatched', data: { orderNo: order.orderNo, attempt, dispatchedAt: now.toISOString() } }];
};
