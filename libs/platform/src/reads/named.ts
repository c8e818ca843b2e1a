import { Decimal } from 'decimal.js';
import type { Bilingual } from '#event-sourcing';

/** A value of a fixed vocabulary and how people call it. */
export interface Named<Value extends string = string> {
  readonly value: Value;
  readonly label: Bilingual;
}

/** A value with its name. */
export const named = <Value extends string>(labels: Readonly<Record<Value, Bilingual>>, value: Value): Named<Value> => ({ value, label: labels[value] });

/** An amount of money: exact, and with the two decimals that lists show, rounded half up (9710-R51). */
export interface Amount {
  readonly exact: string;
  readonly display: string;
  /** ISO 4217; null while none is chosen. */
  readonly currency: string | null;
}

/** `100.005` USD → `100.01`. */
export const amountOf = (exact: string, currency: string | null): Amount => ({ exact, display: new Decimal(exact).toFixed(2, Decimal.ROUND_HALF_UP), currency });

/** A value to filter by and how many rows have it: exactly, and as people are shown it, `99+` from 100 on (9710-R38). */
export interface Counter extends Named {
  readonly count: number;
  readonly display: string;
}

const DISPLAY_CAP = 99;

/** The count as a counter. */
export const counter = (entry: Named, count: number): Counter => ({ ...entry, count, display: count > DISPLAY_CAP ? `${DISPLAY_CAP}+` : String(count) });

/** Every value of the vocabulary, in its order, those without rows too. */
export const counters = <Value extends string>(labels: Readonly<Record<Value, Bilingual>>, counts: Readonly<Record<string, number>> = {}): readonly Counter[] =>
  (Object.keys(labels) as Value[]).map((value) => counter(named(labels, value), counts[value] ?? 0));
