import { customsStandingAfter, DRAFTED_CUSTOMS_ORDER, type BatchLink, type CustomsOrderEvent, type CustomsStanding } from '#customs';
import { processManager, type Reaction, type Recorded } from '#event-sourcing';
import { ReserveConsignment } from './consignments/consignment.js';
import { reasonOf } from './export-requests.js';
import { FollowExportOrder } from './follow-export-order.js';
import { LinkExportOrder } from './link-export-order.js';
import { RecordCustomsRelease, SetReleaseAside, type CustomsRelease } from './record-customs-release.js';

/** A 9710 order that was drafted for a batch, as far as its published events tell. */
interface FollowedOrder {
  readonly batch: BatchLink;
  readonly standing: CustomsStanding;
  /** The newest event took it to another status. */
  readonly moved: boolean;
}

const evolve = (order: FollowedOrder | null, event: Recorded<CustomsOrderEvent>): FollowedOrder | null => {
  if (event.type === 'OrderDrafted') return event.data.batch === undefined ? null : { batch: event.data.batch, standing: DRAFTED_CUSTOMS_ORDER, moved: false };
  if (order === null) return null;
  const standing = customsStandingAfter(order.standing, event);
  return { ...order, standing, moved: standing.status !== order.standing.status };
};

const reserve = (consignmentNo: string, { tradeOrderNo, batchNo }: BatchLink, release?: CustomsRelease): Reaction => ({
  kind: 'command',
  command: ReserveConsignment,
  target: consignmentNo,
  payload: { tradeOrderNo, batchNo },
  ...(release && { refused: (error) => ({ command: SetReleaseAside, target: tradeOrderNo, payload: { ...release, ...reasonOf(error) } }) }),
});

const react = ({ type, data, revision }: Recorded<CustomsOrderEvent>, order: FollowedOrder | null): readonly Reaction[] => {
  if (order === null) return [];
  const { batch, standing, moved } = order;
  const { tradeOrderNo: target, batchNo, requestId } = batch;
  const exportOrderNo = data.orderNo;
  if (type === 'OrderDrafted') {
    return [reserve(exportOrderNo, batch), { kind: 'command', command: LinkExportOrder, target, payload: { batchNo, requestId, exportOrderNo } }];
  }
  if (type === 'DeclarationReleased') {
    const { declarationNo, amount, currency, releasedAt } = data;
    const release: CustomsRelease = { batchNo, declarationNo, exportOrderNo, declaredAmount: amount, currency, releasedAt };
    return [reserve(declarationNo, batch, release), { kind: 'command', command: RecordCustomsRelease, target, payload: release }];
  }
  return moved ? [{ kind: 'command', command: FollowExportOrder, target, payload: { batchNo, exportOrderNo, status: standing.status, revision } }] : [];
};

/**
 * From customs to the shipping desk: links a batch with the 9710 order that customs has drafted for it, takes the batch where that order stands, and counts
 * what customs lets go (9710-R27, 9710-R36). It lives on customs' published events only.
 */
export const exportOrders = processManager<FollowedOrder | null, CustomsOrderEvent>({
  name: 'export-orders',
  categories: ['customsOrder'],
  instance: ({ data }) => data.orderNo,
  initialState: null,
  evolve,
  react,
});
