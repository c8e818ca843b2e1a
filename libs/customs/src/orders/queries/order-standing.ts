import type { Recorded } from '#event-sourcing';
import type { CustomsOrderEvent } from '../events.js';
import { customsOrder } from '../order.js';
import type { DeclarationStatus, OrderStatus, TransmissionStatus } from '../values.js';

/** Where an order stands, as documents keep it; `declaration` is null until the transmission has succeeded (9710-R55). */
export interface KeptStanding {
  readonly status: OrderStatus;
  readonly transmission: TransmissionStatus;
  readonly declaration: DeclarationStatus | null;
}

/**
 * Where the order stands after the event. The aggregate's own `evolve` says so, that a list can never show another status than the one
 * decisions are taken on.
 */
export const standingAfter = ({ status, transmission, declaration }: KeptStanding, event: Recorded<CustomsOrderEvent>): KeptStanding => {
  const order = customsOrder.evolve({ ...customsOrder.initialState, status, transmission, ...(declaration && { declaration }) }, event);
  return { status: order.status, transmission: order.transmission, declaration: order.declaration ?? null };
};

/** Where an order stands when it is drafted. */
export const DRAFTED: KeptStanding = { status: 'DRAFT', transmission: 'PENDING', declaration: null };
