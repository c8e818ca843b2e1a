/** Decimal text of at most 14 digits before and 5 after the point, canonical: no exponent, no leading or trailing zeros (CEB format N19,5). */
export type Decimal = string;

/** ISO 8601 UTC instant with milliseconds. */
export type Instant = string;

/** Where an order stands (订单当前状态). */
export const ORDER_STATUSES = [
  'DRAFT',
  'IN_REVIEW',
  'TO_CONFIRM',
  'TO_MODIFY',
  'APPROVED',
  'SENDING',
  'TO_DECLARE',
  'DECLARATION_REVIEW',
  'COMPLETED',
  'CANCELLED',
  'DELETED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Where the sending of the order data to customs stands (跨境电商订单), apart from the order's own status (9710-C1). */
export const TRANSMISSION_STATUSES = ['PENDING', 'PROCESSING', 'SUCCEEDED', 'FAILED'] as const;
export type TransmissionStatus = (typeof TRANSMISSION_STATUSES)[number];

/** Where the declaration (报关单) stands; it exists only once the transmission has succeeded (9710-R55). */
export const DECLARATION_STATUSES = ['NOT_UPLOADED', 'UNDER_REVIEW', 'VERIFIED', 'REJECTED'] as const;
export type DeclarationStatus = (typeof DECLARATION_STATUSES)[number];

/** The stage bar: review, clearance, finished. */
export type OrderStage = 'REVIEW' | 'CLEARANCE' | 'FINISHED';

/** The stage an order's status belongs to. Statuses off the bar (a draft, returned or cancelled order) count as review, where they go on from. */
export const stageOf = (status: OrderStatus): OrderStage => {
  if (status === 'COMPLETED') return 'FINISHED';
  return status === 'TO_DECLARE' || status === 'DECLARATION_REVIEW' ? 'CLEARANCE' : 'REVIEW';
};

/** CEB `appType`: 1 new, 2 change, 3 deletion. */
export type AppType = 1 | 2 | 3;

/** 9710履约服务 and 客户自行报关服务; the second is added when the order is sent (9710-R47). */
export const SERVICES = ['9710-fulfilment', 'customer-declaration'] as const;
export type Service = (typeof SERVICES)[number];

/** 出口方式. Every 9710 order is a self export (自营出口). */
export type ExportMode = 'self-export';

/** 监管方式 跨境电商 B2B 直接出口. */
export type SupervisionMode = '9710';

/** 交易场景: with a trade-assurance order (信保订单) or without (跨境电商); never blank. */
export type TradeScene = 'trade-assurance' | 'cross-border';

/** A line as the exporter has filled it so far (9710-R54); complete ones are `OrderLine`s. */
export interface DraftLine {
  /** 1, 2, 3 … in the order given. */
  readonly seq: number;
  /** The enterprise's own article number, becomes CEB `itemNo`; customs gets `<orderNo>-<seq>` without one. */
  readonly sku?: string;
  readonly name?: string;
  readonly qty?: Decimal;
  /** Customs unit code (JGS-20), e.g. `007`. */
  readonly unit?: string;
  readonly unitPrice?: Decimal;
  readonly total?: Decimal;
}

/** A line with everything that sending requires (9710-R8). */
export type OrderLine = Required<Omit<DraftLine, 'sku'>> & Pick<DraftLine, 'sku'>;

/** What the exporter fills in; a draft may leave anything out (9710-R54). */
export interface OrderContent {
  readonly scene: TradeScene;
  /** 信保订单号; its presence makes the scene `trade-assurance`. */
  readonly tradeAssuranceNo?: string;
  /** 电商企业代码, proposed from the customs profile (9710-R6). */
  readonly ebcCode?: string;
  /** ISO 4217 code of the order's one currency. */
  readonly currency?: string;
  readonly freight?: Decimal;
  readonly insurance?: Decimal;
  readonly miscFee?: Decimal;
  /** 备注号, searchable. */
  readonly remarkNo?: string;
  /** 贸易国, ISO 3166-1 alpha-2; may be absent (9710-R51). */
  readonly tradeCountry?: string;
  readonly lines: readonly DraftLine[];
}

/** Content fit to be sent (9710-R4, R7, R8, R10). */
export interface CompleteContent extends OrderContent {
  readonly ebcCode: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
}

/** The totals row (总计): sums over what the lines hold; `amount` is the order's amount (9710-R9, R51). */
export interface Totals {
  readonly qty: Decimal;
  readonly amount: Decimal;
}

/** Something the exporter should look at; blocks nothing (9710-C10, 9710-C15). */
export type OrderWarning = 'trade-country-is-china' | 'lines-differ-from-batch';

/** A kind of goods in a shipment batch. */
export interface BatchGoods {
  readonly name: string;
  readonly qty: Decimal;
}

/** The shipment batch (发货批次) of a trade-assurance order that an order was drafted for. */
export interface BatchLink {
  /** 信保订单号 */
  readonly tradeOrderNo: string;
  /** 1, 2, 3 … within the trade order. */
  readonly batchNo: number;
  /** What the shipping desk calls its request for the order, so that the answer finds it. */
  readonly requestId: string;
}

/** What customs says when it lets a declaration's goods go (放行). */
export interface ReleaseReport {
  readonly declarationNo: string;
  readonly amount: Decimal;
  readonly currency: string;
  /** 通关放行日期 (9710-R28). */
  readonly releasedAt: Instant;
}

/** The ticked pledge (承诺): who, when, and which text (9710-R12, 9710-C17). */
export interface Pledge {
  readonly by: string;
  readonly at: Instant;
  readonly textVersion: string;
}

/** What the customs profile said when the order was first sent; later changes of the profile never touch it (9710-C16). */
export interface ProfileSnapshot {
  readonly companyName: string;
  readonly uscc: string;
  readonly channel: string;
}

/** What customs is told about an order, complete: the message can be written from it alone. */
export interface CustomsOrderMessage {
  readonly ebcCode: string;
  readonly ebcName: string;
  readonly channel: string;
  readonly currency: string;
  /** FOB value, Σ of the lines' totals. */
  readonly goodsValue: Decimal;
  readonly freight: Decimal;
  readonly insurance: Decimal;
  readonly miscFee: Decimal;
  readonly lines: readonly OrderLine[];
}

/** The file that proves the export (出口凭证), as stored. */
export interface DeclarationFile {
  readonly fileId: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  /** SHA-256 of the content, lower-case hex. */
  readonly sha256: string;
}

/** What a declaration says about itself, by its uploader or by customs. */
export interface DeclarationFacts {
  /** 18-digit 报关单海关编号. */
  readonly declarationNo: string;
  /** The order number named in its attached documents. */
  readonly orderNo: string;
  readonly supervisionMode: string;
  readonly companyName: string;
  readonly amount: Decimal;
  readonly currency: string;
}

/** What in a declaration does not fit the order (9710-R25). */
export type DeclarationMismatch = 'declaration-no' | 'order-no' | 'supervision-mode' | 'company' | 'amount' | 'currency';

/**
 * What became of a receipt:
 * `progress` customs is still at work · `succeeded`, `failed` it decided the transmission · `no-change` it confirms what was known ·
 * `repeated` this very receipt was here before · `stale` a later one was here before · `late` the order had moved on (returned, cancelled, declared).
 */
export type ReceiptEffect = 'progress' | 'succeeded' | 'failed' | 'no-change' | 'repeated' | 'stale' | 'late';

/** A receipt's meaning, classified by the gateway from `returnStatus`. */
export const RECEIPT_VERDICTS = ['processing', 'succeeded', 'failed'] as const;
export type ReceiptVerdict = (typeof RECEIPT_VERDICTS)[number];

/** A receipt as it came from the gateway. */
export interface CustomsReceipt {
  /** Identity of the receipt: the same one delivered twice has the same id. */
  readonly receiptId: string;
  readonly messageType: 'CEB304' | 'CEB900';
  readonly verdict: ReceiptVerdict;
  readonly returnStatus: string;
  readonly returnInfo?: string;
  /** Customs' own time. */
  readonly returnTime: Instant;
  /** The guid the receipt carries, upper case. */
  readonly guid?: string;
  /** Of the message a CEB900 is about. */
  readonly copMsgId?: string;
}
