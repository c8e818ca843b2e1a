import type { Bilingual, EventOf } from '#event-sourcing';
import type { UploadedFile } from '#platform';
import { BATCH_EVENT_TYPES, type BatchEvent } from '../shipping/batch-events.js';
import type { ZonedDay } from '../shipping/ship-date.js';
import type { BuyerRegistration, DraftingMode, ExportChannel, OrderedGoods, PaymentMethod, Protection, Side, TransportMode } from './values.js';

/** ISO 8601 UTC instant with milliseconds. */
type Instant = string;

/** Decimal text that fits N19,5, canonical. */
type Decimal = string;

interface OrderFact {
  readonly orderNo: string;
}

/** What both sides agree on. */
export interface OrderTerms {
  /** In lower case. */
  readonly buyerEmail: string;
  /** 买家姓名, if the supplier gave it. */
  readonly buyerName?: string;
  readonly lines: readonly OrderedGoods[];
  /** Total to be collected, in the order's currency (TA-R7). */
  readonly amount: Decimal;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly protection: Protection;
  readonly exportChannel: ExportChannel;
  readonly transportMode?: TransportMode;
  /** 约定发货 */
  readonly agreedShipDate?: ZonedDay;
}

/** The supplier drafted an order (起草信保订单), online or from a contract that is attached (TA-R3). */
export interface TradeOrderDrafted extends OrderFact, OrderTerms {
  /** Absent in orders drafted online before contracts could be attached. */
  readonly mode?: DraftingMode;
  readonly draftedAt: Instant;
}

/** The supplier saved other terms before submitting. */
export interface TradeOrderRevised extends OrderFact, OrderTerms {}

/** One side attached the offline contract (TA-R5). */
export interface ContractAttached extends OrderFact {
  readonly side: Side;
  readonly file: UploadedFile;
  /** False where there is no text to look for a collection account in, e.g. a scanned image (TA-R6). */
  readonly searched: boolean;
  readonly attachedAt: Instant;
}

/** 匹配买家信息: whether the buyer's address is a registered user's (TA-R4, TA-C8). */
export interface BuyerMatched extends OrderFact {
  readonly buyerEmail: string;
  readonly registration: BuyerRegistration;
  readonly matchedAt: Instant;
}

/** The supplier submitted the order; it waits for the buyer. */
export interface TradeOrderSubmitted extends OrderFact {
  readonly submittedAt: Instant;
  /** Version of the export acknowledgement that was ticked (TA-R12, TA-C1). */
  readonly exportAcknowledgement: string;
  /** Version of the guarantee terms that were ticked; absent without protection (TA-R8, TA-C2). */
  readonly guaranteeTerms?: string;
  /** Where the buyer pays to: this order's alone (TA-R6). */
  readonly collectionAccount: string;
  /** Days from shipping after which receipt counts as confirmed (TA-R25), as configured when the order was submitted. */
  readonly receiptDays: number;
}

/** The order's link may be handed to the buyer (TA-R13). Only the token's SHA-256 is kept. */
export interface ShareLinkIssued extends OrderFact {
  readonly linkId: string;
  readonly tokenHash: string;
  readonly expiresAt: Instant;
}

export interface ShareLinkRevoked extends OrderFact {
  readonly linkId: string;
}

/** The matched buyer confirmed order and contract in one act (TA-R14, TA-C10). */
export interface TradeOrderConfirmed extends OrderFact {
  /** `user:…` */
  readonly buyerAccount: string;
  readonly buyerCompanyId: string;
  readonly confirmedAt: Instant;
}

/** Supplier or buyer cancelled before any money was in. */
export interface TradeOrderCancelled extends OrderFact {
  readonly side: Side;
  readonly reason: string;
  readonly cancelledAt: Instant;
}

/** Money that a payment provider tells of. */
export interface PaymentFact extends OrderFact {
  /** The provider's own. */
  readonly paymentId: string;
  readonly method: PaymentMethod;
  readonly amount: Decimal;
  readonly currency: string;
  readonly receivedAt: Instant;
}

