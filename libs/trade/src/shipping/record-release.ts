import { Command, invalid, type Decide, type Refusal } from '#event-sourcing';
import { InstantString, Text } from '#platform';
import { convertAmount, decimalText, rateText, ZERO } from '#reference-data';
import { requireBatchAction } from './actions.js';
import type { BatchEvent, Release } from './batch-events.js';
import { rateAt, type ExchangeRate, type RateEntry } from './rates/exchange-rate.js';
import { batchOf, type ShippingOrder } from './shipping-order.js';
import { released } from './shipment-progress.js';

export class RecordReleaseInput {
  /** 报关单海关编号, as verified. */
  @Text(1, 18, { context: { rule: '9710-R28' } })
  declarationNo!: string;

  /** 通关放行日期 */
  @InstantString({ context: { rule: '9710-R28' } })
  releasedAt!: string;
}

/** Customs has let the goods of a batch's ordinary declaration go (放行). What was verified of it counts (9710-R27). */
export class RecordRelease extends Command<RecordReleaseInput & { readonly batchNo: number }> {}

/** The stored rates from the declaration's currency to the order's. */
export interface WithRates {
  readonly rates: ExchangeRate;
}

/** A release before the order was drafted is not this order's (TA-R22); at the same instant it may be. */
export const isBeforeDrafting = ({ draftedAt }: ShippingOrder, releasedAt: string): boolean => new Date(releasedAt) < new Date(draftedAt);

/** The release as it counts in the order's currency; undefined where that needs a rate and there is none, or none by which it fits N19,5. */
export const counting = ({ currency }: ShippingOrder, release: Release, rate: RateEntry | undefined): Extract<BatchEvent, { type: 'DeclarationReleased' }>['data'] | undefined => {
  if (release.currency === currency) return { ...release, amountInOrderCurrency: release.declaredAmount };
  const factor = rate && rateText(rate.rate);
  const amountInOrderCurrency = factor && convertAmount(decimalText(release.declaredAmount) ?? ZERO, factor);
  return rate === undefined || amountInOrderCurrency === undefined ? undefined : { ...release, amountInOrderCurrency, orderCurrency: currency, rate };
};

const noRate = (from: string, to: string): Refusal =>
  invalid('9710-C12', 'currency', { en: `no rate from ${from} to ${to} is stored for the release date`, zh: `放行日期没有 ${from} 兑 ${to} 的汇率` }, { from, to });

/** In the past, and not before the order (TA-R22). */
const requireDate = (order: ShippingOrder, releasedAt: string, now: Date): void => {
  if (new Date(releasedAt) > now) throw invalid('9710-R28', 'releasedAt', { en: 'lies in the future', zh: '放行日期不能晚于当前时间' });
  if (!isBeforeDrafting(order, releasedAt)) return;
  throw invalid('TA-R22', 'releasedAt', { en: `is before the order was drafted at ${order.draftedAt}`, zh: `放行日期早于订单起草时间 ${order.draftedAt}` }, { draftedAt: order.draftedAt });
};

export const recordRelease: Decide<RecordReleaseInput & { readonly batchNo: number }, ShippingOrder, BatchEvent, WithRates> = (
  { batchNo, declarationNo, releasedAt: at },
  order,
  { now, actor, rates },
) => {
  const { orderNo, batches } = order;
  const batch = batchOf(order, batchNo);
  requireBatchAction('record-release', order, batch, actor);
  const declaration = batch.export === undefined || batch.export.way === '9710-service' ? undefined : batch.export.declaration;
  if (declaration === undefined || declaration.declarationNo !== declarationNo) {
    throw invalid('9710-R28', 'declarationNo', { en: `the verified declaration is ${declaration?.declarationNo ?? 'none'}`, zh: `与已验证的报关单 ${declaration?.declarationNo ?? '无'} 不一致` });
  }
  if (batches.releases.some((release) => release.declarationNo === declarationNo)) return [];
  const releasedAt = new Date(at).toISOString();
  requireDate(order, releasedAt, now);
  const release = { orderNo, batchNo, declarationNo, declaredAmount: declaration.amount, currency: declaration.currency, releasedAt };
  const counted = counting(order, release, rateAt(rates, releasedAt));
  if (counted === undefined) throw noRate(declaration.currency, order.currency);
  return released(order, counted);
};
