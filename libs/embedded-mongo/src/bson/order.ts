import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { KeyWriter } from './key-writer.js';
import { writeNumber } from './number-order.js';
import { fieldsOf, isNumber, toNumber, type NumberValue } from './values.js';

/**
 * First byte of an encoded value, in MongoDB's comparison order of types
 * (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). Every byte lies between 0x01 and 0xfe,
 * so that inverted keys stay distinguishable too.
 */
export const RANK = {
  minKey: 0x01,
  undefined: 0x08,
  null: 0x10,
  number: 0x20,
  string: 0x30,
  object: 0x40,
  array: 0x50,
  binary: 0x60,
  objectId: 0x70,
  boolean: 0x80,
  date: 0x90,
  timestamp: 0xa0,
  regex: 0xb0,
  code: 0xc0,
  codeWithScope: 0xc8,
  maxKey: 0xf0,
} as const;

/** @returns the type rank of a value; values of one rank are comparable with `$lt` and `$gt` */
export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return RANK.string;
    case 'number':
      return RANK.number;
    case 'boolean':
      return RANK.boolean;
    case 'undefined':
      return RANK.undefined;
    default:
      return rankOfObject(value);
  }
}

function rankOfObject(value: unknown): number {
  if (value === null) return RANK.null;
  if (Array.isArray(value)) return RANK.array;
  if (isNumber(value)) return RANK.number;
  if (value instanceof Date) return RANK.date;
  if (value instanceof ObjectId) return RANK.objectId;
  if (value instanceof Timestamp) return RANK.timestamp;
  if (value instanceof Binary || value instanceof Uint8Array) return RANK.binary;
  if (value instanceof BSONRegExp || value instanceof RegExp) return RANK.regex;
  if (value instanceof BSONSymbol) return RANK.string;
  if (value instanceof MinKey) return RANK.minKey;
  if (value instanceof MaxKey) return RANK.maxKey;
  if (value instanceof Code) return value.scope ? RANK.codeWithScope : RANK.code;
  if (fieldsOf(value)) return RANK.object;
  throw new TypeError(`cannot order a value of type ${Object.prototype.toString.call(value)}`);
}

/** Appends a value so that comparing the bytes of two keys compares the values as MongoDB does. */
export function writeValue(out: KeyWriter, value: unknown): void {
  const rank = rankOf(value);
  out.byte(rank);
  switch (rank) {
    case RANK.number:
      writeNumber(out, value as NumberValue);
      break;
    case RANK.string:
      out.string(value instanceof BSONSymbol ? value.value : (value as string));
      break;
    case RANK.object:
      writeObject(out, value);
      break;
    case RANK.array:
      for (const item of value as unknown[]) writeValue(out, item);
      out.byte(0);
      break;
    case RANK.binary:
      writeBinary(out, value as Binary | Uint8Array);
      break;
    case RANK.objectId:
      out.bytes((value as ObjectId).id);
      break;
    case RANK.boolean:
      out.byte(value === true ? 1 : 0);
      break;
    case RANK.date:
      out.integer((value as Date).getTime());
      break;
    case RANK.timestamp:
      out.uint64((value as Timestamp).toBigInt());
      break;
    case RANK.regex:
      writeRegex(out, value as BSONRegExp | RegExp);
      break;
    case RANK.code:
    case RANK.codeWithScope:
      out.string((value as Code).code.toString());
      if ((value as Code).scope) writeObject(out, (value as Code).scope);
      break;
    default:
      break;
  }
}

/** Fields are compared one after another: by type, then name, then value; a shorter document comes first. */
function writeObject(out: KeyWriter, value: unknown): void {
  const fields = fieldsOf(value) ?? {};
  for (const name of Object.keys(fields)) {
    out.byte(rankOf(fields[name]));
    out.string(name);
    writeValue(out, fields[name]);
  }
  out.byte(0);
}

/** Binary data is compared by length, then subtype, then bytes. */
function writeBinary(out: KeyWriter, value: Binary | Uint8Array): void {
  const bytes = value instanceof Binary ? value.value() : value;
  out.uint32(bytes.length);
  out.byte(value instanceof Binary ? value.sub_type : Binary.SUBTYPE_DEFAULT);
  out.bytes(bytes);
}

function writeRegex(out: KeyWriter, value: BSONRegExp | RegExp): void {
  out.string(value instanceof RegExp ? value.source : value.pattern);
  out.string(value instanceof RegExp ? value.flags : value.options);
}

/** @returns the order-preserving bytes of one value */
export function encodeKey(value: unknown): Buffer {
  const out = KeyWriter.scratch();
  writeValue(out, value);
  return out.take();
}

/** Compares two values in MongoDB's order. @returns a negative number, zero or a positive number */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  if (rank === RANK.number && !exceedsDouble(a) && !exceedsDouble(b)) return compareNumbers(toNumber(a) ?? 0, toNumber(b) ?? 0);
  if (rank === RANK.date) return (a as Date).getTime() - (b as Date).getTime();
  return Buffer.compare(encodeKey(a), encodeKey(b));
}

/** @returns whether two values are equal as MongoDB sees it: 1, 1.0 and NumberLong(1) are; field order counts */
export const equalValues = (a: unknown, b: unknown): boolean => compareValues(a, b) === 0;

const exceedsDouble = (value: unknown): boolean => value instanceof Decimal128 || value instanceof Long;

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : Number(a > b);
}

/** Orders by UTF-8 bytes: as UTF-16 code units, except that surrogate pairs sort above the rest of the BMP. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Rank(x) - utf8Rank(y);
  }
  return a.length - b.length;
}

const utf8Rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
