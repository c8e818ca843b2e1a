import { endOf, type ZonedDay } from '../shipping/ship-date.js';
import type { TradeOrder } from './order.js';
import type { TransportMode } from './values.js';

/** Days from shipping after which receipt counts as confirmed, by transport (TA-R25; express, rail and multimodal: TA-C5). */
export type ReceiptDays = Readonly<Record<TransportMode, number>>;

export const RECEIPT_DAYS: ReceiptDays = { air: 15, land: 30, sea: 45, express: 15, rail: 30, multimodal: 45 };

/** Where orders without an agreed date count their days. */
const DEFAULT_ZONE = 'Asia/Shanghai';

/** Orders without a stated transport wait the longest. */
const DEFAULT_MODE: TransportMode = 'sea';

const DAY_MS = 86_400_000;

const dayOf = (instant: number, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(instant);

/** When receipt counts as confirmed: at the end of day N after shipping, in the order's zone; time in dispute does not count (TA-R26). */
export const receiptDeadlineOf = (order: TradeOrder, shippedAt: string, disputedMs: number): { readonly dueAt: string; readonly days: number; readonly zone: string } => {
  const days = order.submission?.receiptDays ?? RECEIPT_DAYS[order.transportMode ?? DEFAULT_MODE];
  const zone = order.agreedShipDate?.zone ?? DEFAULT_ZONE;
  const counted = dayOf(Date.parse(shippedAt) + disputedMs, zone);
  const last: ZonedDay = { date: new Date(Date.parse(`${counted}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10), zone };
  return { dueAt: endOf(last), days, zone };
};
