import type { EventOf } from '#event-sourcing';
import { BATCH_EVENT_TYPES, type BatchEvent } from '../shipping/batch-events.js';
import type { OrderedGoods, Protection, TransportMode, ExportChannel } from './values.js';
import type { ZonedDay } from '../shipping/ship-date.js';

interface OrderFact {
  readonly orderNo: string;
}

/** The supplier drafted an order (起草信保订单). */
export interface TradeOrderDrafted extends OrderFact {
  readonly buyerEmail: string;
  readonly lines: readonly OrderedGoods[];
  /** Total to be collected, in the order's currency (TA-R7). */
  readonly amount: string;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly protection: Protection;
  readonly exportChannel: ExportChannel;
  readonly transportMode?: TransportMode;
  /** 约定发货 */
  readonly agreedShipDate?: ZonedDay;
  readonly draftedAt: string;
}

/** The money that the order asks for is in (TA-R16). */
export interface FundsReceived extends OrderFact {
  readonly receivedAt: string;
}

/** Every fact of the streams `tradeOrder-<orderNo>`. */
export type TradeOrderEvent = EventOf<{ TradeOrderDrafted: TradeOrderDrafted; FundsReceived: FundsReceived }> | BatchEvent;

/** The types of all facts of a trade order. */
export const TRADE_ORDER_EVENT_TYPES: readonly TradeOrderEvent['type'][] = ['TradeOrderDrafted', 'FundsReceived', ...BATCH_EVENT_TYPES];
