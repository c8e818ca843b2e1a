import { Command, type Decide } from '#event-sourcing';
import { requireSystem } from './actions.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import { requestPush } from './pushes.js';

/** The system sends an approved order to customs, or the deletion of a cancelled one that customs holds (9710-R17, 9710-C9). */
export class BeginTransmission extends Command<NoPayload> {}

const isDue = ({ status, heldByCustoms, transmission }: CustomsOrder): boolean =>
  status === 'APPROVED' || (status === 'CANCELLED' && heldByCustoms && transmission === 'PENDING');

/** Does nothing if the transmission has begun already. */
export const beginTransmission: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  requireSystem(actor);
  return isDue(order) ? requestPush(order, now) : [];
};
