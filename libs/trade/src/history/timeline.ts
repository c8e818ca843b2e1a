import { logProjection, type Bilingual, type Recorded } from '#event-sourcing';
import type { TradeOrderEvent } from '../orders/events.js';
import { tradeOrder } from '../orders/order.js';
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
}

const entry = (event: Recorded<TradeOrderEvent>): TradeTimelineRow => ({
  orderNo: event.data.orderNo,
  revision: event.revision,
  at: event.metadata.occurredAt,
  type: event.type,
  text: orderText(event),
  actor: event.metadata.actor,
  batchNo: 'batchNo' in event.data ? event.data.batchNo : null,
});

/** The timeline of a trade order: one entry for each of its events, its batches' too, never changed. */
export const tradeTimeline = logProjection<TradeTimelineRow, TradeOrderEvent>({
  name: 'trade-timeline',
  version: 1,
  categories: [tradeOrder.category],
  key: ({ data }) => data.orderNo,
  rows: (event) => [entry(event)],
  indexes: [{ fields: { orderNo: 1, revision: 1, _id: 1 } }],
});
