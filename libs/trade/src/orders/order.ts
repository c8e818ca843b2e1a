import type { Aggregate, Recorded } from '#event-sourcing';
import { evolveBatches, NO_BATCHES, type Batches } from '../shipping/batches.js';
import type { TradeOrderDrafted, TradeOrderEvent } from './events.js';
import type { TradeOrderStatus } from './values.js';

/** A trade-assurance order (信保订单) as decisions need it. Before its first event it has no number. */
export interface TradeOrder extends TradeOrderDrafted {
  readonly status: TradeOrderStatus;
  readonly batches: Batches;
}

const NO_ORDER: TradeOrder = {
  ...{ orderNo: '', buyerEmail: '', lines: [], amount: '0', currency: '', draftedAt: '' },
  ...{ protection: 'NONE', exportChannel: 'SELF_9710', status: 'DRAFT', batches: NO_BATCHES },
};

const evolve = (order: TradeOrder, event: Recorded<TradeOrderEvent>): TradeOrder => {
  switch (event.type) {
    case 'TradeOrderDrafted':
      return { ...order, ...event.data };
    case 'FundsReceived':
      return { ...order, status: 'AWAITING_SHIPMENT' };
    case 'OrderPartiallyShipped':
      return { ...order, status: 'PARTIALLY_SHIPPED', batches: evolveBatches(order.batches, event) };
    case 'OrderShipped':
      return { ...order, status: 'SHIPPED', batches: evolveBatches(order.batches, event) };
    default:
      return { ...order, batches: evolveBatches(order.batches, event) };
  }
};

/** The streams `tradeOrder-<orderNo>`. */
export const tradeOrder: Aggregate<TradeOrder, TradeOrderEvent> = { category: 'tradeOrder', initialState: NO_ORDER, evolve };
