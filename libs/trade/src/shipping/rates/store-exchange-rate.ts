import { Command, invalid, refusal, refuseIfAny, useCase, type AnyUseCase, type Decide, type Refusal } from '#event-sourcing';
import { DecimalString, InstantString, Text } from '#platform';
import { currencyByIso, rateText } from '#reference-data';
import { exchangeRate, rateAt, type ExchangeRate, type ExchangeRateEvent } from './exchange-rate.js';

export class StoreExchangeRateInput {
  /** 1 unit of the first currency in the second. */
  @DecimalString({ digits: 19, places: 10, moreThan: '0' }, { context: { rule: '9710-C12' } })
  rate!: string;

  /** The first instant at which it holds, until a later one does. */
  @InstantString({ context: { rule: '9710-C12' } })
  effectiveFrom!: string;

  /** Where it was taken from. */
  @Text(1, 200, { context: { rule: '9710-C12' } })
  source!: string;
}

/** Stores the rate of a pair of currencies, `EUR-USD`: what declarations in another currency than their order's are counted by (9710-C12). */
export class StoreExchangeRate extends Command<StoreExchangeRateInput> {}

const unknownCurrencies = (from: string, to: string): readonly Refusal[] =>
  [from, to].flatMap((currency) => (currencyByIso(currency) ? [] : [invalid('9710-C12', 'pair', { en: `customs knows no currency ${currency}`, zh: `海关币制表中没有 ${currency}` })]));

/** The same rate again changes nothing. */
export const storeExchangeRate: Decide<StoreExchangeRateInput, ExchangeRate, ExchangeRateEvent> = (input, state, { id, actor }) => {
  if (!actor.roles.some((role) => role === 'ops' || role === 'system')) {
    throw refusal('9710-C12', { en: 'exchange rates are kept by the platform', zh: '汇率由平台维护' }, { kind: 'forbidden' });
  }
  const [from = '', to = ''] = id.split('-');
  refuseIfAny(unknownCurrencies(from, to));
  if (from === to) throw invalid('9710-C12', 'pair', { en: 'names one currency twice', zh: '两种币制相同' });
  const rate = rateText(input.rate);
  if (rate === undefined) throw invalid('9710-C12', 'rate', { en: 'must be more than 0, with at most 10 decimals', zh: '必须大于 0，最多 10 位小数' });
  const effectiveFrom = new Date(input.effectiveFrom).toISOString();
  const known = rateAt(state, effectiveFrom);
  if (known?.effectiveFrom === effectiveFrom && known.rate === rate) return [];
  return [{ type: 'ExchangeRateStored', data: { from, to, rate, effectiveFrom, source: input.source } }];
};

/** Which command about exchange rates is decided by what. */
export const exchangeRateUseCases: readonly AnyUseCase[] = [useCase({ command: StoreExchangeRate, aggregate: exchangeRate, decide: storeExchangeRate, begins: true })];
