import { Double } from 'bson';
import { evalExpr } from 'mingo/core';
import { $push } from 'mingo/operators/accumulator';
import type { Any, Options } from 'mingo/types';
import { CommandError } from '../errors.js';
import { compute, type Operation } from '../bson/arithmetic.js';
import { compareValues } from '../bson/order.js';
import { typeName } from '../bson/types.js';
import { isNumber, toPlain, type NumberValue } from '../bson/values.js';

type Expression = (obj: Any, expr: Any, options: Options) => Any;
type Accumulator = (collection: Any[], expr: Any, options: Options) => Any;

/**
 * The aggregation library computes with JavaScript numbers and orders values in its own way. These operators take its
 * place wherever a Decimal128 or a long may take part, or MongoDB's order decides.
 */
export const expressions: Readonly<Record<`$${string}`, Expression>> = {
  $add: folding('add'),
  $multiply: folding('multiply'),
  $subtract: binary('subtract'),
  $divide: binary('divide'),
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $cmp: comparing((order) => Math.sign(order)),
  $in: (obj, expr, options) => {
    const [value, list] = operands(obj, expr, options);
    if (!Array.isArray(list)) throw new CommandError('BadValue', '$in requires an array as a second argument');
    return list.some((item) => compareValues(item, value) === 0);
  },
  $type: (obj, expr, options) => {
    const value = evalExpr(obj, expr, options);
    return value === undefined ? 'missing' : typeName(value);
  },
};

export const accumulators: Readonly<Record<`$${string}`, Accumulator>> = {
  $sum: (docs, expr, options) => total(valuesOf(docs, expr, options)),
  $avg: (docs, expr, options) => mean(valuesOf(docs, expr, options)),
  $min: (docs, expr, options) => extreme(valuesOf(docs, expr, options), -1),
  $max: (docs, expr, options) => extreme(valuesOf(docs, expr, options), 1),
};

const plus = (a: NumberValue, b: NumberValue): NumberValue => plainNumber(compute('add', a, b));
const plainNumber = (value: NumberValue): NumberValue => toPlain(value) as NumberValue;
const missing = (value: unknown): boolean => value === null || value === undefined;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);

function total(values: readonly unknown[]): NumberValue {
  return values.filter(isNumber).reduce<NumberValue>(plus, 0);
}

function mean(values: readonly unknown[]): NumberValue | null {
  const numbers = values.filter(isNumber);
  return numbers.length === 0 ? null : plainNumber(compute('divide', total(numbers), numbers.length));
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  const present = values.filter((value) => !missing(value));
  if (present.length === 0) return null;
  return present.reduce((best, value) => (compareValues(value, best) * sign > 0 ? value : best));
}

/** @returns what the accumulator is given; outside a group the library hands over the values themselves, without `expr` */
const valuesOf = (docs: Any[], expr: Any, options: Options): unknown[] => $push(docs, expr, options);

function operands(obj: Any, expr: Any, options: Options): unknown[] {
  const values = evalExpr(obj, expr, options);
  if (!Array.isArray(values) || values.length !== 2) throw new CommandError('BadValue', 'the expression takes exactly 2 arguments');
  return values as unknown[];
}

function comparing(accept: (order: number) => boolean | number): Expression {
  return (obj, expr, options) => {
    const [a, b] = operands(obj, expr, options);
    return accept(compareValues(a, b));
  };
}

function folding(operation: Operation): Expression {
  return (obj, expr, options) => {
    const values = listOf(evalExpr(obj, expr, options));
    if (values.some(missing)) return null;
    return values.reduce((a, b) => combine(operation, a, b));
  };
}

function binary(operation: Operation): Expression {
  return (obj, expr, options) => {
    const [a, b] = operands(obj, expr, options);
    return missing(a) || missing(b) ? null : combine(operation, a, b);
  };
}

/** Dates take part in addition and subtraction, in milliseconds. */
function combine(operation: Operation, a: unknown, b: unknown): unknown {
  if (a instanceof Date && b instanceof Date && operation === 'subtract') return a.getTime() - b.getTime();
  if (a instanceof Date && isNumber(b) && (operation === 'add' || operation === 'subtract')) {
    return new Date(Number(plainNumber(compute(operation, a.getTime(), b))));
  }
  if (b instanceof Date && isNumber(a) && operation === 'add') return combine('add', b, a);
  if (!isNumber(a) || !isNumber(b)) throw new CommandError('TypeMismatch', `$${operation} only supports numeric or date types, not ${typeName(isNumber(a) ? b : a)}`);
  return plainNumber(compute(operation, fromPlain(a), fromPlain(b)));
}

/** A JavaScript number may have been a double, so the sum of two must not be cut to integers. */
const fromPlain = (value: NumberValue): NumberValue => (typeof value === 'number' && !Number.isSafeInteger(value) ? new Double(value) : value);
