import { documentProjection } from '#event-sourcing';
import { exchangeRate, pairOf, type ExchangeRateEvent, type ExchangeRateStored } from './exchange-rate.js';

/** A stored rate, as operations list them. */
export interface ExchangeRateRow extends ExchangeRateStored {
  readonly pair: string;
  readonly storedAt: string;
  readonly storedBy: string;
}

/** The register of exchange rates (9710-C12): one row for each pair and instant; what was replaced is in the log. */
export const exchangeRates = documentProjection<ExchangeRateRow, ExchangeRateEvent>({
  name: 'exchange-rates',
  version: 1,
  categories: [exchangeRate.category],
  key: ({ data: { from, to, effectiveFrom } }) => `${pairOf(from, to)}@${effectiveFrom}`,
  indexes: [{ fields: { companyId: 1, effectiveFrom: -1, _id: -1 } }, { fields: { effectiveFrom: -1, _id: -1 } }],
  on: {
    ExchangeRateStored: (_, { data, metadata }) => ({ ...data, pair: pairOf(data.from, data.to), storedAt: metadata.occurredAt, storedBy: metadata.actor }),
  },
});
