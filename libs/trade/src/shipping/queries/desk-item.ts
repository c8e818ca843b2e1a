import type { Actor, Bilingual, Kept } from '#event-sourcing';
import { amountOf, named, type Amount, type Named } from '#platform';
import { EXPORT_CHANNEL_LABELS, TRANSPORT_MODE_LABELS } from '../../orders/labels.js';
import { allowedBatchActions, allowedShippingActions, type BatchAction, type ShippingAction } from '../actions.js';
import type { BatchLine, TrackingEvent } from '../batch-events.js';
import { CUSTOMS_ROW_LABELS, EXPORT_WAY_LABELS, NO_TRACKING, SHIP_STATUS_LABELS } from '../batch-labels.js';
import { customsRow, hasExportInfo } from '../batch-standing.js';
import type { Batch, KnownRelease } from '../batches.js';
import type { ZonedDay } from '../ship-date.js';
import { releasedAmount } from '../shipment-progress.js';
import type { DeskRow } from '../shipping-desk.js';

/** A batch as the desk shows it: header, two rows, three steps (9710-A1.3). */
export interface BatchItem {
  readonly batchNo: number;
  /** 发货批次1 */
  readonly title: Bilingual;
  /** 共N个商品, and what they are. */
  readonly products: number;
  readonly goods: readonly BatchLine[];
  /** Which of goods, logistics and export information are saved (9710-R52). */
  readonly steps: { readonly goods: boolean; readonly logistics: boolean; readonly exportInformation: boolean };
  readonly logistics: { readonly provider: string | null; readonly number: string | null; readonly status: Bilingual; readonly tracking: readonly TrackingEvent[] };
  /** `number` is that of the 9710 order, which `href` leads to, or of the declaration (9710-R36). */
  readonly customs: { readonly provider: null; readonly number: string | null; readonly status: Named; readonly href: string | null };
  readonly exportWay: Named | null;
  /** Its 9710 order was cancelled; it goes the ordinary way 0110 (9710-R24). */
  readonly ordinaryPath: boolean;
  readonly deleting: boolean;
  readonly releases: readonly KnownRelease[];
  /** What the caller may do with the batch now. */
  readonly actions: readonly BatchAction[];
}

/** A trade order as the desk shows it. */
export interface DeskItem {
  readonly orderNo: string;
  /** Revision of the order; `"<revision>"` is its ETag. */
  readonly revision: number;
  readonly companyId: string;
  /** E-mail address. */
  readonly buyer: string;
  /** 买家姓名 */
  readonly buyerName: string | null;
  readonly createdAt: string;
  /** 约定发货, with its zone; past, it is overdue but blocks nothing (9710-R58). */
  readonly agreedShipDate: ZonedDay | null;
  readonly overdue: boolean;
  readonly exportChannel: Named;
  readonly transportMode: Named | null;
  readonly shipStatus: Named | null;
  /** 发货时间: the release date that made the order shipped (9710-R28). */
  readonly shippedAt: string | null;
  readonly amount: Amount;
  readonly released: Amount;
  readonly batches: readonly BatchItem[];
  readonly actions: readonly ShippingAction[];
  readonly href: string;
}

const newest = (tracking: readonly TrackingEvent[]): TrackingEvent | undefined => [...tracking].sort((a, b) => (a.at < b.at ? 1 : -1))[0];

const logisticsRow = ({ logistics, tracking }: Batch): BatchItem['logistics'] => {
  const last = newest(tracking);
  return {
    provider: logistics?.provider ?? null,
    number: logistics?.trackingNo ?? null,
    status: last === undefined ? NO_TRACKING : { en: last.status, zh: last.status },
    tracking,
  };
};

const customsItem = (batch: Batch, { order: { batches } }: Pick<DeskRow, 'order'>): BatchItem['customs'] => {
  const { status, number } = customsRow(batch, batches);
  const isService = batch.export?.way === '9710-service' && number !== null;
  return { provider: null, number, status: named(CUSTOMS_ROW_LABELS, status), href: isService ? `/v1/customs-orders/${number}` : null };
};

/** A batch as the caller gets it. */
export const batchItem = (batch: Batch, row: Pick<DeskRow, 'order'>, { roles }: Actor): BatchItem => ({
  batchNo: batch.batchNo,
  title: { zh: `发货批次${batch.batchNo}`, en: `batch ${batch.batchNo}` },
  products: batch.goods.length,
  goods: batch.goods,
  steps: { goods: batch.goods.length > 0, logistics: batch.logistics !== undefined, exportInformation: hasExportInfo(batch) },
  logistics: logisticsRow(batch),
  customs: customsItem(batch, row),
  exportWay: batch.export === undefined ? null : named(EXPORT_WAY_LABELS, batch.export.way),
  ordinaryPath: batch.ordinaryPath,
  deleting: batch.deleting,
  releases: row.order.batches.releases.filter(({ batchNo }) => batchNo === batch.batchNo),
  actions: allowedBatchActions(row.order, batch, roles),
});

/** A kept row as the caller gets it. */
export const deskItem = (row: Kept<DeskRow>, actor: Actor, now: Date): DeskItem => {
  const { order } = row;
  return {
    orderNo: row.orderNo,
    revision: row.revision,
    companyId: row.companyId,
    buyer: order.buyerEmail,
    buyerName: order.buyerName ?? null,
    createdAt: row.draftedAt,
    agreedShipDate: order.agreedShipDate ?? null,
    overdue: row.overdueFrom <= now.toISOString(),
    exportChannel: named(EXPORT_CHANNEL_LABELS, order.exportChannel),
    transportMode: order.transportMode === undefined ? null : named(TRANSPORT_MODE_LABELS, order.transportMode),
    shipStatus: row.shipStatus && named(SHIP_STATUS_LABELS, row.shipStatus),
    shippedAt: order.batches.shippedAt ?? null,
    amount: amountOf(order.amount, order.currency),
    released: amountOf(releasedAmount(order.batches), order.currency),
    batches: order.batches.list.map((batch) => batchItem(batch, row, actor)),
    actions: allowedShippingActions(order, actor.roles),
    href: `/v1/trade-orders/${row.orderNo}`,
  };
};
