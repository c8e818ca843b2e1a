import type { CustomsOrderStatus } from '#customs';
import type { BatchEvent, BatchLine, BatchLogisticsSet, DeclarationReleased, OrdinaryWay, Release, StatedDeclaration, TrackingEvent } from './batch-events.js';

/** Where an ordinary declaration (0110) stands. `SUBMITTED` until its number is reserved for the order (TA-R20). */
export const BATCH_DECLARATION_STATUSES = ['SUBMITTED', 'UNDER_REVIEW', 'VERIFIED', 'REJECTED'] as const;
export type BatchDeclarationStatus = (typeof BATCH_DECLARATION_STATUSES)[number];

/** The 9710 order of a batch, from the request on. */
export interface ServiceExport {
  readonly way: '9710-service';
  readonly requestId: string;
  readonly status: 'REQUESTED' | 'REFUSED' | 'LINKED';
  readonly exportOrderNo?: string;
  readonly orderStatus?: CustomsOrderStatus;
  /** Revision of the 9710 order that the status is of. */
  readonly orderRevision?: number;
}

/** The ordinary declaration of a batch. */
export interface OrdinaryExport {
  readonly way: OrdinaryWay;
  readonly declaration?: StatedDeclaration & { readonly status: BatchDeclarationStatus };
}

/** A shipment batch (发货批次). */
export interface Batch {
  readonly batchNo: number;
  /** Empty until step 1 is saved. */
  readonly goods: readonly BatchLine[];
  /** Absent until step 2 is saved. */
  readonly logistics?: Pick<BatchLogisticsSet, 'provider' | 'trackingNo'>;
  readonly tracking: readonly TrackingEvent[];
  /** Absent until step 3 is chosen. */
  readonly export?: ServiceExport | OrdinaryExport;
  /** How often the 9710 service was chosen. */
  readonly requests: number;
  /** Its 9710 order was cancelled: it goes the ordinary way 0110 (9710-R24). */
  readonly ordinaryPath: boolean;
  /** Customs is being asked whether its 9710 order can go with it. */
  readonly deleting: boolean;
}

/** A release, and whether it counts. */
export type KnownRelease = Omit<Release, 'orderNo'> &
  ({ readonly state: 'COUNTED'; readonly amount: string } | { readonly state: 'PENDING' } | { readonly state: 'SET_ASIDE' });

/** The shipping part of a trade order. */
export interface Batches {
  readonly list: readonly Batch[];
  /** Number of the batch added last, deleted or not. */
  readonly lastNo: number;
  /** Every release there was, in the order in which they became known. */
  readonly releases: readonly KnownRelease[];
  /** 发货时间, once 80 % is released. */
  readonly shippedAt?: string;
  readonly decidedBy?: string;
}

export const NO_BATCHES: Batches = { list: [], lastNo: 0, releases: [] };

const NEW_BATCH: Omit<Batch, 'batchNo'> = { goods: [], tracking: [], requests: 0, ordinaryPath: false, deleting: false };

type Change = (batch: Batch) => Batch;

const changed = (batches: Batches, batchNo: number, change: Change): Batches => ({
  ...batches,
  list: batches.list.map((batch) => (batch.batchNo === batchNo ? change(batch) : batch)),
});

/** The 9710 order of the batch changes, if it has one. */
const serviceChanged =
  (change: Partial<ServiceExport>): Change =>
  (batch) =>
    batch.export?.way === '9710-service' ? { ...batch, export: { ...batch.export, ...change } } : batch;

const declarationChanged =
  (change: Partial<NonNullable<OrdinaryExport['declaration']>>): Change =>
  (batch) => {
    if (batch.export === undefined || batch.export.way === '9710-service' || batch.export.declaration === undefined) return batch;
    return { ...batch, export: { ...batch.export, declaration: { ...batch.export.declaration, ...change } } };
  };

const withoutExport = ({ export: _, ...batch }: Batch): Batch => batch;

const withRelease = (batches: Batches, { orderNo: _, ...release }: Release, state: 'PENDING' | 'SET_ASIDE'): Batches => ({
  ...batches,
  releases: [...batches.releases, { ...releaseFacts(release), state }],
});

