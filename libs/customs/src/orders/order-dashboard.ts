import { documentProjection, type Dimensions, type Recorded } from '#event-sourcing';
import type { CustomsOrderEvent } from './events.js';
import { DRAFTED, standingAfter, type KeptStanding } from './queries/order-standing.js';
import type { Decimal, ExportMode, Instant, OrderContent, Service, Totals, TradeScene } from './values.js';

/** What a list row shows of an order (9710-R44). Null stands for "none". Rows are kept from the draft on; the list holds those that were placed. */
export interface OrderRow extends KeptStanding {
  readonly orderNo: string;
  /** Revision of the order's stream that the row reflects. */
  readonly revision: number;
  /** 下单账号 */
  readonly account: string;
  readonly companyName: string;
  readonly exportMode: ExportMode;
  readonly services: readonly Service[];
  /** 下单时间; null while the order is a draft, which belongs to the draft box and not to the list. */
  readonly orderedAt: Instant | null;
  readonly scene: TradeScene;
  readonly tradeAssuranceNo: string | null;
  readonly remarkNo: string | null;
  readonly tradeCountry: string | null;
  readonly currency: string | null;
  /** Sum of the line totals, exact (9710-R51). */
  readonly amount: Decimal;
  /** What the keyword search looks through, lower-cased (9710-R42). */
  readonly keywords: readonly string[];
  /** 跨境电商订单号, once customs has taken the order. */
  readonly crossBorderOrderNo: string | null;
  /** 发送时间, from the receipt. */
  readonly sentAt: Instant | null;
  /** 提示原因 of the failed transmission. */
  readonly failureReason: string | null;
  /** When customs was last sent something about the order. */
  readonly lastAttemptAt: Instant | null;
  /** The earliest instant of a resend, while the transmission has failed (9710-R20). */
  readonly resendFrom: Instant | null;
}

const shown = (orderNo: string, { scene, tradeAssuranceNo, remarkNo, tradeCountry, currency }: OrderContent, { amount }: Totals) => ({
  scene,
  tradeAssuranceNo: tradeAssuranceNo ?? null,
  remarkNo: remarkNo ?? null,
  tradeCountry: tradeCountry ?? null,
  currency: currency ?? null,
  amount,
  keywords: [orderNo, remarkNo, tradeAssuranceNo, tradeCountry].flatMap((text) => text?.toLowerCase() ?? []),
});

const NOT_FAILED = { failureReason: null, resendFrom: null };
const NOT_SENT = { ...NOT_FAILED, crossBorderOrderNo: null, sentAt: null };

const drafted = ({ data, revision }: Recorded<Extract<CustomsOrderEvent, { type: 'OrderDrafted' }>>): OrderRow => {
  const { orderNo, account, companyName, exportMode, services, content, totals } = data;
  const basics = { orderNo, revision, account, companyName, exportMode, services, orderedAt: null, lastAttemptAt: null };
  return { ...DRAFTED, ...basics, ...NOT_SENT, ...shown(orderNo, content, totals) };
};

/** A step that takes the row to the event's revision and standing, and changes the given fields. */
const changes =
  <Event extends CustomsOrderEvent>(fields: (data: Event['data']) => Partial<OrderRow> = () => ({})) =>
  (row: OrderRow | undefined, event: Recorded<Event>): OrderRow | undefined =>
    row && { ...row, ...standingAfter(row, event), revision: event.revision, ...fields(event.data) };

/** The fields that orders are counted and filtered by (9710-R38…R41). */
export const COUNTED_FIELDS = ['status', 'transmission', 'declaration', 'exportMode', 'services', 'scene'] as const satisfies readonly (keyof OrderRow)[];

/** What a row counts for: each of its services, and no declaration status before there is a declaration (9710-C4). */
export const countedValues = ({ status, transmission, declaration, exportMode, services, scene }: Counted): Dimensions => ({
  ...{ status, transmission, exportMode, services, scene },
  declaration: declaration ?? [],
});

type Counted = Pick<OrderRow, (typeof COUNTED_FIELDS)[number]>;

/** 全部订单: the order list with its counters (9710-R38…R44, R50, R51, R59). */
export const orderDashboard = documentProjection<OrderRow, CustomsOrderEvent>({
  name: 'order-dashboard',
  version: 1,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  on: {
    OrderDrafted: (_, event) => drafted(event),
    BatchGoodsNoted: changes(),
    DraftSaved: changes(({ orderNo, content, totals }) => shown(orderNo, content, totals)),
    LinesReplaced: changes(({ totals: { amount } }) => ({ amount })),
    DraftDeleted: () => undefined,
    OrderSubmitted: changes(({ orderNo, orderedAt, content, totals, services, profile: { companyName } }) => ({
      ...shown(orderNo, content, totals),
      orderedAt,
      services,
      companyName,
    })),
    OrderApproved: changes(),
    ConfirmationRequested: changes(),
    ConfirmationAnswered: changes(),
    OrderReturned: changes(() => NOT_SENT),
    OrderReturnedForModification: changes(() => NOT_SENT),
    OrderModified: changes(({ orderNo, content, totals }) => shown(orderNo, content, totals)),
    OrderCancelled: changes(),
    TransmissionRequested: changes(({ requestedAt }) => ({ ...NOT_FAILED, lastAttemptAt: requestedAt })),
    TransmissionDispatched: changes(({ dispatchedAt }) => ({ lastAttemptAt: dispatchedAt })),
    ReceiptRecorded: changes(),
    CustomsOrderSent: changes(({ crossBorderOrderNo, sentAt }) => ({ ...NOT_FAILED, crossBorderOrderNo, sentAt })),
    SendFailed: changes(({ reason, resendFrom, lastAttemptAt }) => ({ ...NOT_SENT, failureReason: reason, resendFrom, lastAttemptAt })),
    CustomsDeletionConfirmed: changes(() => NOT_FAILED),
    CustomsDeletionFailed: changes(({ reason, resendFrom, lastAttemptAt }) => ({ failureReason: reason, resendFrom, lastAttemptAt })),
    DeclarationUploaded: changes(),
    DeclarationVerified: changes(),
    DeclarationRejected: changes(),
    ReleaseReported: changes(),
    DeclarationReleased: changes(),
    ServiceCompleted: changes(),
    SupportCaseOpened: changes(),
  },
  // Each filter that a page offers by itself walks an index in the page's order, for one company and for all.
  indexes: [
    { fields: { companyId: 1, orderedAt: -1, _id: -1 } },
    { fields: { companyId: 1, status: 1, orderedAt: -1, _id: -1 } },
    { fields: { companyId: 1, transmission: 1, orderedAt: -1, _id: -1 } },
    { fields: { companyId: 1, keywords: 1 } },
    { fields: { keywords: 1 } },
    { fields: { orderedAt: -1, _id: -1 } },
    { fields: { status: 1, orderedAt: -1, _id: -1 } },
  ],
  facets: { dimensions: (row) => (row.orderedAt === null ? undefined : countedValues(row)) },
});
