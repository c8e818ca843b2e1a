import { Command, type Bilingual, type Decide } from '#event-sourcing';
import { requireSystem } from '../system-only.js';
import type { BatchEvent, Release } from './batch-events.js';
import { rateAt, type RateEntry } from './rates/exchange-rate.js';
import { counting, isBeforeDrafting, type WithRates } from './record-release.js';
import type { ShippingOrder } from './shipping-order.js';
import { released } from './shipment-progress.js';

/** A release that customs has published. */
export type CustomsRelease = Omit<Release, 'orderNo'>;

/** Records what customs let go of a batch's 9710 order (9710-R27). For the system itself. */
export class RecordCustomsRelease extends Command<CustomsRelease> {}

const isKnown = ({ batches: { releases } }: ShippingOrder, declarationNo: string): boolean => releases.some((release) => release.declarationNo === declarationNo);

const setAside = (release: Release, rule: string, reason: Bilingual): BatchEvent => ({ type: 'ReleaseSetAside', data: { ...release, rule, reason } });

/** What customs says is never lost: what does not count yet waits for its rate (9710-C12), what cannot count is set aside (TA-R22). */
export const recordCustomsRelease: Decide<CustomsRelease, ShippingOrder, BatchEvent, WithRates> = (payload, order, { actor, rates }) => {
  requireSystem('TA-R17', actor);
  if (isKnown(order, payload.declarationNo)) return [];
  const release: Release = { orderNo: order.orderNo, ...payload };
  if (isBeforeDrafting(order, release.releasedAt)) {
    return [setAside(release, 'TA-R22', { en: `released before the order was drafted at ${order.draftedAt}`, zh: `放行日期早于订单起草时间 ${order.draftedAt}` })];
  }
  const counted = counting(order, release, rateAt(rates, release.releasedAt));
  return counted === undefined ? [{ type: 'ReleasePending', data: { ...release, orderCurrency: order.currency } }] : released(order, counted);
};

/** Keeps a release for the record whose declaration is another order's (TA-R20). For the system itself. */
export class SetReleaseAside extends Command<CustomsRelease & { readonly rule: string; readonly reason: Bilingual }> {}

export const setReleaseAside: Decide<CustomsRelease & { readonly rule: string; readonly reason: Bilingual }, ShippingOrder, BatchEvent> = (
  { rule, reason, ...release },
  order,
  { actor },
) => {
  requireSystem('TA-R17', actor);
  return isKnown(order, release.declarationNo) ? [] : [setAside({ orderNo: order.orderNo, ...release }, rule, reason)];
};

interface CompleteReleasePayload {
  readonly declarationNo: string;
  readonly rate: RateEntry;
}

/** Counts a release that waited for its rate (9710-C12). For the system itself. */
export class CompleteRelease extends Command<CompleteReleasePayload> {}

export const completeRelease: Decide<CompleteReleasePayload, ShippingOrder, BatchEvent> = ({ declarationNo, rate }, order, { actor }) => {
  requireSystem('TA-R17', actor);
  const pending = order.batches.releases.find((release) => release.declarationNo === declarationNo && release.state === 'PENDING');
  if (pending === undefined) return [];
  const { state: _, ...release } = pending;
  const counted = counting(order, { orderNo: order.orderNo, ...release }, rate);
  return counted === undefined ? [] : released(order, counted);
};
