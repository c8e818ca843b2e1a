import { documentProjection, type Recorded } from '#event-sourcing';
import type { CustomsOrderEvent, OrderDrafted, OrderSubmitted, ReceiptRecorded, SendFailed, TransmissionRequested } from './events.js';
import { DRAFTED, standingAfter, type KeptStanding } from './queries/order-standing.js';
import type { AppType, BatchLink, Decimal, DeclarationFacts, DeclarationFile, DeclarationMismatch, Instant, OrderContent, OrderWarning, Service, Totals } from './values.js';

/** 基础信息 */
export interface OrderBasics extends KeptStanding, Pick<OrderDrafted, 'orderNo' | 'draftNo' | 'account' | 'companyName' | 'channel' | 'exportMode' | 'supervisionMode'> {
  readonly services: readonly Service[];
  readonly draftedAt: Instant;
  /** 下单时间; null while a draft. */
  readonly orderedAt: Instant | null;
  readonly copiedFrom: string | null;
  readonly warnings: readonly OrderWarning[];
  /** The shipment batch that the order belongs to (9710-R36). */
  readonly batch: BatchLink | null;
}

/** 订单信息: what the exporter has filled in, as it is now. */
export interface OrderContents {
  readonly content: OrderContent;
  readonly totals: Totals;
}

/** Why a push to customs failed (9710-R18). */
export type PushFailure = Pick<SendFailed, 'reason' | 'source' | 'failedAt'> & { readonly code: string | null };

/** 通关信息, block 跨境电商订单. */
export interface TransmissionDetail {
  /** Number of pushes so far; 0 before the first. */
  readonly attempt: number;
  readonly appType: AppType | null;
  readonly messageGuid: string | null;
  /** When the push was asked for, and when the channel took it over. */
  readonly requestedAt: Instant | null;
  readonly dispatchedAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  /** 发送时间 and 跨境电商订单号, for forwarder and broker (9710-R15, 9710-R16). */
  readonly sentAt: Instant | null;
  readonly crossBorderOrderNo: string | null;
  readonly failure: PushFailure | null;
  readonly resendFrom: Instant | null;
  readonly heldByCustoms: boolean;
  readonly lastReceipt: Pick<ReceiptRecorded, 'receiptId' | 'returnStatus' | 'returnTime' | 'effect'> & { readonly returnInfo: string | null } | null;
  /** When customs deleted the cancelled order. */
  readonly deletedAt: Instant | null;
}

/** 通关信息, block 报关单; there is one only after the transmission has succeeded (9710-R55). */
export interface DeclarationDetail {
  readonly file: DeclarationFile | null;
  readonly stated: DeclarationFacts | null;
  readonly uploadedAt: Instant | null;
  readonly verified: { readonly declarationNo: string; readonly amount: Decimal; readonly currency: string; readonly verifiedAt: Instant } | null;
  /** 放行, as customs told of it. */
  readonly released: { readonly declarationNo: string; readonly amount: Decimal; readonly currency: string; readonly releasedAt: Instant } | null;
  readonly rejected: { readonly reason: string; readonly mismatches: readonly DeclarationMismatch[]; readonly rejectedAt: Instant } | null;
}

/** 跟单信息: what exporter and platform have told each other about the order, the newest of each kind. */
export interface FollowUp {
  readonly approvedAt: Instant | null;
  readonly returned: { readonly reason: string; readonly by: 'reviewer' | 'exporter'; readonly at: Instant } | null;
  readonly confirmation: { readonly question: string; readonly askedAt: Instant; readonly answer: string | null; readonly answeredAt: Instant | null } | null;
  readonly cancelled: { readonly reason: string; readonly at: Instant } | null;
  readonly supportCase: { readonly caseNo: string; readonly openedAt: Instant } | null;
  readonly completedAt: Instant | null;
}

/** 下单信息: the order as last placed. */
export type PlacedOrder = Omit<OrderSubmitted, 'orderNo' | 'orderedAt' | 'warnings'>;

