import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { CommandError } from '../../errors.js';
import { Decimal, decimalOf } from '../../bson/arithmetic.js';
import { TYPE_NUMBERS, typeName } from '../../bson/types.js';
import { encode, isDoc, isLong, isNumber, toNumber, truthy, type NumberValue } from '../../bson/values.js';
import { integer, missing, namedOperands, positional, unary, wrongType, type Builder } from './arguments.js';
import { parseDate } from './date-text.js';
import { momentOf } from './time-zones.js';

const failure = (value: unknown, target: string, why = 'Unsupported conversion'): CommandError =>
  new CommandError('ConversionFailure', `${why} from ${value === undefined ? 'missing' : typeName(value)} to ${target} in $convert`);

type Conversion = (value: unknown) => unknown;

/** Cuts a number to a whole one that fits. */
function wholeNumber(value: NumberValue, target: string, least: bigint, most: bigint): bigint {
  const number = toNumber(value) ?? NaN;
  if (!Number.isFinite(number)) throw failure(value, target, 'Attempt to convert a value that is no number to an integer');
  const result = isLong(value) ? value.toBigInt() : BigInt(value instanceof Decimal128 ? decimalOf(value).trunc().toFixed() : Math.trunc(number));
  if (result < least || result > most) throw failure(value, target, 'Conversion would overflow target type');
  return result;
}

function parsedInteger(value: string, target: string, least: bigint, most: bigint): bigint {
  if (!/^[+-]?\d+$/.test(value)) throw failure(value, target, `Failed to parse number '${value}'`);
  const result = BigInt(value.replace('+', ''));
  if (result < least || result > most) throw failure(value, target, 'Conversion would overflow target type');
  return result;
}

const INT = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const LONG = [-(2n ** 63n), 2n ** 63n - 1n] as const;

function toInteger(value: unknown, target: string, [least, most]: readonly [bigint, bigint]): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (isNumber(value)) return wholeNumber(value, target, least, most);
  if (typeof value === 'string') return parsedInteger(value, target, least, most);
  throw failure(value, target);
}

const DECIMAL_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:NaN|Inf(?:inity)?)$/i;

function asDouble(value: unknown): Double {
  if (typeof value === 'boolean') return new Double(value ? 1 : 0);
  if (value instanceof Date) return new Double(value.getTime());
  if (isNumber(value)) return new Double(toNumber(value) ?? NaN);
  if (typeof value !== 'string') throw failure(value, 'double');
  if (!DECIMAL_TEXT.test(value)) throw failure(value, 'double', `Failed to parse number '${value}'`);
  return new Double(Number(value.replace(/^([+-]?)inf$/i, '$1Infinity')));
}

function asDecimal(value: unknown): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
  if (value instanceof Date) return Decimal128.fromString(String(value.getTime()));
  // A double is taken with the 15 digits that it is sure of.
  if (value instanceof Double) return Decimal128.fromString(Number.isFinite(value.value) ? new Decimal(value.value).toPrecision(15) : String(value.value));
  if (isNumber(value)) return Decimal128.fromString(value.toString());
  if (typeof value !== 'string') throw failure(value, 'decimal');
  if (!DECIMAL_TEXT.test(value)) throw failure(value, 'decimal', `Failed to parse number '${value}'`);
  return Decimal128.fromStringWithRounding(value);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID) return value.toUUID().toString();
  if (isNumber(value)) return value.toString();
  throw failure(value, 'string');
}

function asDate(value: unknown): Date {
  if (typeof value === 'string') return parseDate(value);
  if (value instanceof Double || value instanceof Decimal128 || isLong(value)) return new Date(Number(wholeNumber(value, 'date', ...LONG)));
  if (isNumber(value) || typeof value === 'boolean') throw failure(value, 'date');
  try {
    return momentOf('$convert', value);
  } catch {
    throw failure(value, 'date');
  }
}

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  int: (value) => new Int32(Number(toInteger(value, 'int', INT))),
  long: (value) => (value instanceof Date ? Long.fromNumber(value.getTime()) : Long.fromBigInt(toInteger(value, 'long', LONG))),
  double: asDouble,
  decimal: asDecimal,
  bool: truthy,
  string: asText,
  date: asDate,
  objectId: (value) => {
    if (value instanceof ObjectId) return value;
    if (typeof value !== 'string') throw failure(value, 'objectId');
    if (!/^[0-9a-f]{24}$/i.test(value)) throw failure(value, 'objectId', `Failed to parse objectId '${value}'`);
    return ObjectId.createFromHexString(value);
  },
};

/** @returns a value in another type, null for null and missing. @throws CommandError ConversionFailure */
export function convertTo(type: string, value: unknown): unknown {
  if (missing(value)) return null;
  const conversion = CONVERSIONS[type];
  if (!conversion) throw new CommandError('BadValue', `$convert to '${type}' is not supported by the embedded server`);
  return conversion(value);
}

const converting = (type: string): Builder => positional([1, 1], ([value]) => convertTo(type, value));

function targetOf(to: unknown): string {
  const name = isDoc(to) ? to['type'] : to;
  if (typeof name === 'string') return name;
  const number = toNumber(name);
  return Object.keys(TYPE_NUMBERS).find((alias) => TYPE_NUMBERS[alias] === number) ?? String(number);
}

const convert: Builder = (operand, compile, operator) => {
  const fields = namedOperands(operand, operator, ['input', 'to'], ['onError', 'onNull', 'format']);
  const part = (name: string): ReturnType<typeof compile> | undefined => (name in fields ? compile(fields[name]) : undefined);
  const [input, to, onError, onNull] = [compile(fields['input']), compile(fields['to']), part('onError'), part('onNull')];
  return (scope) => {
    const [value, target] = [input(scope), to(scope)];
    if (missing(value)) return onNull ? onNull(scope) : null;
    if (missing(target)) return null;
    try {
      return convertTo(targetOf(target), value);
    } catch (error) {
      if (onError && error instanceof CommandError && error.codeName === 'ConversionFailure') return onError(scope);
      throw error;
    }
  };
};

export const typeOperators: Readonly<Record<string, Builder>> = {
  $type: positional([1, 1], ([value]) => (value === undefined ? 'missing' : typeName(value))),
  $isNumber: positional([1, 1], ([value]) => isNumber(value)),
  $convert: convert,
  $toInt: converting('int'),
  $toLong: converting('long'),
  $toDouble: converting('double'),
  $toDecimal: converting('decimal'),
  $toBool: converting('bool'),
  $toString: converting('string'),
  $toDate: converting('date'),
  $toObjectId: converting('objectId'),
  $binarySize: unary((value, operator) => {
    if (typeof value === 'string') return integer(Buffer.byteLength(value));
    if (value instanceof Binary) return integer(value.length());
    throw wrongType(operator, 'a string or binData', value);
  }),
  $bsonSize: unary((value, operator) => {
    if (!isDoc(value)) throw wrongType(operator, 'a document', value);
    return integer(encode(value).length);
  }),
  $rand: () => () => new Double(Math.random()),
};
