import { Command, type Decide } from '#event-sourcing';
import { requireSystem } from './actions.js';
import type { NoPayload } from './no-payload.js';
import type { CustomsOrderEvent } from './events.js';
import type { CustomsOrder } from './order.js';
import { requestPush } from './pushes.js';

/** The system sends an approved order to customs, or the deletion of a cancelled one that customs holds (9710-R17, 9710-C9). */
export class BeginTransmission extends Command<NoPayload> {}

/** A deletion under way is not begun again, and one that failed is for the exporter to resend. */
const isDeletionDue = ({ status, heldByCustoms, transmission }: CustomsOrder): boolean =>
  status === 'CANCELLED' && heldByCustoms && transmission !== 'PROCESSING' && transmission !== 'FAILED';

/** Does nothing if the transmission has begun already. */
export const beginTransmission: Decide<NoPayload, CustomsOrder, CustomsOrderEvent> = (_, order, { now, actor }) => {
  requireSystem(actor);
  return order.status === 'APPROVED' || isDeletionDue(order) ? requestPush(order, now) : [];
};
