import { Decimal128, Double, Int32, Long } from 'bson';
import { CommandError } from '../../errors.js';
import { Decimal, compute, decimalOf, toDecimal128, type Operation } from '../../bson/arithmetic.js';
import { isLong, isNumber, toNumber, type NumberValue } from '../../bson/values.js';
import { integer, missing, nullable, numeric, positional, unary, whole, wrongType, type Builder } from './arguments.js';

/** As {@link compute}, but a long that overflows becomes a double, as in aggregation. */
export const calculate = (operation: Operation, a: NumberValue, b: NumberValue): NumberValue => compute(operation, a, b, { unbounded: true });

const isFloating = (value: NumberValue): boolean => value instanceof Double || value instanceof Decimal128 || (typeof value === 'number' && !Number.isInteger(value));
const narrowed = (value: Long): Int32 | Long => (value.greaterThanOrEqual(-(2 ** 31)) && value.lessThan(2 ** 31) ? new Int32(value.toNumber()) : value);

/** Dates take part in addition and subtraction, in milliseconds. */
function combine(operation: Operation, a: unknown, b: unknown, operator: string): unknown {
  if (a instanceof Date && b instanceof Date && operation === 'subtract') return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumber(b) && (operation === 'add' || operation === 'subtract')) {
    return new Date(toNumber(calculate(operation, Long.fromNumber(a.getTime()), b)) ?? NaN);
  }
  if (b instanceof Date && isNumber(a) && operation === 'add') return combine('add', b, a, operator);
  if (!isNumber(a) || !isNumber(b)) throw wrongType(operator, 'numeric or date types', isNumber(a) ? b : a);
  return calculate(operation, a, b);
}

const folding = (operation: 'add' | 'multiply'): Builder =>
  positional([0, Infinity], (values, operator) => {
    if (values.some(missing)) return null;
    const start: unknown = new Int32(operation === 'add' ? 0 : 1);
    return values.reduce((sum, value) => combine(operation, sum, value, operator), start);
  });

type Real = InstanceType<typeof Decimal>;

/** What a function of one number is defined for. */
interface Domain {
  readonly least?: number;
  readonly most?: number;
  /** Whether the least is not in it. */
  readonly open?: boolean;
}

/** A function of one number, given for doubles and for decimals. @param keepsIntegers whether a whole number is left as it is */
function real(ofDouble: (value: number) => number, ofDecimal: (value: Real) => Real, { least = -Infinity, most = Infinity, open = false }: Domain = {}, keepsIntegers = false): Builder {
  return unary((value, operator) => {
    const number = numeric(operator, value);
    if (number < least || number > most || (open && number === least)) {
      throw new CommandError('BadValue', `${operator}'s argument must be in ${open ? '(' : '['}${String(least)}, ${String(most)}], but is ${String(number)}`);
    }
    if (value instanceof Decimal128) return toDecimal128(ofDecimal(decimalOf(value)));
    return keepsIntegers && isNumber(value) && !isFloating(value) ? value : new Double(ofDouble(number));
  });
}

/** Half goes to the even neighbour, as the server's `$round`. */
function rounding(mode: 'round' | 'trunc'): Builder {
  return positional([1, 2], ([value, place], operator) => {
    if (missing(value) || place === null) return null;
    if (!isNumber(value)) throw wrongType(operator, 'a number', value);
    const digits = place === undefined ? 0 : whole(operator, place);
    if (digits < -20 || digits > 100) throw new CommandError('BadValue', `cannot apply ${operator} with precision value ${String(digits)} value must be in [-20, 100]`);
    if (!isFloating(value) && digits >= 0) return value;
    if (!Number.isFinite(toNumber(value))) return value;
    const method = mode === 'round' ? Decimal.ROUND_HALF_EVEN : Decimal.ROUND_DOWN;
    const exact = decimalOf(value);
    const rounded = digits >= 0 ? exact.toDecimalPlaces(digits, method) : exact.div(new Decimal(10).pow(-digits)).toDecimalPlaces(0, method).times(new Decimal(10).pow(-digits));
    if (value instanceof Decimal128) return toDecimal128(rounded, Math.max(0, digits));
    if (isFloating(value)) return new Double(rounded.toNumber());
    return isLong(value) ? Long.fromString(rounded.toFixed()) : narrowed(Long.fromString(rounded.toFixed()));
  });
}

function remainder(a: unknown, b: unknown, operator: string): NumberValue {
  if (!isNumber(a) || !isNumber(b)) throw wrongType(operator, 'numbers', isNumber(a) ? b : a);
  if (toNumber(b) === 0) throw new CommandError('BadValue', "can't $mod by zero");
  if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(decimalOf(a).mod(decimalOf(b)));
  if (isFloating(a) || isFloating(b)) return new Double((toNumber(a) ?? NaN) % (toNumber(b) ?? NaN));
  const rest = Long.fromBigInt(BigInt(a.toString()) % BigInt(b.toString()));
  return isLong(a) || isLong(b) ? rest : narrowed(rest);
}