/** An order by the sections of its page (订单详情目录); the customs log (通关日志) is a read model of its own. Null stands for "none". */
export interface OrderDetail {
  readonly orderNo: string;
  /** Revision of the order's stream that the document reflects. */
  readonly revision: number;
  readonly basics: OrderBasics;
  readonly order: OrderContents;
  readonly transmission: TransmissionDetail;
  readonly declaration: DeclarationDetail | null;
  readonly followUp: FollowUp;
  readonly placed: PlacedOrder | null;
}

const NOTHING_SENT: TransmissionDetail = {
  attempt: 0,
  appType: null,
  messageGuid: null,
  requestedAt: null,
  dispatchedAt: null,
  lastAttemptAt: null,
  sentAt: null,
  crossBorderOrderNo: null,
  failure: null,
  resendFrom: null,
  heldByCustoms: false,
  lastReceipt: null,
  deletedAt: null,
};
const NOTHING_UPLOADED: DeclarationDetail = { file: null, stated: null, uploadedAt: null, verified: null, released: null, rejected: null };
const NOTHING_SAID: FollowUp = { approvedAt: null, returned: null, confirmation: null, cancelled: null, supportCase: null, completedAt: null };

const drafted = ({ data, revision, metadata }: Recorded<{ type: 'OrderDrafted'; data: OrderDrafted }>): OrderDetail => {
  const { orderNo, content, totals, copiedFrom = null, batch = null, batchGoods: _, ...basics } = data;
  return {
    orderNo,
    revision,
    basics: { ...basics, ...DRAFTED, orderNo, copiedFrom, batch, draftedAt: metadata.occurredAt, orderedAt: null },
    order: { content, totals },
    transmission: NOTHING_SENT,
    declaration: null,
    followUp: NOTHING_SAID,
    placed: null,
  };
};

type Sections = Partial<{ -readonly [Section in 'basics' | 'transmission' | 'declaration' | 'followUp']: Partial<OrderDetail[Section]> } & Pick<OrderDetail, 'order' | 'placed'>>;

/** A step that takes the document to the event's revision and standing, and changes the given fields of its sections. */
const changes =
  <Event extends CustomsOrderEvent>(sections: (event: Recorded<Event>, before: OrderDetail) => Sections = () => ({})) =>
  (before: OrderDetail | undefined, event: Recorded<Event>): OrderDetail | undefined => {
    if (!before) return undefined;
    const { basics, transmission, declaration, followUp, order = before.order, placed = before.placed } = sections(event, before);
    const standing = standingAfter(before.basics, event);
    return {
      orderNo: before.orderNo,
      revision: event.revision,
      basics: { ...before.basics, ...basics, ...standing },
      order,
      transmission: { ...before.transmission, ...transmission },
      declaration: standing.declaration && { ...NOTHING_UPLOADED, ...before.declaration, ...declaration },
      followUp: { ...before.followUp, ...followUp },
      placed,
    };
  };

const edited = changes<Extract<CustomsOrderEvent, { type: 'DraftSaved' | 'OrderModified' }>>(({ data: { content, totals, warnings } }) => ({
  order: { content, totals },
  basics: { warnings },
}));

/** Back with the exporter, the transmission starts afresh (9710-R22); what customs holds, it still holds. */
const returnedBy = (by: 'reviewer' | 'exporter') =>
  changes<Extract<CustomsOrderEvent, { type: 'OrderReturned' | 'OrderReturnedForModification' }>>(({ data: { reason }, metadata: { occurredAt } }) => ({
    transmission: { sentAt: null, crossBorderOrderNo: null, failure: null, resendFrom: null },
    followUp: { returned: { reason, by, at: occurredAt } },
  }));

const requested = ({ attempt, appType, messageGuid, requestedAt }: TransmissionRequested): Partial<TransmissionDetail> => ({
  ...{ attempt, appType, messageGuid, requestedAt, lastAttemptAt: requestedAt },
  ...{ dispatchedAt: null, failure: null, resendFrom: null },
});

