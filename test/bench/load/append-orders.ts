import { EventLog } from '#event-sourcing';
import { orderHistory, type Mix } from './order-events.js';

export interface OrdersToAppend {
  readonly eventStoreUrl: string;
  readonly company: string;
  readonly mix: Mix;
  /** Number of the first order. */
  readonly from: number;
  /** Stops after the order with which one of these is reached. */
  readonly until: { readonly orders?: number; readonly events?: number };
}

export interface AppendedOrders {
  readonly orders: number;
  readonly events: number;
  /** Log position of the last event. */
  readonly position: number;
}

const IN_FLIGHT = 64;

/** Writes whole order histories into the log, each in one append. */
export const appendOrders = async ({ eventStoreUrl, company, mix, from, until }: OrdersToAppend): Promise<AppendedOrders> => {
  const log = EventLog.connect(eventStoreUrl, { callTimeoutMs: 30_000 });
  const maxOrders = until.orders ?? Number.POSITIVE_INFINITY;
  const maxEvents = until.events ?? Number.POSITIVE_INFINITY;
  const appended = { orders: 0, events: 0, position: -1 };
  const writer = async (): Promise<void> => {
    while (appended.orders < maxOrders && appended.events < maxEvents) {
      const { stream, events } = orderHistory(from + appended.orders, company, mix);
      appended.orders += 1;
      appended.events += events.length;
      const { position } = await log.append(stream, undefined, events);
      appended.position = Math.max(appended.position, position);
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
    return appended;
  } finally {
    await log.close();
  }
};