const releaseFacts = ({ batchNo, declarationNo, exportOrderNo, declaredAmount, currency, releasedAt }: Omit<Release, 'orderNo'>): Omit<Release, 'orderNo'> => ({
  ...{ batchNo, declarationNo, declaredAmount, currency, releasedAt },
  ...(exportOrderNo !== undefined && { exportOrderNo }),
});

/** A release that was pending takes the place that it had. */
const counted = (batches: Batches, data: DeclarationReleased): Batches => {
  const release = { ...releaseFacts(data), state: 'COUNTED', amount: data.amountInOrderCurrency } as const;
  const isKnown = batches.releases.some(({ declarationNo }) => declarationNo === data.declarationNo);
  const releases = isKnown ? batches.releases.map((known) => (known.declarationNo === data.declarationNo ? release : known)) : [...batches.releases, release];
  return { ...batches, releases };
};

/** The batches after a fact of shipping. Pure. */
export const evolveBatches = (batches: Batches, { type, data }: BatchEvent): Batches => {
  const change = (how: Change): Batches => ('batchNo' in data ? changed(batches, data.batchNo, how) : batches);
  switch (type) {
    case 'BatchAdded':
      return { ...batches, lastNo: data.batchNo, list: [...batches.list, { ...NEW_BATCH, batchNo: data.batchNo }] };
    case 'BatchGoodsSet':
      return change((batch) => ({ ...batch, goods: data.goods }));
    case 'BatchLogisticsSet':
      return change((batch) => ({ ...batch, logistics: { provider: data.provider, trackingNo: data.trackingNo } }));
    case 'TrackingRecorded':
      return change((batch) => ({ ...batch, tracking: [...batch.tracking, data.event] }));
    case 'ExportServiceChosen':
      return change((batch) => ({ ...batch, requests: batch.requests + 1, export: { way: '9710-service', requestId: data.requestId, status: 'REQUESTED' } }));
    case 'ExportWayChosen':
      return change((batch) => ({ ...batch, export: { way: data.way } }));
    case 'ExportOrderLinked':
      return change(serviceChanged({ status: 'LINKED', exportOrderNo: data.exportOrderNo, orderStatus: 'DRAFT', orderRevision: 0 }));
    case 'ExportServiceRefused':
      return change(serviceChanged({ status: 'REFUSED' }));
    case 'ExportOrderFollowed':
      return change((batch) => (data.status === 'DELETED' ? withoutExport(batch) : serviceChanged({ orderStatus: data.status, orderRevision: data.revision })(batch)));
    case 'BatchReopened':
      return batches;
    case 'BatchPutOnOrdinaryPath':
      return change((batch) => ({ ...withoutExport(batch), ordinaryPath: true }));
    case 'BatchDeclarationSubmitted': {
      const { way, declarationNo, amount, currency } = data;
      return change((batch) => ({ ...batch, export: { way, declaration: { declarationNo, amount, currency, status: 'SUBMITTED' } } }));
    }
    case 'BatchDeclarationLinked':
      return change(declarationChanged({ status: 'UNDER_REVIEW' }));
    case 'BatchDeclarationVerified':
      return change(declarationChanged({ status: 'VERIFIED', amount: data.amount, currency: data.currency }));
    case 'BatchDeclarationRejected':
      return change(declarationChanged({ status: 'REJECTED' }));
    case 'DeclarationReleased':
      return counted(batches, data);
    case 'ReleasePending':
      return withRelease(batches, data, 'PENDING');
    case 'ReleaseSetAside':
      return withRelease(batches, data, 'SET_ASIDE');
    case 'OrderPartiallyShipped':
      return batches;
    case 'OrderShipped':
    case 'ShipmentDateCorrected':
      return { ...batches, shippedAt: data.shippedAt, decidedBy: data.decidedBy };
    case 'BatchDeletionRequested':
      return change((batch) => ({ ...batch, deleting: true }));
    case 'BatchDeletionRefused':
      return change((batch) => ({ ...batch, deleting: false }));
    case 'BatchDeleted':
      return { ...batches, list: batches.list.filter(({ batchNo }) => batchNo !== data.batchNo) };
  }
  return batches;
};
