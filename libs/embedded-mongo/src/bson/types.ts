import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isLong } from './values.js';

/** Type aliases of `$type` and their numbers in the BSON specification (https://bsonspec.org/spec.html). */
export const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

const CLASSES: readonly (readonly [new (...args: never[]) => object, string])[] = [
  [ObjectId, 'objectId'],
  [Date, 'date'],
  [Int32, 'int'],
  [Double, 'double'],
  [Decimal128, 'decimal'],
  [Timestamp, 'timestamp'],
  [Binary, 'binData'],
  [BSONRegExp, 'regex'],
  [BSONSymbol, 'symbol'],
  [MinKey, 'minKey'],
  [MaxKey, 'maxKey'],
  [DBRef, 'object'],
];

/** @returns the alias of a value's BSON type, such as `int` or `objectId` */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= 0x7fffffff ? 'int' : 'double';
  if (Array.isArray(value)) return 'array';
  const known = CLASSES.find(([type]) => value instanceof type);
  if (known) return known[1];
  if (isLong(value)) return 'long';
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript';
  return 'object';
}
