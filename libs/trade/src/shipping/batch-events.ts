import type { CustomsOrderStatus } from '#customs';
import type { Bilingual, EventOf } from '#event-sourcing';
import type { UploadedFile } from '#platform';

/** ISO 8601 UTC instant with milliseconds. */
type Instant = string;

/** Decimal text that fits N19,5, canonical. */
type Decimal = string;

/** How export information is given (9710-R2): the 9710 service, the smart declaration service, or an export declaration of one's own. */
export const EXPORT_WAYS = ['9710-service', 'smart-declaration', 'own-declaration'] as const;
export type ExportWay = (typeof EXPORT_WAYS)[number];

/** The ways of the ordinary trade 0110. */
export type OrdinaryWay = Exclude<ExportWay, '9710-service'>;

/** Goods of a batch: a quantity of a line of the trade order. */
export interface BatchLine {
  readonly lineNo: number;
  readonly name: string;
  readonly qty: Decimal;
  readonly unit: string;
}

/** What a carrier tells of a parcel or container. */
export interface TrackingEvent {
  readonly at: Instant;
  readonly status: string;
  readonly place?: string;
}

/** What an ordinary declaration (0110) states. */
export interface StatedDeclaration {
  /** 18-digit 报关单海关编号. */
  readonly declarationNo: string;
  readonly amount: Decimal;
  /** ISO 4217 code. */
  readonly currency: string;
}

interface OrderFact {
  readonly orderNo: string;
}

interface BatchFact extends OrderFact {
  /** 1, 2, 3 … within the order; the number of a deleted batch is never given again. */
  readonly batchNo: number;
}

/** A shipment batch was begun (新增发货批次). */
export interface BatchAdded extends BatchFact {}

/** Step 1: the goods of the batch, all of them (9710-R52). */
export interface BatchGoodsSet extends BatchFact {
  readonly goods: readonly BatchLine[];
  /** The batch's 9710 order, which is told of the change (9710-C15). */
  readonly exportOrderNo?: string;
}

/** Step 2: who carries the batch, under which number. */
export interface BatchLogisticsSet extends BatchFact {
  readonly provider: string;
  readonly trackingNo: string;
}

/** The carrier told where the batch is. */
export interface TrackingRecorded extends BatchFact {
  readonly event: TrackingEvent;
}

/** Step 3: the 9710 service was chosen (9710履约服务); customs is asked for its order. */
export interface ExportServiceChosen extends BatchFact {
  /** Distinguishes this request from others of the batch. */
  readonly requestId: string;
  /** Who chose it: 下单账号 of the 9710 order. */
  readonly account: string;
  readonly goods: readonly BatchLine[];
  readonly currency: string;
  readonly tradeCountry?: string;
}

/** Step 3: the batch goes the ordinary way 0110, declared by a service or by the exporter. */
export interface ExportWayChosen extends BatchFact {
  readonly way: OrdinaryWay;
}

/** Customs has drafted the batch's 9710 order. */
export interface ExportOrderLinked extends BatchFact {
  readonly requestId: string;
  readonly exportOrderNo: string;
}

/** Customs will not draft a 9710 order for the batch; another way can be chosen, or the same again. */
export interface ExportServiceRefused extends BatchFact {
  readonly requestId: string;
  readonly rule: string;
  readonly reason: Bilingual;
}

/** The batch's 9710 order has moved on. */
export interface ExportOrderFollowed extends BatchFact {
  readonly exportOrderNo: string;
  readonly status: CustomsOrderStatus;
  /** Revision of the 9710 order that the status is of. */
  readonly revision: number;
}

/** The 9710 order was returned: goods and logistics can be edited again. */
export interface BatchReopened extends BatchFact {
  readonly exportOrderNo: string;
}

/** The 9710 order was cancelled: the batch goes on by the ordinary way 0110 (9710-R24). */
export interface BatchPutOnOrdinaryPath extends BatchFact {
  readonly exportOrderNo: string;
}

/** An export declaration (0110) was handed in. */
export interface BatchDeclarationSubmitted extends BatchFact, StatedDeclaration {
  readonly way: OrdinaryWay;
  readonly file: UploadedFile;
  readonly submittedAt: Instant;
}

/** The declaration is reserved for this order (TA-R20). */
export interface BatchDeclarationLinked extends BatchFact {
  readonly declarationNo: string;
}

/** The declaration proved true (验证通过). */
export interface BatchDeclarationVerified extends BatchFact, StatedDeclaration {
  readonly verifiedAt: Instant;
}

/** The declaration will not do; another is handed in. */
export interface BatchDeclarationRejected extends BatchFact {
  readonly declarationNo: string;
  readonly rule: string;
  readonly reason: Bilingual;
}

