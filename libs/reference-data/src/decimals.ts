import { Decimal } from 'decimal.js';
import type { Brand, Checked } from './brand.js';

/**
 * A non-negative amount, price or quantity that fits customs' N19,5 (19 digits, 5 of them decimal places), in canonical form: no sign, no exponent, no leading
 * zero before another digit, no trailing zero after the point. Two equal amounts are equal strings.
 */
export type DecimalText = Brand<'DecimalText'>;

/** `syntax`: not a plain decimal number; the others say which limit of N19,5 is passed. */
export type DecimalProblem = 'syntax' | 'negative' | 'too-many-digits' | 'too-many-decimals';

/** 19 digits in all leave 14 before the point: the official sample value is 12345678912345.12345. */
const INTEGER_PLACES = 14;
const DECIMAL_PLACES = 5;

/** 45 digits hold the exact product of two N19,5 numbers and the exact sum of any list of them. */
const Exact = Decimal.clone({ precision: 45, rounding: Decimal.ROUND_HALF_UP, toExpPos: 99, toExpNeg: -99 });

const PLAIN_DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

export const ZERO = '0' as DecimalText;

const canonical = (integer: string, fraction: string): DecimalText => {
  const whole = integer.replace(/^0+(?=\d)/, '');
  const places = fraction.replace(/0+$/, '');
  return (places === '' ? whole : `${whole}.${places}`) as DecimalText;
};

/** Checks a number as typed or received (`100`, `0.50`) and gives its canonical form. No exponent, no separators, no blanks, no plus sign. */
export const checkDecimal = (text: string): Checked<DecimalText, DecimalProblem> => {
  const [, sign, integer, fraction = ''] = PLAIN_DECIMAL.exec(text) ?? [];
  if (integer === undefined) return { ok: false, problem: 'syntax' };
  if (sign === '-') return { ok: false, problem: 'negative' };
  if (integer.length > INTEGER_PLACES) return { ok: false, problem: 'too-many-digits' };
  if (fraction.length > DECIMAL_PLACES) return { ok: false, problem: 'too-many-decimals' };
  return { ok: true, value: canonical(integer, fraction) };
};

/** The canonical form of a number; undefined where `checkDecimal` finds a problem. */
export const decimalText = (text: string): DecimalText | undefined => {
  const checked = checkDecimal(text);
  return checked.ok ? checked.value : undefined;
};

const fitting = (value: Decimal): DecimalText | undefined => decimalText(value.toDecimalPlaces(DECIMAL_PLACES).toString());

/** The exact sum; undefined if it no longer fits N19,5. The sum of nothing is 0. */
export const sumDecimals = (values: Iterable<DecimalText>): DecimalText | undefined => {
  let sum = new Exact(0);
  for (const value of values) sum = sum.plus(value);
  return fitting(sum);
};

/** a − b, or 0 where b is more. */
export const differenceOrZero = (a: DecimalText, b: DecimalText): DecimalText => fitting(Exact.max(0, new Exact(a).minus(b))) ?? ZERO;

/** Quantity × unit price, rounded half up to 5 decimals (9710-R9); undefined if it does not fit N19,5. */
export const lineTotal = (quantity: DecimalText, unitPrice: DecimalText): DecimalText | undefined => fitting(new Exact(quantity).times(unitPrice));

/** Negative if a < b, 0 if equal, positive if a > b. */
export const compareDecimals = (a: DecimalText, b: DecimalText): number => new Exact(a).comparedTo(b);

/** An exchange rate: a positive decimal of at most 9 digits before and 10 after the point, canonical as `DecimalText` is. */
export type RateText = Brand<'RateText'>;

const RATE = /^\d{1,9}(?:\.\d{1,10})?$/;

/** The canonical form of an exchange rate; undefined for what is none. */
export const rateText = (text: string): RateText | undefined => {
  if (!RATE.test(text)) return undefined;
  const rate = new Exact(text);
  return rate.isZero() ? undefined : (rate.toString() as RateText);
};

/** The amount in another currency, rounded half up to 5 decimals; undefined if it does not fit N19,5. */
export const convertAmount = (amount: DecimalText, rate: RateText): DecimalText | undefined => fitting(new Exact(amount).times(rate));

/** Whether the part is at least so many per cent of the whole, exactly. */
export const reachesShare = (part: DecimalText, whole: DecimalText, percent: number): boolean => new Exact(part).times(100).gte(new Exact(whole).times(percent));
