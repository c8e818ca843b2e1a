import type { Aggregate, CompanyId, Recorded } from '#event-sourcing';
import type { CustomsOrderEvent, OrderSubmitted, TransmissionRequested } from './events.js';
import { PUSH_COOLDOWN_SECONDS, after } from './limits.js';
import type {
  BatchGoods,
  BatchLink,
  CustomsOrderMessage,
  DeclarationFacts,
  DeclarationStatus,
  Instant,
  OrderContent,
  OrderStatus,
  ReleaseReport,
  Totals,
  TransmissionStatus,
} from './values.js';

/** One push to customs: the first, a resend, a change or a deletion. */
export type Push = Pick<TransmissionRequested, 'attempt' | 'submission' | 'appType' | 'orderGuid' | 'copMsgId' | 'requestedAt'> & {
  readonly dispatched: boolean;
  /** Customs' time of the newest receipt about it. */
  readonly lastReturnTime?: Instant;
};

/** A 9710 order as decisions need it. Before its first event it has no number; only commands that begin a stream are decided on that. */
export interface CustomsOrder {
  readonly orderNo: string;
  readonly companyId: CompanyId | undefined;
  readonly status: OrderStatus;
  readonly content: OrderContent;
  readonly totals: Totals;
  /** The newest submission; what is sent is what was submitted. */
  readonly submitted?: OrderSubmitted;
  readonly transmission: TransmissionStatus;
  readonly pushes: readonly Push[];
  /** When customs was last sent something, the start of the cool-down (9710-C18). */
  readonly lastAttemptAt?: Instant;
  /** What customs was last told. */
  readonly lastMessage?: CustomsOrderMessage;
  readonly heldByCustoms: boolean;
  readonly receiptIds: readonly string[];
  /** Present once the transmission has succeeded (9710-R55). */
  readonly declaration?: DeclarationStatus;
  readonly stated?: DeclarationFacts;
  /** What the verification found right. */
  readonly verified?: Omit<ReleaseReport, 'releasedAt'>;
  /** Releases that customs has told of, the newest last. */
  readonly releases: readonly ReleaseReport[];
  /** The shipment batch that the order was drafted for, and its goods. */
  readonly batch?: LinkedBatch;
  readonly supportCaseNo?: string;
}

/** A shipment batch and its goods, as far as the order knows them. */
export interface LinkedBatch extends BatchLink {
  readonly goods: readonly BatchGoods[];
}

const NO_ORDER: CustomsOrder = {
  orderNo: '',
  companyId: undefined,
  status: 'DRAFT',
  content: { scene: 'cross-border', lines: [] },
  totals: { qty: '0', amount: '0' },
  transmission: 'PENDING',
  pushes: [],
  heldByCustoms: false,
  receiptIds: [],
  releases: [],
};

/** The push that the transmission status is about. */
export const currentPush = (order: CustomsOrder): Push | undefined => order.pushes.at(-1);

/** The earliest instant at which customs may be sent something about the order (9710-R20, 9710-C18). */
export const earliestPush = (order: CustomsOrder, now: Date): Date => {
  const free = order.lastAttemptAt === undefined ? now : after(order.lastAttemptAt, PUSH_COOLDOWN_SECONDS);
  return free > now ? free : now;
};

const changePush = (order: CustomsOrder, attempt: number, change: Partial<Push>): readonly Push[] =>
  order.pushes.map((push) => (push.attempt === attempt ? { ...push, ...change } : push));

/** One release for each declaration: what was reported early is confirmed later. */
const withRelease = (releases: readonly ReleaseReport[], { declarationNo, amount, currency, releasedAt }: ReleaseReport): readonly ReleaseReport[] => [
  ...releases.filter((release) => release.declarationNo !== declarationNo),
  { declarationNo, amount, currency, releasedAt },
];

/** Back to the exporter: nothing is being transmitted and there is nothing to declare. */
const returned = ({ declaration: _, stated: __, ...order }: CustomsOrder): CustomsOrder => ({ ...order, status: 'TO_MODIFY', transmission: 'PENDING' });

