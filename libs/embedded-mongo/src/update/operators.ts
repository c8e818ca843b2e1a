import { Int32, Long, Timestamp } from 'bson';
import { CommandError } from '../errors.js';
import { compute } from '../bson/arithmetic.js';
import { compareValues, equalValues } from '../bson/order.js';
import { typeName } from '../bson/types.js';
import { isDoc, isLong, isNumber, toNumber } from '../bson/values.js';
import { addToSet, pop, pull, pullAll, push } from './array-operators.js';

/** Answer of an operator that takes the field away. */
export const REMOVE = Symbol('remove');

/**
 * Computes the new value of one field.
 * @param current the value there is, undefined if the field is missing
 * @returns the new value; the current one (or undefined) to leave the field alone; {@link REMOVE} to remove it
 */
export type FieldOperator = (current: unknown, operand: unknown, now: Date) => unknown;

/** The update operators by name. `$rename` involves two fields and is carried out by the caller. */
export const OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $set: (_, operand) => operand,
  $setOnInsert: (_, operand) => operand,
  $unset: () => REMOVE,
  $rename: (current) => current,
  $inc: arithmetic('$inc', 'add'),
  $mul: arithmetic('$mul', 'multiply'),
  $min: (current, operand) => (current === undefined || compareValues(operand, current) < 0 ? operand : current),
  $max: (current, operand) => (current === undefined || compareValues(operand, current) > 0 ? operand : current),
  $currentDate: (_, operand, now) => currentDate(operand, now),
  $bit: bitwise,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
};

function arithmetic(operator: string, operation: 'add' | 'multiply'): FieldOperator {
  return (current, operand) => {
    if (!isNumber(operand)) throw new CommandError('TypeMismatch', `Cannot ${operator} with non-numeric argument of type ${typeName(operand)}`);
    if (current === undefined) return operation === 'add' ? operand : compute('multiply', new Int32(0), operand);
    if (!isNumber(current)) throw new CommandError('TypeMismatch', `Cannot apply ${operator} to a value of non-numeric type ${typeName(current)}`);
    return compute(operation, current, operand);
  };
}

function currentDate(operand: unknown, now: Date): Date | Timestamp {
  const type = isDoc(operand) ? operand['$type'] : operand === true ? 'date' : undefined;
  if (type === 'date') return now;
  if (type === 'timestamp') return new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 });
  throw new CommandError('BadValue', "$currentDate takes true or {$type: 'date'} or {$type: 'timestamp'}");
}

function bitwise(current: unknown, operand: unknown): unknown {
  const [operation, mask, ...more] = isDoc(operand) ? Object.entries(operand).flat() : [];
  if (more.length > 0 || (!isLong(mask) && !(mask instanceof Int32))) throw new CommandError('BadValue', '$bit takes one of {and, or, xor} with an int or a long');
  const value = current ?? new Int32(0);
  if (!isLong(value) && !(value instanceof Int32)) throw new CommandError('BadValue', `Cannot apply $bit to a value of type ${typeName(value)}`);
  const [a, b] = [bits(value), bits(mask)];
  const result = operation === 'and' ? a & b : operation === 'or' ? a | b : operation === 'xor' ? a ^ b : undefined;
  if (result === undefined) throw new CommandError('BadValue', `$bit does not know '${String(operation)}'`);
  const changed = isLong(value) || isLong(mask) ? Long.fromBigInt(result) : new Int32(Number(result));
  return current !== undefined && equalValues(changed, current) ? current : changed;
}

const bits = (value: Long | Int32): bigint => (isLong(value) ? value.toBigInt() : BigInt(toNumber(value) ?? 0));
