/** Where a trade order stands (TA-A2.3). */
export const TRADE_ORDER_STATUSES = [
  'DRAFT',
  'AWAITING_BUYER',
  'AWAITING_PAYMENT',
  'AWAITING_SHIPMENT',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DISPUTED',
  'COMPLETED',
  'CANCELLED',
] as const;
export type TradeOrderStatus = (typeof TRADE_ORDER_STATUSES)[number];

/** 保障: none, until before shipment, until after receipt (TA-R8…R10). */
export const PROTECTIONS = ['NONE', 'UNTIL_SHIPMENT', 'UNTIL_RECEIPT'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** Through what an order is exported (TA-C1). */
export const EXPORT_CHANNELS = ['AGENT', 'SELF_9710', 'SELF_0110'] as const;
export type ExportChannel = (typeof EXPORT_CHANNELS)[number];

/** 运输方式 (TA-R25, TA-C5). */
export const TRANSPORT_MODES = ['air', 'land', 'sea', 'express', 'rail', 'multimodal'] as const;
export type TransportMode = (typeof TRANSPORT_MODES)[number];

/** A goods line; `total` is quantity times unit price. */
export interface OrderedGoods {
  /** 1, 2, 3 … in the order given. */
  readonly lineNo: number;
  readonly name: string;
  readonly qty: string;
  /** The seller's unit, e.g. `pieces`. */
  readonly unit: string;
  readonly unitPrice: string;
  readonly total: string;
}

/** How an order is drafted (TA-R3). */
export const DRAFTING_MODES = ['ONLINE', 'ATTACHMENT'] as const;
export type DraftingMode = (typeof DRAFTING_MODES)[number];

/** Whether the buyer's address is a user's (TA-R4). */
export type BuyerRegistration = 'REGISTERED' | 'UNREGISTERED';

/** The two parties to an order. */
export type Side = 'SUPPLIER' | 'BUYER';

/** How a buyer pays (TA-R15). */
export const PAYMENT_METHODS = ['e-checking', 'credit-card', 'tt'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
