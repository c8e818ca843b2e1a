import type { Aggregate, EventOf } from '#event-sourcing';

/** A rate in force from an instant on: 1 unit of the one currency in the other. */
export interface RateEntry {
  /** Decimal text of at most 10 decimals. */
  readonly rate: string;
  readonly effectiveFrom: string;
}

/** Operations stored a rate; the same instant again replaces it for what is counted from now on (9710-C12). */
export interface ExchangeRateStored extends RateEntry {
  /** ISO 4217 codes. */
  readonly from: string;
  readonly to: string;
  /** Where the rate was taken from. */
  readonly source: string;
}

/** The facts of the streams `exchangeRate-<FROM>-<TO>`. */
export type ExchangeRateEvent = EventOf<{ ExchangeRateStored: ExchangeRateStored }>;

/** The stored rates of a pair of currencies, in the order in which they take effect. */
export interface ExchangeRate {
  readonly entries: readonly RateEntry[];
}

/** Names a pair of currencies. */
export const pairOf = (from: string, to: string): string => `${from}-${to}`;

/** The rate in force at the instant; undefined before the first one. */
export const rateAt = ({ entries }: ExchangeRate, instant: string): RateEntry | undefined => entries.findLast(({ effectiveFrom }) => effectiveFrom <= instant);

/** The entries with one more, or in place of one. */
export const withRate = ({ entries }: ExchangeRate, { rate, effectiveFrom }: RateEntry): ExchangeRate => {
  const others = entries.filter((entry) => entry.effectiveFrom !== effectiveFrom);
  return { entries: [...others, { rate, effectiveFrom }].sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)) };
};

export const exchangeRate: Aggregate<ExchangeRate, ExchangeRateEvent> = {
  category: 'exchangeRate',
  initialState: { entries: [] },
  evolve: (state, { data }) => withRate(state, data),
};
