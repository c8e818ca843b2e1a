import { Decimal128, DBRef, Double, Int32, Long, ObjectId, Timestamp, deserialize, serialize } from 'bson';
import { CommandError } from '../errors.js';

/** A decoded BSON document. Numbers keep their BSON type (`Int32`, `Double`, `Long`, `Decimal128`). */
export type Doc = Record<string, unknown>;

const KEEP_TYPES = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true, validation: { utf8: false } };

/** Decodes a document without promoting numbers, so that writing it again yields the same types. */
export const decode = (bytes: Uint8Array): Doc => deserialize(bytes, KEEP_TYPES);

/** Encodes a document; a JavaScript number becomes int32 where it fits and double otherwise. @throws CommandError BSONObjectTooLarge */
export const encode = (doc: Doc): Buffer => serialized(doc, false);

/** Encodes what an aggregation computed: a field that came out missing is left out. @throws CommandError BSONObjectTooLarge */
export const encodeComputed = (doc: Doc): Buffer => serialized(doc, true);

function serialized(doc: Doc, ignoreUndefined: boolean): Buffer {
  try {
    const bytes = serialize(doc, { ignoreUndefined });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    // Documents are built in a buffer of 17 MB, in which none that may be stored or sent is too large.
    if (typeof error === 'object' && error !== null && 'name' in error && error.name === 'RangeError') throw new CommandError('BSONObjectTooLarge', 'BSONObj size is invalid: it exceeds 16777216');
    throw error;
  }
}

/** @returns whether the value is an embedded document (not an array and not a BSON scalar) */
export const isDoc = (value: unknown): value is Doc => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** @returns the fields of a document or of a DBRef, which BSON stores as a document; undefined for anything else */
export function fieldsOf(value: unknown): Doc | undefined {
  if (isDoc(value)) return value;
  if (value instanceof DBRef) {
    return { $ref: value.collection, $id: value.oid, ...(value.db !== undefined && { $db: value.db }), ...(value.fields) };
  }
  return undefined;
}

/** A numeric BSON value, or a JavaScript number made by an aggregation. */
export type NumberValue = number | Int32 | Double | Long | Decimal128;

/** @returns whether the value is a 64-bit integer (in bson's classes a Timestamp is a Long too) */
export const isLong = (value: unknown): value is Long => value instanceof Long && !(value instanceof Timestamp);

export const isNumber = (value: unknown): value is NumberValue =>
  typeof value === 'number' || value instanceof Int32 || value instanceof Double || isLong(value) || value instanceof Decimal128;

/** @returns the nearest double of a numeric value, or undefined if the value is no number */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (isLong(value)) return value.toNumber();
  if (value instanceof Decimal128) return Number(value.toString());
  return undefined;
}

/** @returns whether a value counts as true where MongoDB asks for a boolean (numbers, null and missing included) */
export function truthy(value: unknown): boolean {
  if (isNumber(value)) return toNumber(value) !== 0;
  return value !== false && value !== null && value !== undefined;
}

/** Assigns a field even when its name is `__proto__`. */
export function setOwn(doc: Doc, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(doc, key, { value, writable: true, enumerable: true, configurable: true });
  else doc[key] = value;
}

/** @returns a fresh ObjectId for a document that came without `_id` */
export const newId = (): ObjectId => new ObjectId();
