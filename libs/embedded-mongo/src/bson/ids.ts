import { BSONRegExp } from 'bson';
import { CommandError } from '../errors.js';
import { documentOf, elementOf, elementsOf, HEADER_BYTES, TYPE } from './elements.js';
import { equalValues } from './order.js';
import { decode, encode, isDoc, newId } from './values.js';

/** What a document begins with whose first field is its `_id`, after its length and the type of the `_id`. */
const LEADING_ID = Buffer.from('_id\0', 'latin1');
const VALUE = HEADER_BYTES + 1 + LEADING_ID.length;

const hasLeadingId = (bytes: Buffer): boolean => bytes.length > VALUE && bytes.compare(LEADING_ID, 0, LEADING_ID.length, HEADER_BYTES + 1, VALUE) === 0;

/** @returns the `_id` of an encoded document; undefined if it has none */
export function idOf(bytes: Buffer): unknown {
  if (hasLeadingId(bytes) && bytes[HEADER_BYTES] === TYPE.string) {
    const text = VALUE + 4;
    return bytes.toString('utf8', text, text + bytes.readInt32LE(VALUE) - 1);
  }
  const element = elementOf(bytes, '_id');
  return element && decode(documentOf([bytes.subarray(element.start, element.end)]))['_id'];
}

/** @returns the document with its `_id` in front, a new one if it has none */
export function withLeadingId(bytes: Buffer): Buffer {
  if (hasLeadingId(bytes)) return bytes;
  const element = elementOf(bytes, '_id');
  if (!element) return documentOf([elementsOf(encode({ _id: newId() })), elementsOf(bytes)]);
  return documentOf([bytes.subarray(element.start, element.end), bytes.subarray(HEADER_BYTES, element.start), bytes.subarray(element.end, -1)]);
}

/**
 * @param before the document that is replaced
 * @param replacement may have an `_id` or not
 * @returns the replacement under the `_id` of what it replaces; as it is if that has none
 * @throws CommandError ImmutableField if its `_id` is another one
 */
export function withIdOf(before: Buffer, replacement: Buffer): Buffer {
  const [kept, given] = [elementOf(before, '_id'), elementOf(replacement, '_id')];
  if (!kept) return replacement;
  const id = before.subarray(kept.start, kept.end);
  if (!given) return documentOf([id, elementsOf(replacement)]);
  const same = id.equals(replacement.subarray(given.start, given.end));
  if (!same && !equalValues(idOf(before), idOf(replacement))) throw immutableId();
  if (same && given.start === HEADER_BYTES) return replacement;
  return documentOf([id, replacement.subarray(HEADER_BYTES, given.start), replacement.subarray(given.end, -1)]);
}

export const immutableId = (): CommandError =>
  new CommandError('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");

/** @throws CommandError InvalidIdField, DollarPrefixedFieldName for what may not be an `_id` */
export function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array");
  if (id instanceof BSONRegExp) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type regex");
  const prefixed = isDoc(id) ? Object.keys(id).find((field) => field.startsWith('$')) : undefined;
  if (prefixed !== undefined) throw new CommandError('DollarPrefixedFieldName', `_id fields may not contain '$'-prefixed fields: ${prefixed} is not valid for storage.`);
  if (id === undefined) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type undefined");
}