/** A payment came in; several make up the amount, and more than the amount may come in. */
export interface PaymentRecorded extends PaymentFact {
  /** All payments together, this one included. */
  readonly paidAmount: Decimal;
}

/** A payment came in that this order does not ask for: it counts for nothing and is to be given back. */
export interface PaymentSetAside extends PaymentFact {
  readonly reason: Bilingual;
}

/** The money that the order asks for is in (TA-R16). */
export interface FundsReceived extends OrderFact {
  readonly receivedAt: Instant;
}

/** The end of the day at which receipt counts as confirmed (TA-R24…R26). */
export interface ReceiptDeadlineSet extends OrderFact {
  readonly dueAt: Instant;
  readonly days: number;
  readonly zone: string;
}

/** The buyer opened a dispute: the clock of the receipt stops (TA-R26). */
export interface DisputeOpened extends OrderFact {
  readonly reason: string;
  readonly openedAt: Instant;
}

/** The platform settled it: the clock goes on, or the order is completed. */
export interface DisputeSettled extends OrderFact {
  readonly outcome: 'RESUMED' | 'COMPLETED';
  readonly note: string;
  readonly settledAt: Instant;
}

/** Receipt was confirmed (TA-R23), counted as confirmed (TA-R24), or decided with a dispute. */
export interface TradeOrderCompleted extends OrderFact {
  readonly by: 'BUYER' | 'TIME' | 'SETTLEMENT';
  readonly completedAt: Instant;
}

/** 评价, optional (TA-R23). */
export interface ReviewLeft extends OrderFact {
  /** 1 to 5. */
  readonly stars: number;
  readonly text?: string;
  readonly leftAt: Instant;
}

/** The facts of a trade order besides its shipping. */
export type OrderEvent = EventOf<{
  TradeOrderDrafted: TradeOrderDrafted;
  TradeOrderRevised: TradeOrderRevised;
  ContractAttached: ContractAttached;
  BuyerMatched: BuyerMatched;
  TradeOrderSubmitted: TradeOrderSubmitted;
  ShareLinkIssued: ShareLinkIssued;
  ShareLinkRevoked: ShareLinkRevoked;
  TradeOrderConfirmed: TradeOrderConfirmed;
  TradeOrderCancelled: TradeOrderCancelled;
  PaymentRecorded: PaymentRecorded;
  PaymentSetAside: PaymentSetAside;
  FundsReceived: FundsReceived;
  ReceiptDeadlineSet: ReceiptDeadlineSet;
  DisputeOpened: DisputeOpened;
  DisputeSettled: DisputeSettled;
  TradeOrderCompleted: TradeOrderCompleted;
  ReviewLeft: ReviewLeft;
}>;

/** Every fact of the streams `tradeOrder-<orderNo>`. */
export type TradeOrderEvent = OrderEvent | BatchEvent;

const ORDER_EVENT_TYPES: Readonly<Record<OrderEvent['type'], true>> = {
  ...{ TradeOrderDrafted: true, TradeOrderRevised: true, ContractAttached: true, BuyerMatched: true, TradeOrderSubmitted: true, ShareLinkIssued: true },
  ...{ ShareLinkRevoked: true, TradeOrderConfirmed: true, TradeOrderCancelled: true, PaymentRecorded: true, PaymentSetAside: true, FundsReceived: true },
  ...{ ReceiptDeadlineSet: true, DisputeOpened: true, DisputeSettled: true, TradeOrderCompleted: true, ReviewLeft: true },
};

/** The types of all facts of a trade order. */
export const TRADE_ORDER_EVENT_TYPES: readonly TradeOrderEvent['type'][] = [...(Object.keys(ORDER_EVENT_TYPES) as OrderEvent['type'][]), ...BATCH_EVENT_TYPES];