const failed = changes<Extract<CustomsOrderEvent, { type: 'SendFailed' | 'CustomsDeletionFailed' }>>(({ data }) => {
  const { reason, source, failedAt, code = null, lastAttemptAt, resendFrom } = data;
  return { transmission: { failure: { reason, source, failedAt, code }, lastAttemptAt, resendFrom } };
});

/** 订单详情: one order with everything its page shows. */
export const orderDetail = documentProjection<OrderDetail, CustomsOrderEvent>({
  name: 'order-detail',
  version: 2,
  categories: ['customsOrder'],
  key: ({ data }) => data.orderNo,
  indexes: [],
  on: {
    OrderDrafted: (_, event) => drafted(event),
    DraftSaved: edited,
    OrderModified: edited,
    BatchGoodsNoted: changes(({ data: { warnings } }) => ({ basics: { warnings } })),
    LinesReplaced: changes(({ data: { lines, totals, warnings } }, { order: { content }, basics }) => ({
      order: { content: { ...content, lines }, totals },
      basics: { warnings: warnings ?? basics.warnings },
    })),
    DraftDeleted: () => undefined,
    OrderSubmitted: changes(({ data: { orderNo: _, orderedAt, warnings, ...placed } }) => ({
      basics: { orderedAt, warnings, services: placed.services, companyName: placed.profile.companyName, channel: placed.profile.channel },
      order: { content: placed.content, totals: placed.totals },
      placed,
    })),
    OrderApproved: changes(({ data: { approvedAt } }) => ({ followUp: { approvedAt } })),
    ConfirmationRequested: changes(({ data: { question }, metadata: { occurredAt } }) => ({
      followUp: { confirmation: { question, askedAt: occurredAt, answer: null, answeredAt: null } },
    })),
    ConfirmationAnswered: changes(({ data: { answer }, metadata: { occurredAt } }, { followUp: { confirmation } }) => ({
      followUp: { confirmation: confirmation && { ...confirmation, answer, answeredAt: occurredAt } },
    })),
    OrderReturned: returnedBy('reviewer'),
    OrderReturnedForModification: returnedBy('exporter'),
    OrderCancelled: changes(({ data: { reason }, metadata: { occurredAt } }) => ({ followUp: { cancelled: { reason, at: occurredAt } } })),
    TransmissionRequested: changes(({ data }) => ({ transmission: requested(data) })),
    TransmissionDispatched: changes(({ data: { dispatchedAt } }) => ({ transmission: { dispatchedAt, lastAttemptAt: dispatchedAt } })),
    ReceiptRecorded: changes(({ data: { receiptId, returnStatus, returnTime, effect, returnInfo = null, heldByCustoms } }) => ({
      transmission: { heldByCustoms, lastReceipt: { receiptId, returnStatus, returnTime, effect, returnInfo } },
    })),
    CustomsOrderSent: changes(({ data: { crossBorderOrderNo, sentAt } }) => ({ transmission: { crossBorderOrderNo, sentAt, failure: null, resendFrom: null } })),
    SendFailed: failed,
    CustomsDeletionConfirmed: changes(({ data: { deletedAt } }) => ({ transmission: { deletedAt, failure: null, resendFrom: null } })),
    CustomsDeletionFailed: failed,
    DeclarationUploaded: changes(({ data: { stated, file, uploadedAt } }) => ({ declaration: { stated, file, uploadedAt, rejected: null } })),
    DeclarationVerified: changes(({ data: { orderNo: _, ...verified } }) => ({ declaration: { verified } })),
    DeclarationRejected: changes(({ data: { reason, mismatches }, metadata: { occurredAt } }) => ({
      declaration: { rejected: { reason, mismatches, rejectedAt: occurredAt } },
    })),
    ReleaseReported: changes(),
    DeclarationReleased: changes(({ data: { orderNo: _, ...released } }) => ({ declaration: { released } })),
    ServiceCompleted: changes(({ data: { completedAt } }) => ({ followUp: { completedAt } })),
    SupportCaseOpened: changes(({ data: { caseNo, openedAt } }) => ({ followUp: { supportCase: { caseNo, openedAt } } })),
  },
});
