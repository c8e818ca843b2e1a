import type { EventOf } from '#event-sourcing';
import type {
  AppType,
  BatchGoods,
  BatchLink,
  CompleteContent,
  CustomsOrderMessage,
  CustomsReceipt,
  DeclarationFacts,
  DeclarationFile,
  DeclarationMismatch,
  DraftLine,
  ExportMode,
  Instant,
  OrderContent,
  OrderWarning,
  Pledge,
  ProfileSnapshot,
  ReceiptEffect,
  ReleaseReport,
  Service,
  SupervisionMode,
  Totals,
} from './values.js';

interface OrderFact {
  readonly orderNo: string;
}

/** A draft was begun. What the company is at customs is shown from its profile and not the exporter's to fill (9710-R5). */
export interface OrderDrafted extends OrderFact {
  /** 草稿单号, 10 digits; kept when saved again (9710-R49). */
  readonly draftNo: string;
  /** 下单账号: the actor who began the order. */
  readonly account: string;
  readonly companyName: string;
  readonly channel: string;
  readonly exportMode: ExportMode;
  readonly supervisionMode: SupervisionMode;
  readonly services: readonly Service[];
  readonly content: OrderContent;
  readonly totals: Totals;
  readonly warnings: readonly OrderWarning[];
  /** The order it was copied from (9710-R57). */
  readonly copiedFrom?: string;
  /** The shipment batch it was drafted for, and the goods of that batch; absent for an order of its own. */
  readonly batch?: BatchLink;
  readonly batchGoods?: readonly BatchGoods[];
}

/** The goods of the order's shipment batch changed while the order was with the exporter. */
export interface BatchGoodsNoted extends OrderFact {
  readonly goods: readonly BatchGoods[];
  readonly warnings: readonly OrderWarning[];
}

/** A draft was saved again; `content` is all of it. */
export interface DraftSaved extends OrderFact {
  readonly content: OrderContent;
  readonly totals: Totals;
  readonly warnings: readonly OrderWarning[];
}

/** All lines of a draft or of an order under modification were replaced at once (9710-R11). */
export interface LinesReplaced extends OrderFact {
  readonly lines: readonly DraftLine[];
  readonly totals: Totals;
  /** Absent in events from before orders had shipment batches. */
  readonly warnings?: readonly OrderWarning[];
}

/** A draft was deleted (9710-R35). Its number is never given again. */
export interface DraftDeleted extends OrderFact {}

/** The exporter sent the order to review (发送跨境电商订单), with everything required and the pledge ticked. */
export interface OrderSubmitted extends OrderFact {
  /** 1 for the first time, 2 after the first modification, … */
  readonly submission: number;
  /** 下单时间: when the order was submitted for the first time. */
  readonly orderedAt: Instant;
  readonly submittedAt: Instant;
  readonly content: CompleteContent;
  readonly totals: Totals;
  readonly pledge: Pledge;
  readonly profile: ProfileSnapshot;
  readonly services: readonly Service[];
  /** Whether the free fast review applies (9710-R31). */
  readonly fastReview: boolean;
  readonly warnings: readonly OrderWarning[];
}

/** The platform approved the order; its transmission begins by itself (9710-R17). */
export interface OrderApproved extends OrderFact {
  readonly approvedAt: Instant;
  /** The earliest instant at which customs may be sent the order: at once, or ten minutes after the last push (9710-C18). */
  readonly transmitAt: Instant;
}

/** The reviewer asked the exporter something (待确认, 9710-C13). */
export interface ConfirmationRequested extends OrderFact {
  readonly question: string;
}

/** The exporter answered; the order is under review again. */
export interface ConfirmationAnswered extends OrderFact {
  readonly answer: string;
}

/** The reviewer returned the order to the exporter. */
export interface OrderReturned extends OrderFact {
  readonly reason: string;
}

/** The exporter took the order back to edit it, after a failed or a successful transmission (9710-R22, 9710-C6). */
export interface OrderReturnedForModification extends OrderFact {
  /** `退回修改` if the exporter gave none. */
  readonly reason: string;
}

/** A returned order was edited; `content` is all of it. */
export interface OrderModified extends OrderFact {
  readonly content: OrderContent;
  readonly totals: Totals;
  readonly warnings: readonly OrderWarning[];
}

/** The exporter cancelled a returned order (9710-R23). */
export interface OrderCancelled extends OrderFact {
  readonly reason: string;
  /** Customs holds the order: a deletion (appType 3) is sent (9710-C9). */
  readonly heldByCustoms: boolean;
  /** The earliest instant at which the deletion may be sent (9710-C18); absent if there is nothing to delete. */
  readonly transmitAt?: Instant;
}

/** A push to customs was asked for: the first one, a resend, a change or a deletion. The gateway carries it out. */
export interface TransmissionRequested extends OrderFact {
  /** 1, 2, 3 … over all pushes of the order. */
  readonly attempt: number;
  /** The submission whose content is sent. */
  readonly submission: number;
  readonly appType: AppType;
  /** `guid` of the CEB303 message, upper case; the same however often the attempt is carried out. */
  readonly messageGuid: string;
  /** `guid` of the order head, upper case. */
  readonly orderGuid: string;
  /** Envelope id; a CEB900 names it. Begins with the order number. */
  readonly copMsgId: string;
  readonly requestedAt: Instant;
  readonly message: CustomsOrderMessage;
}

/** The channel took the message over. */
export interface TransmissionDispatched extends OrderFact {
  readonly attempt: number;
  readonly dispatchedAt: Instant;
}

