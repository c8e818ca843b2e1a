import type { TradeOrder } from './order.js';
import type { Protection, TradeOrderStatus } from './values.js';

/** The statuses in which an order of each level is protected: from its submission until shipping (TA-R9) or receipt (TA-R10). Just as long it occupies the credit line. */
const PROTECTED: Readonly<Record<Protection, ReadonlySet<TradeOrderStatus>>> = {
  NONE: new Set(),
  UNTIL_SHIPMENT: new Set(['AWAITING_BUYER', 'AWAITING_PAYMENT', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPED']),
  UNTIL_RECEIPT: new Set(['AWAITING_BUYER', 'AWAITING_PAYMENT', 'AWAITING_SHIPMENT', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DISPUTED']),
};

/** Whether the order is protected now (TA-R8…R10). */
export const isProtected = ({ protection, status }: Pick<TradeOrder, 'protection' | 'status'>): boolean => PROTECTED[protection].has(status);
