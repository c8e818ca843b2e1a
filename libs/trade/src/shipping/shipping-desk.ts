import { documentProjection, type Dimensions, type Recorded } from '#event-sourcing';
import { TRADE_ORDER_EVENT_TYPES, type TradeOrderEvent } from '../orders/events.js';
import { tradeOrder, type TradeOrder } from '../orders/order.js';
import type { ShipStatus } from './batch-labels.js';
import { customsRow, type CustomsRowStatus } from './batch-standing.js';
import { endOf, NEVER } from './ship-date.js';

/** A trade order as the shipping desk (发货台) keeps it. */
export interface DeskRow {
  readonly orderNo: string;
  /** Revision of the order's stream that the row reflects. */
  readonly revision: number;
  /** The order as decisions see it, that a desk can never offer what is refused. */
  readonly order: TradeOrder;
  readonly draftedAt: string;
  /** 发货状态; null before the money is in, when there is nothing to ship yet (TA-R16). */
  readonly shipStatus: ShipStatus | null;
  /** The first instant at which shipping is overdue (9710-R58); `NEVER` if no date is agreed or there is nothing to ship. */
  readonly overdueFrom: string;
  readonly exportChannel: string;
  readonly transportMode: string | null;
  /** The standings in the rows 报关 of its batches. */
  readonly customs: readonly CustomsRowStatus[];
  /** What the keyword search looks through, lower-cased. */
  readonly keywords: readonly string[];
}

const SHIP_STATUS: Readonly<Partial<Record<TradeOrder['status'], ShipStatus>>> = { AWAITING_SHIPMENT: 'AWAITING', PARTIALLY_SHIPPED: 'PARTIAL', SHIPPED: 'SHIPPED', DISPUTED: 'SHIPPED', COMPLETED: 'SHIPPED' };

const deskRow = (order: TradeOrder, revision: number): DeskRow => {
  const { orderNo, draftedAt, exportChannel, transportMode, agreedShipDate, batches, buyerEmail, buyerName } = order;
  const shipStatus = SHIP_STATUS[order.status] ?? null;
  const rows = batches.list.map((batch) => customsRow(batch, batches));
  const words = [orderNo, buyerEmail, buyerName, ...batches.list.map(({ logistics }) => logistics?.trackingNo), ...rows.map(({ number }) => number)];
  return {
    ...{ orderNo, revision, order, draftedAt, exportChannel, transportMode: transportMode ?? null },
    shipStatus,
    overdueFrom: agreedShipDate === undefined || shipStatus === null || shipStatus === 'SHIPPED' ? NEVER : endOf(agreedShipDate),
    customs: [...new Set(rows.map(({ status }) => status))],
    keywords: [...new Set(words.flatMap((text) => text?.toLowerCase() ?? []))],
  };
};

/** The order's own `evolve` says where it stands: a desk can never show another standing than the one decisions are taken on. */
const follow = (row: DeskRow | undefined, event: Recorded<TradeOrderEvent>): DeskRow => deskRow(tradeOrder.evolve(row?.order ?? tradeOrder.initialState, event), event.revision);

/** The fields that the desk's orders are counted and filtered by. */
export const DESK_COUNTED = ['shipStatus', 'exportChannel', 'transportMode', 'customs'] as const satisfies readonly (keyof DeskRow)[];

/** What a row counts for: each standing of its batches at customs, and none before it has a batch. */
export const deskDimensions = ({ shipStatus, exportChannel, transportMode, customs }: Pick<DeskRow, (typeof DESK_COUNTED)[number]>): Dimensions => ({
  ...{ exportChannel, customs },
  shipStatus: shipStatus ?? [],
  transportMode: transportMode ?? [],
});

/** 发货台: every trade order with what there is to ship of it (9710-A1.3, 9710-R36). */
export const shippingDesk = documentProjection<DeskRow, TradeOrderEvent>({
  name: 'shipping-desk',
  version: 1,
  categories: [tradeOrder.category],
  key: ({ data }) => data.orderNo,
  on: Object.fromEntries(TRADE_ORDER_EVENT_TYPES.map((type) => [type, follow])),
  indexes: [
    { fields: { companyId: 1, draftedAt: -1, _id: -1 } },
    { fields: { companyId: 1, shipStatus: 1, draftedAt: -1, _id: -1 } },
    { fields: { companyId: 1, keywords: 1 } },
    { fields: { draftedAt: -1, _id: -1 } },
    { fields: { shipStatus: 1, draftedAt: -1, _id: -1 } },
    { fields: { keywords: 1 } },
  ],
  facets: { dimensions: (row) => (row.shipStatus === null ? undefined : deskDimensions(row)) },
});