/** A receipt came from customs; every one is kept, whatever became of it. */
export interface ReceiptRecorded extends OrderFact, CustomsReceipt {
  /** The push it is about. */
  readonly attempt: number;
  readonly appType: AppType;
  readonly receivedAt: Instant;
  readonly effect: ReceiptEffect;
  /** Whether customs holds the order, as far as known after this receipt. */
  readonly heldByCustoms: boolean;
  /** A cancelled order turned out to be held by customs: the instant from which its deletion may be sent (9710-C9, 9710-C18). */
  readonly deletionDueAt?: Instant;
}

/** Customs has taken the order: the number goes to forwarder and broker (9710-R15). */
export interface CustomsOrderSent extends OrderFact {
  readonly attempt: number;
  readonly appType: AppType;
  /** 跨境电商订单号; equals the order number. */
  readonly crossBorderOrderNo: string;
  /** 发送时间, from the receipt, to the second (9710-R16, 9710-C3). */
  readonly sentAt: Instant;
  readonly receiptId: string;
}

/** The order did not get to customs or customs refused it (9710-R18). */
export interface SendFailed extends OrderFact {
  readonly attempt: number;
  readonly appType: AppType;
  /** 提示原因 */
  readonly reason: string;
  /** `returnStatus` of the receipt; absent if the channel failed. */
  readonly code?: string;
  readonly source: 'customs' | 'channel';
  readonly failedAt: Instant;
  readonly lastAttemptAt: Instant;
  /** The earliest instant of a resend (9710-R20). */
  readonly resendFrom: Instant;
  readonly receiptId?: string;
}

/** Customs has deleted the cancelled order. */
export interface CustomsDeletionConfirmed extends OrderFact {
  readonly attempt: number;
  readonly deletedAt: Instant;
  readonly receiptId: string;
}

/** The deletion of the cancelled order did not get to customs or was refused; it can be sent again. */
export interface CustomsDeletionFailed extends OrderFact {
  readonly attempt: number;
  readonly reason: string;
  readonly code?: string;
  readonly source: 'customs' | 'channel';
  readonly failedAt: Instant;
  readonly lastAttemptAt: Instant;
  readonly resendFrom: Instant;
  readonly receiptId?: string;
}

/** The exporter uploaded the declaration (上传出口凭证, 9710-R25). */
export interface DeclarationUploaded extends OrderFact {
  /** As its uploader states it. */
  readonly stated: DeclarationFacts;
  readonly file: DeclarationFile;
  readonly uploadedAt: Instant;
}

/** The declaration fits the order (报关信息验证通过). */
export interface DeclarationVerified extends OrderFact {
  readonly declarationNo: string;
  readonly amount: string;
  readonly currency: string;
  readonly verifiedAt: Instant;
}

/** The declaration does not fit the order; the exporter uploads another. */
export interface DeclarationRejected extends OrderFact {
  readonly declarationNo: string;
  readonly reason: string;
  /** What the verification found; empty if a reviewer rejected it by eye. */
  readonly mismatches: readonly DeclarationMismatch[];
}

/** Customs let goods of the order go before the declaration was verified; it counts once that is (9710-R27). */
export interface ReleaseReported extends OrderFact, ReleaseReport {}

/** Customs let the goods of the verified declaration go (放行): the fact by which a trade order counts as shipped (9710-R27, 9710-R28). */
export interface DeclarationReleased extends OrderFact, ReleaseReport {}

/** The order's service is finished (服务完结, 9710-R26). */
export interface ServiceCompleted extends OrderFact {
  readonly completedAt: Instant;
}

/** A transmission took more than an hour: technical staff step in. At most once per order (9710-R21). */
export interface SupportCaseOpened extends OrderFact {
  readonly caseNo: string;
  readonly openedBy: 'deadline' | 'exporter';
  readonly openedAt: Instant;
  /** The push that was stuck, and since when. */
  readonly attempt: number;
  readonly sendingSince: Instant;
}

/** Every fact of the streams `customsOrder-<orderNo>`. */
export type CustomsOrderEvent = EventOf<{
  OrderDrafted: OrderDrafted;
  BatchGoodsNoted: BatchGoodsNoted;
  DraftSaved: DraftSaved;
  LinesReplaced: LinesReplaced;
  DraftDeleted: DraftDeleted;
  OrderSubmitted: OrderSubmitted;
  OrderApproved: OrderApproved;
  ConfirmationRequested: ConfirmationRequested;
  ConfirmationAnswered: ConfirmationAnswered;
  OrderReturned: OrderReturned;
  OrderReturnedForModification: OrderReturnedForModification;
  OrderModified: OrderModified;
  OrderCancelled: OrderCancelled;
  TransmissionRequested: TransmissionRequested;
  TransmissionDispatched: TransmissionDispatched;
  ReceiptRecorded: ReceiptRecorded;
  CustomsOrderSent: CustomsOrderSent;
  SendFailed: SendFailed;
  CustomsDeletionConfirmed: CustomsDeletionConfirmed;
  CustomsDeletionFailed: CustomsDeletionFailed;
  DeclarationUploaded: DeclarationUploaded;
  DeclarationVerified: DeclarationVerified;
  DeclarationRejected: DeclarationRejected;
  ReleaseReported: ReleaseReported;
  DeclarationReleased: DeclarationReleased;
  ServiceCompleted: ServiceCompleted;
  SupportCaseOpened: SupportCaseOpened;
}>;
