import { CommandError } from '../errors.js';
import { compareValues, equalValues } from '../bson/order.js';
import { typeName } from '../bson/types.js';
import { isDoc, toNumber, type Doc } from '../bson/values.js';
import { elementTest } from '../query/filter.js';
import { equalsPredicate, isOperatorDoc } from '../query/predicates.js';
import { BSONRegExp } from 'bson';
import { parseSort, sortKey } from '../query/sort.js';

const bad = (message: string): CommandError => new CommandError('BadValue', message);

function arrayOr(current: unknown, operator: string): unknown[] {
  if (current === undefined) return [];
  if (!Array.isArray(current)) throw bad(`The field must be an array to apply ${operator}, but it is of type ${typeName(current)}`);
  return current as unknown[];
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`. */
export function push(current: unknown, operand: unknown): unknown[] {
  const array = arrayOr(current, '$push');
  if (!isDoc(operand) || !('$each' in operand)) return [...array, operand];
  const unknown = Object.keys(operand).find((key) => !['$each', '$position', '$sort', '$slice'].includes(key));
  if (unknown !== undefined) throw bad(`Unrecognized clause in $push: ${unknown}`);
  const position = toNumber(operand['$position']) ?? array.length;
  const at = position < 0 ? Math.max(0, array.length + position) : position;
  const joined = [...array.slice(0, at), ...each(operand, '$push'), ...array.slice(at)];
  const sorted = '$sort' in operand ? sortElements(joined, operand['$sort']) : joined;
  const slice = toNumber(operand['$slice']);
  if (slice === undefined) return sorted;
  return slice < 0 ? sorted.slice(slice) : sorted.slice(0, slice);
}

function each(operand: Doc, operator: string): unknown[] {
  const items = operand['$each'];
  if (!Array.isArray(items)) throw bad(`The argument to $each in ${operator} must be an array but it was of type ${typeName(items)}`);
  return items as unknown[];
}

function sortElements(items: readonly unknown[], spec: unknown): unknown[] {
  const direction = toNumber(spec);
  if (direction !== undefined) return [...items].sort((a, b) => compareValues(a, b) * direction);
  const keyOf = sortKey(parseSort(spec));
  return items
    .map((item) => ({ item, key: keyOf(isDoc(item) ? item : {}) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ item }) => item);
}

/** `$addToSet`: adds what is not there yet. */
export function addToSet(current: unknown, operand: unknown): unknown {
  const array = arrayOr(current, '$addToSet');
  const items = isDoc(operand) && '$each' in operand ? each(operand, '$addToSet') : [operand];
  const result = [...array];
  for (const item of items) {
    if (!result.some((known) => equalValues(known, item))) result.push(item);
  }
  return current !== undefined && result.length === array.length ? current : result;
}

/** `$pull`: removes the elements that equal a value or satisfy a condition. */
export function pull(current: unknown, operand: unknown): unknown {
  if (current === undefined) return undefined;
  const array = arrayOr(current, '$pull');
  const test = isDoc(operand) || operand instanceof BSONRegExp ? elementTest(asCondition(operand), false) : equalsPredicate(operand);
  return kept(array, (item) => !test(item));
}

const asCondition = (operand: unknown): unknown => (operand instanceof BSONRegExp && !isOperatorDoc(operand) ? { $regex: operand } : operand);

/** `$pullAll`: removes the elements that equal one of the values. */
export function pullAll(current: unknown, operand: unknown): unknown {
  if (!Array.isArray(operand)) throw bad(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
  if (current === undefined) return undefined;
  return kept(arrayOr(current, '$pullAll'), (item) => !operand.some((value) => equalValues(value, item)));
}

function kept(array: unknown[], keep: (item: unknown) => boolean): unknown[] {
  const result = array.filter(keep);
  return result.length === array.length ? array : result;
}

/** `$pop`: removes the last (1) or the first (-1) element. */
export function pop(current: unknown, operand: unknown): unknown {
  const end = toNumber(operand);
  if (end !== 1 && end !== -1) throw new CommandError('FailedToParse', '$pop expects 1 or -1');
  if (current === undefined) return undefined;
  const array = arrayOr(current, '$pop');
  if (array.length === 0) return array;
  return end === 1 ? array.slice(0, -1) : array.slice(1);
}

