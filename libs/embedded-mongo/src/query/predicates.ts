import { BSONRegExp } from 'bson';
import { CommandError, notSupported } from '../errors.js';
import { compareValues, equalValues, rankOf, RANK } from '../bson/order.js';
import { TYPE_NUMBERS, typeName } from '../bson/types.js';
import { isDoc, isNumber, toNumber, truthy, type Doc } from '../bson/values.js';
import { bitTest } from './bits.js';
import { toRegExp } from './regex.js';

/**
 * Tests one value found at a path; `undefined` stands for a missing field.
 * @param whole whether an array is not to be taken for its elements, being an element itself
 */
export type Predicate = (value: unknown, whole?: boolean) => boolean;

const bad = (message: string): CommandError => new CommandError('BadValue', message);

/** Lifts a test of one value to MongoDB's rule that an array matches if it or one of its elements does. */
const orElement =
  (test: (value: unknown) => boolean): Predicate =>
  (value, whole = false) =>
    test(value) || (!whole && Array.isArray(value) && value.some(test));

/** @returns a test for equality; null equals missing */
export function equalsPredicate(operand: unknown): Predicate {
  if (operand === null || operand === undefined) return orElement((value) => value === null || value === undefined);
  return orElement((value) => value !== undefined && equalValues(value, operand));
}

/**
 * Compiles one operator that looks at a value alone. The negating ones (`$ne`, `$nin`, `$not`) are made of these by the caller.
 * @param condition the document the operator stands in, for operators that come in pairs (`$regex`, `$options`)
 */
export function compileOperator(operator: string, operand: unknown, condition: Doc): Predicate {
  switch (operator) {
    case '$eq':
      return equalsPredicate(operand);
    case '$gt':
      return ordered(operand, (order) => order > 0);
    case '$gte':
      return ordered(operand, (order) => order >= 0);
    case '$lt':
      return ordered(operand, (order) => order < 0);
    case '$lte':
      return ordered(operand, (order) => order <= 0);
    case '$in':
      return anyOf(operand);
    case '$exists':
      return () => truthy(operand);
    case '$type':
      return ofType(operand);
    case '$regex':
      return matching(operand, condition['$options']);
    case '$size':
      return ofSize(operand);
    case '$mod':
      return remainder(operand);
    case '$bitsAllSet':
      return orElement(bitTest(operator, operand, (isSet, count) => isSet === count));
    case '$bitsAllClear':
      return orElement(bitTest(operator, operand, (isSet) => isSet === 0));
    case '$bitsAnySet':
      return orElement(bitTest(operator, operand, (isSet) => isSet > 0));
    case '$bitsAnyClear':
      return orElement(bitTest(operator, operand, (isSet, count) => isSet < count));
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw notSupported(operator);
    default:
      throw bad(`unknown operator: ${operator}`);
  }
}

/** @returns whether a condition is made of operators, as opposed to a value to be equal to */
export function isOperatorDoc(condition: unknown): condition is Doc {
  if (!isDoc(condition)) return false;
  const [first] = Object.keys(condition);
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db';
}

/** `$gt` and its kin compare within one type; null compares with missing; NaN is only ever equal to itself. */
function ordered(operand: unknown, accept: (order: number) => boolean): Predicate {
  if (operand instanceof BSONRegExp) throw bad('Can\'t have RegEx as arg to predicate over field');
  if (operand === null || operand === undefined) return accept(0) ? equalsPredicate(null) : () => false;
  const rank = rankOf(operand);
  const anyType = rank === RANK.minKey || rank === RANK.maxKey;
  const operandIsNaN = Number.isNaN(toNumber(operand));
  const test: Predicate = (value) => {
    if (value === undefined || (!anyType && rankOf(value) !== rank)) return false;
    if (rank === RANK.number && (operandIsNaN || Number.isNaN(toNumber(value)))) {
      return operandIsNaN && Number.isNaN(toNumber(value)) && accept(0);
    }
    return accept(compareValues(value, operand));
  };
  return orElement(test);
}

function anyOf(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw bad('$in needs an array');
  const tests = operand.map((item: unknown) => {
    if (isOperatorDoc(item)) throw bad('cannot nest $ under $in');
    return item instanceof BSONRegExp ? matching(item, undefined) : equalsPredicate(item);
  });
  return (value, whole) => tests.some((test) => test(value, whole));
}

function ofType(operand: unknown): Predicate {
  const wanted = (Array.isArray(operand) ? operand : [operand]).flatMap((type: unknown): string[] => {
    if (type === 'number') return ['int', 'long', 'double', 'decimal'];
    const name = typeof type === 'string' ? type : Object.keys(TYPE_NUMBERS).find((alias) => TYPE_NUMBERS[alias] === toNumber(type));
    if (name === undefined || TYPE_NUMBERS[name] === undefined) throw bad(`Unknown type name alias: ${String(type)}`);
    return [name];
  });
  return orElement((value) => value !== undefined && wanted.includes(typeName(value)));
}

function matching(operand: unknown, options: unknown): Predicate {
  if (options !== undefined && typeof options !== 'string') throw bad('$options has to be a string');
  let expression: RegExp;
  if (typeof operand === 'string') expression = toRegExp(operand, options ?? '');
  else if (operand instanceof BSONRegExp) expression = toRegExp(operand.pattern, options ?? operand.options);
  else throw bad('$regex has to be a string');
  return orElement((value) => {
    if (typeof value === 'string') return expression.test(value);
    return value instanceof BSONRegExp && operand instanceof BSONRegExp && equalValues(value, operand);
  });
}

function ofSize(operand: unknown): Predicate {
  const size = toNumber(operand);
  if (size === undefined || !Number.isInteger(size) || size < 0) throw bad('$size must be a non-negative integer');
  return (value) => Array.isArray(value) && value.length === size;
}

function remainder(operand: unknown): Predicate {
  const [divisor, wanted] = Array.isArray(operand) ? operand.map(toNumber) : [];
  if (!Array.isArray(operand) || operand.length !== 2 || !divisor || wanted === undefined) throw bad('malformed mod, needs a divisor and a remainder');
  return orElement((value) => isNumber(value) && Math.trunc(toNumber(value) ?? NaN) % Math.trunc(divisor) === Math.trunc(wanted));
}
