import { Decimal128, Double, Int32, Long } from 'bson';
import { Decimal as DecimalBase } from 'decimal.js';
import { CommandError } from '../errors.js';
import { isLong, toNumber, type NumberValue } from './values.js';

/** Decimal128 has 34 significant digits and rounds half to even (IEEE 754-2008). */
export const Decimal = DecimalBase.clone({ precision: 34, rounding: DecimalBase.ROUND_HALF_EVEN });

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const INT_LIMIT = 2n ** 31n;

/** The four operations of `$inc`, `$mul` and of aggregation. */
export type Operation = 'add' | 'subtract' | 'multiply' | 'divide';

/**
 * Computes with MongoDB's result types: the wider of both operands (int < long < double < decimal); an int that
 * overflows becomes a long; a division of integers a double.
 * @param unbounded whether a long that overflows becomes a double instead of being refused
 * @throws CommandError BadValue when a long overflows or the divisor is zero
 */
export function compute(operation: Operation, a: NumberValue, b: NumberValue, { unbounded = false } = {}): NumberValue {
  if (a instanceof Decimal128 || b instanceof Decimal128) return computeDecimal(operation, a, b);
  if (operation === 'divide' || isFloating(a) || isFloating(b)) return new Double(computeDouble(operation, toNumber(a) ?? NaN, toNumber(b) ?? NaN));
  const result = computeInteger(operation, integer(a), integer(b));
  if ((result < LONG_MIN || result > LONG_MAX) && unbounded) return new Double(Number(result));
  if (result < LONG_MIN || result > LONG_MAX) throw new CommandError('BadValue', 'the result does not fit a 64-bit integer');
  const small = result >= -INT_LIMIT && result < INT_LIMIT;
  return small && !isLong(a) && !isLong(b) ? new Int32(Number(result)) : Long.fromBigInt(result);
}

const isFloating = (value: NumberValue): boolean => value instanceof Double || (typeof value === 'number' && !Number.isSafeInteger(value));
const integer = (value: NumberValue): bigint => (isLong(value) ? value.toBigInt() : BigInt(toNumber(value) ?? 0));

function computeInteger(operation: Exclude<Operation, 'divide'>, a: bigint, b: bigint): bigint {
  switch (operation) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
  }
}

function computeDouble(operation: Operation, a: number, b: number): number {
  switch (operation) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      if (b === 0) throw new CommandError('BadValue', "can't $divide by zero");
      return a / b;
  }
}

function computeDecimal(operation: Operation, a: NumberValue, b: NumberValue): Decimal128 {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  if (operation === 'divide' && right.isZero()) throw new CommandError('BadValue', "can't $divide by zero");
  const methods = { add: 'plus', subtract: 'minus', multiply: 'times', divide: 'div' } as const;
  return toDecimal128(left[methods[operation]](right), operation === 'divide' ? 0 : scaleOf(operation, a, b));
}

/** @returns the number with all its digits */
export const decimalOf = (value: NumberValue): DecimalBase => new Decimal(value instanceof Double || typeof value === 'number' ? (toNumber(value) ?? NaN) : value.toString());

/** Digits after the point are kept as IEEE 754 prefers: 1.10 + 1.00 is 2.10. */
function scaleOf(operation: Operation, a: NumberValue, b: NumberValue): number {
  const [x, y] = [placesOf(a), placesOf(b)];
  return operation === 'multiply' ? x + y : Math.max(x, y);
}

function placesOf(value: NumberValue): number {
  const match = /^-?\d+\.(\d+)$/.exec(value.toString());
  return match?.[1]?.length ?? 0;
}

/** @param places digits after the point to keep even where they are zero */
export function toDecimal128(value: DecimalBase, places = 0): Decimal128 {
  if (!value.isFinite()) return Decimal128.fromString(value.toString());
  const padded = value.decimalPlaces() < places && value.precision(true) + places <= 34 ? value.toFixed(places) : value.toString();
  return Decimal128.fromString(padded);
}
