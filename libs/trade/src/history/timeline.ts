import { statefulLogProjection, type Bilingual, type Recorded } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import { buyerAfter } from '../orders/order-book.js';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import { orderText } from './order-texts.js';

/** An entry of a trade order's timeline. */
export interface TradeTimelineRow {
  readonly orderNo: string;
  /** Revision of the order's stream; entries of an order are in its order. */
  readonly revision: number;
  readonly at: string;
  /** Type of the event. */
  readonly type: string;
  readonly text: Bilingual;
  readonly actor: string;
  /** The batch that the entry is about; null for entries that are about none. */
  readonly batchNo: number | null;
  /** The address whose owner sees the entry as the order's buyer; null for what came before the order was submitted. */
  readonly buyer: string | null;
}

/** The order so far, and who sees it as its buyer. */
interface Followed {
  readonly order: TradeOrder;
  readonly buyer: string | null;
}

const entry = (event: Recorded<TradeOrderEvent>, buyer: string | null): TradeTimelineRow => ({
  orderNo: event.data.orderNo,
  revision: event.revision,
  at: event.metadata.occurredAt,
  type: event.type,
  text: orderText(event),
  actor: event.metadata.actor,
  batchNo: 'batchNo' in event.data ? event.data.batchNo : null,
  buyer,
});

/** The timeline of a trade order: one entry for each of its events, its batches' too, never changed. */
export const tradeTimeline = statefulLogProjection<TradeTimelineRow, TradeOrderEvent, Followed>({
  name: 'trade-timeline',
  version: 2,
  categories: [tradeOrder.category],
  key: ({ data }) => data.orderNo,
  initialState: { order: tradeOrder.initialState, buyer: null },
  evolve: ({ order: before, buyer }, event) => {
    const order = tradeOrder.evolve(before, event);
    return { order, buyer: buyerAfter(buyer, order) };
  },
  rows: (event, _, { buyer }) => [entry(event, buyer)],
  indexes: [{ fields: { orderNo: 1, revision: 1, _id: 1 } }],
});
