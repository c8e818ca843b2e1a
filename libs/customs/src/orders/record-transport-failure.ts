import { Command, type Decide } from '#event-sourcing';
import { Text, WholeNumber } from '#platform';
import { requireSystem } from './actions.js';
import type { CustomsOrderEvent } from './events.js';
import { pushFailed } from './failures.js';
import { currentPush, type CustomsOrder } from './order.js';

export class RecordTransportFailureInput {
  @WholeNumber(1, 1_000_000)
  attempt!: number;

  @Text(1, 1000)
  reason!: string;
}

/** The channel could not hand over the message of an attempt, however often it tried. */
export class RecordTransportFailure extends Command<RecordTransportFailureInput> {}

/** Does nothing if the attempt is over or customs has answered it: then the message did arrive. */
export const recordTransportFailure: Decide<RecordTransportFailureInput, CustomsOrder, CustomsOrderEvent> = (
  { attempt, reason },
  order,
  { now, actor },
) => {
  requireSystem(actor);
  const push = currentPush(order);
  if (push?.attempt !== attempt || order.transmission !== 'PROCESSING' || push.lastReturnTime !== undefined) return [];
  return [pushFailed(order, push, { reason, source: 'channel', failedAt: now.toISOString() })];
};
