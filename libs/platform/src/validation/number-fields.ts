import { Decimal } from 'decimal.js';
import { fieldConstraint, type FieldOptions } from './field-constraint.js';

/** What a decimal may be. Limits are written as decimal strings. */
export interface DecimalLimits {
  /** Digits in all, e.g. 19 of N19,5. */
  readonly digits: number;
  /** Digits after the point, e.g. 5 of N19,5; `digits - places` digits stand before it. */
  readonly places: number;
  /** Smallest value allowed. */
  readonly min?: string;
  /** The value must be greater than this. */
  readonly moreThan?: string;
  /** Greatest value allowed. */
  readonly max?: string;
}

/** No sign but minus, no exponent, no leading zeros: one way of writing for each value and scale. */
const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;

const limitTexts = ({ min, moreThan, max }: DecimalLimits): { en: string; zh: string } => ({
  en: [min !== undefined && `, at least ${min}`, moreThan !== undefined && `, more than ${moreThan}`, max !== undefined && `, at most ${max}`].filter(Boolean).join(''),
  zh: [min !== undefined && `，不小于 ${min}`, moreThan !== undefined && `，大于 ${moreThan}`, max !== undefined && `，不大于 ${max}`].filter(Boolean).join(''),
});

/** Whether the value keeps the limits. Zero as limit is by far the most frequent and is answered from the text. */
const within = ({ min, moreThan, max }: DecimalLimits): ((value: string) => boolean) => {
  const tests: ((value: string) => boolean)[] = [];
  const isZero = (value: string): boolean => !/[1-9]/.test(value);
  if (min === '0') tests.push((value) => !value.startsWith('-') || isZero(value));
  else if (min !== undefined) tests.push((value) => new Decimal(value).gte(min));
  if (moreThan === '0') tests.push((value) => !value.startsWith('-') && !isZero(value));
  else if (moreThan !== undefined) tests.push((value) => new Decimal(value).gt(moreThan));
  if (max !== undefined) tests.push((value) => new Decimal(value).lte(max));
  return (value) => tests.every((test) => test(value));
};

const decimalString = fieldConstraint<[limits: DecimalLimits]>({
  name: 'decimalString',
  text: (limits) => ({
    en: `must be a decimal number written as a string, at most ${limits.digits - limits.places} digits before and ${limits.places} after the point${limitTexts(limits).en}`,
    zh: `必须是以字符串表示的十进制数，整数部分最多 ${limits.digits - limits.places} 位，小数部分最多 ${limits.places} 位${limitTexts(limits).zh}`,
  }),
  check: (limits) => {
    const keepsLimits = within(limits);
    const wholeDigits = limits.digits - limits.places;
    return (value) => {
      if (typeof value !== 'string' || value.length > limits.digits + 2) return false;
      const parts = DECIMAL.exec(value);
      if (!parts) return false;
      const [, , whole = '', fraction = ''] = parts;
      return whole.length <= wholeDigits && fraction.length <= limits.places && keepsLimits(value);
    };
  },
});

const wholeNumber = fieldConstraint<[min: number, max: number]>({
  name: 'wholeNumber',
  text: (min, max) => ({ en: `must be a whole number from ${min} to ${max}`, zh: `必须是 ${min} 至 ${max} 的整数` }),
  check: (min, max) => (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max,
});

const flag = fieldConstraint<[]>({
  name: 'flag',
  text: () => ({ en: 'must be true or false', zh: '必须是 true 或 false' }),
  check: () => (value) => typeof value === 'boolean',
});

/** A decimal as a string (never a JSON number, which is binary): customs amounts and quantities are N19,5 = `{ digits: 19, places: 5 }`. */
export const DecimalString = (limits: DecimalLimits, options?: FieldOptions): PropertyDecorator => decimalString([limits], options);

/** A JSON number without fraction, from `min` to `max`. */
export const WholeNumber = (min: number, max: number, options?: FieldOptions): PropertyDecorator => wholeNumber([min, max], options);

/** `true` or `false`. */
export const Flag = (options?: FieldOptions): PropertyDecorator => flag([], options);
