import type { Actor, Kept } from '#event-sourcing';
import { amountOf, named, type Amount, type Named } from '#platform';
import { allowedShippingActions, type ShippingAction } from '../../shipping/actions.js';
import { batchItem, type BatchItem } from '../../shipping/queries/desk-item.js';
import type { ZonedDay } from '../../shipping/ship-date.js';
import { releasedAmount } from '../../shipping/shipment-progress.js';
import { allowedTradeActions, type TradeAction } from '../actions.js';
import { EXPORT_CHANNEL_LABELS, ORDER_STATUS_LABELS, PROTECTION_LABELS, TRANSPORT_MODE_LABELS } from '../labels.js';
import type { TradeOrder } from '../order.js';
import { isProtected } from '../protection.js';
import type { OrderRow } from '../order-book.js';
import type { OrderedGoods } from '../values.js';

/** A row of an order list as it is answered. */
export interface OrderItem {
  readonly orderNo: string;
  /** Revision of the order; `"<revision>"` is its ETag. */
  readonly revision: number;
  readonly supplier: { readonly companyId: string };
  readonly buyer: { readonly email: string; readonly name: string | null };
  readonly draftedAt: string;
  readonly status: Named;
  readonly protection: Named;
  /** Whether it is protected now, and occupies the credit line for that (TA-R8…R10). */
  readonly protected: boolean;
  readonly exportChannel: Named;
  readonly transportMode: Named | null;
  readonly amount: Amount;
  /** What customs has released and counts, in the order's currency (TA-R21). */
  readonly released: Amount;
  /** 约定发货, with its zone. */
  readonly agreedShipDate: ZonedDay | null;
  /** 发货时间: the release date that made the order shipped. */
  readonly shippedAt: string | null;
  /** 发货批次 so far. */
  readonly batches: number;
  /** What the caller may do with the order now. */
  readonly actions: readonly (TradeAction | ShippingAction)[];
}

/** An order as its page shows it. */
export interface OrderPage extends Omit<OrderItem, 'batches'> {
  readonly goods: readonly OrderedGoods[];
  /** 匹配买家信息: whether the buyer's address is a user's; null until it was matched (TA-R4). */
  readonly buyerRegistration: TradeOrder['buyer'];
  /** Offline contracts of both sides (TA-R5). */
  readonly contracts: TradeOrder['contracts'];
  /** With the collection account, this order's alone (TA-R6). */
  readonly submission: TradeOrder['submission'] | null;
  readonly confirmation: TradeOrder['confirmation'] | null;
  readonly paid: Amount;
  /** Those that count for the amount and those set aside. */
  readonly payments: TradeOrder['payments'];
  /** When receipt counts as confirmed (TA-R24…R26). */
  readonly receiptDeadline: TradeOrder['receiptDeadline'] | null;
  readonly disputedSince: string | null;
  readonly batches: readonly BatchItem[];
}

/** A kept row as the caller gets it. */
export const orderItem = ({ orderNo, revision, companyId, order, draftedAt, status, protection, exportChannel, transportMode }: Kept<OrderRow>, actor: Actor): OrderItem => ({
  orderNo,
  revision,
  supplier: { companyId },
  buyer: { email: order.buyerEmail, name: order.buyerName ?? null },
  draftedAt,
  status: named(ORDER_STATUS_LABELS, status),
  protection: named(PROTECTION_LABELS, protection),
  protected: isProtected(order),
  exportChannel: named(EXPORT_CHANNEL_LABELS, exportChannel),
  transportMode: transportMode && named(TRANSPORT_MODE_LABELS, transportMode),
  amount: amountOf(order.amount, order.currency),
  released: amountOf(releasedAmount(order.batches), order.currency),
  agreedShipDate: order.agreedShipDate ?? null,
  shippedAt: order.batches.shippedAt ?? null,
  batches: order.batches.list.length,
  actions: [...allowedTradeActions(order, actor), ...allowedShippingActions(order, actor.roles)],
});

/** The page of a kept row. */
export const orderPage = (row: Kept<OrderRow>, actor: Actor): OrderPage => ({
  ...orderItem(row, actor),
  goods: row.order.lines,
  buyerRegistration: row.order.buyer,
  contracts: row.order.contracts,
  submission: row.order.submission ?? null,
  confirmation: row.order.confirmation ?? null,
  paid: amountOf(row.order.paidAmount, row.order.currency),
  payments: row.order.payments,
  receiptDeadline: row.order.receiptDeadline ?? null,
  disputedSince: row.order.disputedSince,
  batches: row.order.batches.list.map((batch) => batchItem(batch, row, actor)),
});
