/** How a result is judged: `ratio-at-least` and `ratio-at-most` against the ceiling of the same run, the others by itself. */
export type Relation = 'ratio-at-least' | 'ratio-at-most' | 'result-below' | 'result-equals';

/** What one benchmark line says. */
export interface Line {
  readonly name: string;
  readonly result: number;
  /** Of result and ceiling: `/s`, `ms p99`, … */
  readonly unit: string;
  /** What the same machine did in the same run without our code; null where the bar is a number by itself. */
  readonly ceiling: number | null;
  /** result / ceiling */
  readonly ratio: number | null;
  readonly bar: number;
  readonly relation: Relation;
  readonly ok: boolean;
}

/** How much is measured: `full` for numbers to be trusted, `quick` to see that the benchmarks themselves work. */
export type Scale = 'full' | 'quick';

export interface Run {
  readonly scale: Scale;
  /** Tells what is going on. */
  readonly say: (text: string) => void;
}

/** Measures one thing. */
export interface Benchmark {
  readonly name: string;
  readonly measure: (run: Run) => Promise<readonly Line[]>;
}

interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly result: number;
  readonly bar: number;
}

/** A line judged by itself. */
export const judged = (measured: Measured, relation: 'result-below' | 'result-equals'): Line => ({
  ...measured,
  ceiling: null,
  ratio: null,
  relation,
  ok: relation === 'result-below' ? measured.result < measured.bar : measured.result === measured.bar,
});

/** A line judged by its ratio to what was measured beside it. */
export const compared = (measured: Measured & { readonly ceiling: number }, relation: 'ratio-at-least' | 'ratio-at-most'): Line => {
  const ratio = measured.result / measured.ceiling;
  return { ...measured, ratio, relation, ok: relation === 'ratio-at-least' ? ratio >= measured.bar : ratio <= measured.bar };
};

/** The value that a share (0 to 1) of the values do not exceed. Throws `RangeError` for no values. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (value === undefined) throw new RangeError('no values');
  return value;
};

/** The middle value; of an even number, the lower of the two in the middle. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);
