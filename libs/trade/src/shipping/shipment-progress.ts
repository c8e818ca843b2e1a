import { decimalText, reachesShare, sumDecimals, ZERO, type DecimalText } from '#reference-data';
import type { BatchEvent, DeclarationReleased } from './batch-events.js';
import { evolveBatches, type Batches, type KnownRelease } from './batches.js';
import type { ShippingOrder } from './shipping-order.js';

/** Per cent of the order's amount at whose release it counts as shipped (9710-R27, TA-R21). */
const SHIPPED_PERCENT = 80;

const amountOf = (release: KnownRelease): DecimalText => (release.state === 'COUNTED' ? (decimalText(release.amount) ?? ZERO) : ZERO);

/** What is released and counts, in the order's currency (9710-C12). */
export const releasedAmount = ({ releases }: Pick<Batches, 'releases'>): DecimalText => sumDecimals(releases.map(amountOf)) ?? ZERO;

/** The release that made the sum cross 80 %, in the order of the release dates: with which the order was shipped, however late others became known (9710-R28). */
const decisive = ({ releases }: Batches, orderAmount: DecimalText): KnownRelease | undefined => {
  const byDate = releases.filter(({ state }) => state === 'COUNTED').sort((a, b) => (a.releasedAt < b.releasedAt ? -1 : a.releasedAt > b.releasedAt ? 1 : 0));
  return byDate.find((_, index) => reachesShare(sumDecimals(byDate.slice(0, index + 1).map(amountOf)) ?? ZERO, orderAmount, SHIPPED_PERCENT));
};

/** A release that counts, and where it takes the order: partly shipped (9710-R29), shipped (9710-R27), or shipped at an earlier date than was thought. */
export const released = (order: ShippingOrder, data: DeclarationReleased): readonly BatchEvent[] => {
  const { orderNo, status } = order;
  const release: BatchEvent = { type: 'DeclarationReleased', data };
  const after = evolveBatches(order.batches, release);
  const sum = releasedAmount(after);
  const deciding = decisive(after, decimalText(order.amount) ?? ZERO);
  if (status === 'AWAITING_SHIPMENT' || status === 'PARTIALLY_SHIPPED') {
    if (deciding !== undefined) return [release, { type: 'OrderShipped', data: { orderNo, shippedAt: deciding.releasedAt, releasedAmount: sum, decidedBy: deciding.declarationNo } }];
    return status === 'PARTIALLY_SHIPPED' ? [release] : [release, { type: 'OrderPartiallyShipped', data: { orderNo, releasedAmount: sum } }];
  }
  const isCounting = status === 'SHIPPED' || status === 'DISPUTED';
  if (!isCounting || deciding === undefined || deciding.releasedAt === order.batches.shippedAt) return [release];
  return [release, { type: 'ShipmentDateCorrected', data: { orderNo, shippedAt: deciding.releasedAt, releasedAmount: sum, decidedBy: deciding.declarationNo } }];
};