function power(a: unknown, b: unknown, operator: string): NumberValue {
  if (!isNumber(a) || !isNumber(b)) throw wrongType(operator, 'numbers', isNumber(a) ? b : a);
  const [base, exponent] = [toNumber(a) ?? NaN, toNumber(b) ?? NaN];
  if (base === 0 && exponent < 0) throw new CommandError('BadValue', '$pow cannot take a base of 0 and a negative exponent');
  if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(decimalOf(a).pow(decimalOf(b)));
  if (isFloating(a) || isFloating(b) || exponent < 0 || Math.abs(base ** exponent) >= 2 ** 63) return new Double(base ** exponent);
  const exact = Long.fromBigInt(BigInt(a.toString()) ** BigInt(b.toString()));
  return isLong(a) || isLong(b) ? exact : narrowed(exact);
}

function logarithm(a: unknown, b: unknown, operator: string): NumberValue {
  const [value, base] = [numeric(operator, a), numeric(operator, b)];
  if (value <= 0 || base <= 0 || base === 1) throw new CommandError('BadValue', "$log's argument must be a positive number, and its base a positive number not equal to 1");
  if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(decimalOf(a as NumberValue).log(decimalOf(b as NumberValue)));
  return new Double(Math.log(value) / Math.log(base));
}

const bits = (join: (a: bigint, b: bigint) => bigint, start: bigint): Builder =>
  nullable([0, Infinity], (values, operator) => {
    const integers = values.map((value) => {
      if (!(value instanceof Int32) && !isLong(value)) throw wrongType(operator, 'int or long', value);
      return value;
    });
    const result = Long.fromBigInt(integers.map((value) => BigInt(value.toString())).reduce(join, start));
    return integers.some(isLong) ? result : narrowed(result);
  });

const POSITIVE: Domain = { least: 0, open: true };
const DEGREE = Math.PI / 180;

export const arithmeticOperators: Readonly<Record<string, Builder>> = {
  $add: folding('add'),
  $multiply: folding('multiply'),
  $subtract: nullable([2, 2], ([a, b], operator) => combine('subtract', a, b, operator)),
  $divide: nullable([2, 2], ([a, b], operator) => combine('divide', a, b, operator)),
  $mod: nullable([2, 2], ([a, b], operator) => remainder(a, b, operator)),
  $pow: nullable([2, 2], ([a, b], operator) => power(a, b, operator)),
  $abs: unary((value, operator) => {
    if (!isNumber(value)) throw wrongType(operator, 'a number', value);
    if (value instanceof Decimal128) return toDecimal128(decimalOf(value).abs());
    return isFloating(value) ? new Double(Math.abs(toNumber(value) ?? NaN)) : (toNumber(value) ?? 0) < 0 ? calculate('multiply', value, new Int32(-1)) : value;
  }),
  $ceil: real(Math.ceil, (value) => value.ceil(), {}, true),
  $floor: real(Math.floor, (value) => value.floor(), {}, true),
  $round: rounding('round'),
  $trunc: rounding('trunc'),
  $sqrt: real(Math.sqrt, (value) => value.sqrt(), { least: 0 }),
  $exp: real(Math.exp, (value) => value.exp()),
  $ln: real(Math.log, (value) => value.ln(), POSITIVE),
  $log10: real(Math.log10, (value) => value.log(10), POSITIVE),
  $log: nullable([2, 2], ([a, b], operator) => logarithm(a, b, operator)),
  $bitAnd: bits((a, b) => a & b, -1n),
  $bitOr: bits((a, b) => a | b, 0n),
  $bitXor: bits((a, b) => a ^ b, 0n),
  $bitNot: unary((value, operator) => {
    if (value instanceof Int32) return integer(~value.value);
    if (isLong(value)) return value.not();
    throw wrongType(operator, 'int or long', value);
  }),
  $sin: real(Math.sin, (value) => value.sin()),
  $cos: real(Math.cos, (value) => value.cos()),
  $tan: real(Math.tan, (value) => value.tan()),
  $asin: real(Math.asin, (value) => value.asin(), { least: -1, most: 1 }),
  $acos: real(Math.acos, (value) => value.acos(), { least: -1, most: 1 }),
  $atan: real(Math.atan, (value) => value.atan()),
  $atan2: nullable([2, 2], ([a, b], operator) => {
    if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(Decimal.atan2(decimalOf(a as NumberValue), decimalOf(b as NumberValue)));
    return new Double(Math.atan2(numeric(operator, a), numeric(operator, b)));
  }),
  $sinh: real(Math.sinh, (value) => value.sinh()),
  $cosh: real(Math.cosh, (value) => value.cosh()),
  $tanh: real(Math.tanh, (value) => value.tanh()),
  $asinh: real(Math.asinh, (value) => value.asinh()),
  $acosh: real(Math.acosh, (value) => value.acosh(), { least: 1 }),
  $atanh: real(Math.atanh, (value) => value.atanh(), { least: -1, most: 1 }),
  $degreesToRadians: real((value) => value * DEGREE, (value) => value.times(Decimal.acos(-1)).div(180)),
  $radiansToDegrees: real((value) => value / DEGREE, (value) => value.times(180).div(Decimal.acos(-1))),
};