/** What customs let go for a batch. */
export interface Release extends BatchFact {
  readonly declarationNo: string;
  /** The 9710 order whose declaration it is; absent for an ordinary declaration. */
  readonly exportOrderNo?: string;
  /** The amount actually declared (9710-R27), in the declaration's currency. */
  readonly declaredAmount: Decimal;
  readonly currency: string;
  /** 通关放行日期 */
  readonly releasedAt: Instant;
}

/** A rate as it was stored when a release was counted: 1 unit of the declaration's currency in the order's. */
export interface AppliedRate {
  readonly rate: string;
  readonly effectiveFrom: Instant;
}

/** A declaration of the order was released, and counts (9710-R27, 9710-C12). */
export interface DeclarationReleased extends Release {
  readonly amountInOrderCurrency: Decimal;
  /** Both absent if the declaration is in the order's currency. */
  readonly orderCurrency?: string;
  readonly rate?: AppliedRate;
}

/** A release in a currency without a stored rate: it counts as soon as the rate is stored (9710-C12). */
export interface ReleasePending extends Release {
  readonly orderCurrency: string;
}

/** A release that does not count for this order, kept for the record: it was before the order was drafted (TA-R22), or is another order's (TA-R20). */
export interface ReleaseSetAside extends Release {
  readonly rule: string;
  readonly reason: Bilingual;
}

/** Something is released, but less than 80 % (部分发货, 9710-R29). */
export interface OrderPartiallyShipped extends OrderFact {
  /** In the order's currency. */
  readonly releasedAmount: Decimal;
}

/** The released declarations reach 80 % of the order's amount (已发货, 9710-R27). */
export interface OrderShipped extends OrderFact {
  /** 发货时间: release date of the declaration that made the sum cross 80 % (9710-R28). */
  readonly shippedAt: Instant;
  readonly releasedAmount: Decimal;
  /** The declaration that decided it. */
  readonly decidedBy: string;
}

/** A release that is older than others arrived late and moves the date on which 80 % was reached (9710-R28). */
export interface ShipmentDateCorrected extends OrderShipped {}

/** The batch and its 9710 order are to go; customs is asked whether the order still can (9710-C11). */
export interface BatchDeletionRequested extends BatchFact {
  readonly exportOrderNo: string;
}

/** The 9710 order is on its way to customs after all: the batch stays (9710-C11). */
export interface BatchDeletionRefused extends BatchFact {
  readonly rule: string;
  readonly reason: Bilingual;
}

/** The batch is gone (删除本批次). */
export interface BatchDeleted extends BatchFact {}

/** The facts of shipping in the streams `tradeOrder-<orderNo>`. */
export type BatchEvent = EventOf<{
  BatchAdded: BatchAdded;
  BatchGoodsSet: BatchGoodsSet;
  BatchLogisticsSet: BatchLogisticsSet;
  TrackingRecorded: TrackingRecorded;
  ExportServiceChosen: ExportServiceChosen;
  ExportWayChosen: ExportWayChosen;
  ExportOrderLinked: ExportOrderLinked;
  ExportServiceRefused: ExportServiceRefused;
  ExportOrderFollowed: ExportOrderFollowed;
  BatchReopened: BatchReopened;
  BatchPutOnOrdinaryPath: BatchPutOnOrdinaryPath;
  BatchDeclarationSubmitted: BatchDeclarationSubmitted;
  BatchDeclarationLinked: BatchDeclarationLinked;
  BatchDeclarationVerified: BatchDeclarationVerified;
  BatchDeclarationRejected: BatchDeclarationRejected;
  DeclarationReleased: DeclarationReleased;
  ReleasePending: ReleasePending;
  ReleaseSetAside: ReleaseSetAside;
  OrderPartiallyShipped: OrderPartiallyShipped;
  OrderShipped: OrderShipped;
  ShipmentDateCorrected: ShipmentDateCorrected;
  BatchDeletionRequested: BatchDeletionRequested;
  BatchDeletionRefused: BatchDeletionRefused;
  BatchDeleted: BatchDeleted;
}>;

/** The types of all facts of shipping. */
export const BATCH_EVENT_TYPES = [
  'BatchAdded',
  'BatchGoodsSet',
  'BatchLogisticsSet',
  'TrackingRecorded',
  'ExportServiceChosen',
  'ExportWayChosen',
  'ExportOrderLinked',
  'ExportServiceRefused',
  'ExportOrderFollowed',
  'BatchReopened',
  'BatchPutOnOrdinaryPath',
  'BatchDeclarationSubmitted',
  'BatchDeclarationLinked',
  'BatchDeclarationVerified',
  'BatchDeclarationRejected',
  'DeclarationReleased',
  'ReleasePending',
  'ReleaseSetAside',
  'OrderPartiallyShipped',
  'OrderShipped',
  'ShipmentDateCorrected',
  'BatchDeletionRequested',
  'BatchDeletionRefused',
  'BatchDeleted',
] as const satisfies readonly BatchEvent['type'][];