const evolve = (order: CustomsOrder, event: Recorded<CustomsOrderEvent>): CustomsOrder => {
  switch (event.type) {
    case 'OrderDrafted': {
      const { orderNo, content, totals, batch, batchGoods: goods = [] } = event.data;
      return { ...order, orderNo, companyId: event.metadata.companyId, content, totals, ...(batch && { batch: { ...batch, goods } }) };
    }
    case 'BatchGoodsNoted':
      return order.batch ? { ...order, batch: { ...order.batch, goods: event.data.goods } } : order;
    case 'DraftSaved':
    case 'OrderModified':
      return { ...order, content: event.data.content, totals: event.data.totals };
    case 'LinesReplaced':
      return { ...order, content: { ...order.content, lines: event.data.lines }, totals: event.data.totals };
    case 'DraftDeleted':
      return { ...order, status: 'DELETED' };
    case 'OrderSubmitted':
      return { ...order, status: 'IN_REVIEW', submitted: event.data };
    case 'ConfirmationAnswered':
      return { ...order, status: 'IN_REVIEW' };
    case 'ConfirmationRequested':
      return { ...order, status: 'TO_CONFIRM' };
    case 'OrderApproved':
      return { ...order, status: 'APPROVED' };
    case 'OrderReturned':
    case 'OrderReturnedForModification':
      return returned(order);
    case 'OrderCancelled':
      return { ...order, status: 'CANCELLED' };
    case 'TransmissionRequested': {
      const { attempt, submission, appType, orderGuid, copMsgId, requestedAt, message } = event.data;
      const push: Push = { attempt, submission, appType, orderGuid, copMsgId, requestedAt, dispatched: false };
      const status = appType === 3 ? order.status : 'SENDING';
      return { ...order, status, transmission: 'PROCESSING', pushes: [...order.pushes, push], lastAttemptAt: requestedAt, lastMessage: message };
    }
    case 'TransmissionDispatched': {
      const { attempt, dispatchedAt } = event.data;
      // Of a push that is over, a late word must not move the cool-down that its successor has been given.
      const lastAttemptAt = order.transmission === 'PROCESSING' && currentPush(order)?.attempt === attempt ? { lastAttemptAt: dispatchedAt } : {};
      return { ...order, pushes: changePush(order, attempt, { dispatched: true }), ...lastAttemptAt };
    }
    case 'ReceiptRecorded': {
      const { attempt, receiptId, returnTime, effect, heldByCustoms } = event.data;
      if (effect === 'repeated') return order;
      const pushes = effect === 'stale' ? order.pushes : changePush(order, attempt, { lastReturnTime: returnTime });
      return { ...order, pushes, heldByCustoms, receiptIds: [...order.receiptIds, receiptId] };
    }
    case 'CustomsOrderSent':
      return { ...order, status: 'TO_DECLARE', transmission: 'SUCCEEDED', declaration: 'NOT_UPLOADED' };
    case 'SendFailed': {
      const { declaration: _, ...rest } = order;
      return { ...rest, status: 'SENDING', transmission: 'FAILED' };
    }
    case 'CustomsDeletionConfirmed':
      return { ...order, transmission: 'SUCCEEDED' };
    case 'CustomsDeletionFailed':
      return { ...order, transmission: 'FAILED' };
    case 'DeclarationUploaded':
      return { ...order, status: 'DECLARATION_REVIEW', declaration: 'UNDER_REVIEW', stated: event.data.stated };
    case 'DeclarationVerified': {
      const { declarationNo, amount, currency } = event.data;
      return { ...order, declaration: 'VERIFIED', verified: { declarationNo, amount, currency } };
    }
    case 'ReleaseReported':
    case 'DeclarationReleased':
      return { ...order, releases: withRelease(order.releases, event.data) };
    case 'DeclarationRejected':
      return { ...order, status: 'TO_DECLARE', declaration: 'REJECTED' };
    case 'ServiceCompleted':
      return { ...order, status: 'COMPLETED' };
    case 'SupportCaseOpened':
      return { ...order, supportCaseNo: event.data.caseNo };
  }
  return order;
};

/** The streams `customsOrder-<orderNo>`. */
export const customsOrder: Aggregate<CustomsOrder, CustomsOrderEvent> = { category: 'customsOrder', initialState: NO_ORDER, evolve };
