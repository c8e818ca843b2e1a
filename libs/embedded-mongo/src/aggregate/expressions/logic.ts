import { Int32 } from 'bson';
import { CommandError } from '../../errors.js';
import { compareValues } from '../../bson/order.js';
import { isDoc, truthy } from '../../bson/values.js';
import { missing, namedOperands, positional, type Builder } from './arguments.js';
import type { Compile, Expression } from './expression.js';

/** Compares values of all types in MongoDB's order, a missing one below null. */
export const compare = (a: unknown, b: unknown): number => compareValues(a, b);

const comparing = (accept: (order: number) => unknown): Builder => positional([2, 2], ([a, b]) => accept(compare(a, b)));

const compileAll = (operand: unknown, compile: Compile): Expression[] => (Array.isArray(operand) ? operand : [operand]).map((item: unknown) => compile(item));

const conditional: Builder = (operand, compile, operator) => {
  const parts = Array.isArray(operand)
    ? (operand as unknown[])
    : isDoc(operand)
      ? ['if', 'then', 'else'].map((name) => namedOperands(operand, operator, ['if', 'then', 'else'])[name])
      : [];
  const [test, yes, no] = parts.map((part) => compile(part));
  if (!test || !yes || !no || parts.length > 3) throw new CommandError('FailedToParse', 'Expression $cond takes exactly 3 arguments.');
  return (scope) => (truthy(test(scope)) ? yes(scope) : no(scope));
};

const switching: Builder = (operand, compile, operator) => {
  const { branches, default: otherwise } = namedOperands(operand, operator, ['branches'], ['default']);
  if (!Array.isArray(branches) || branches.length === 0) throw new CommandError('FailedToParse', '$switch requires at least one branch.');
  const cases = branches.map((branch: unknown) => {
    const { case: test, then } = namedOperands(branch, operator, ['case', 'then']);
    return { test: compile(test), then: compile(then) };
  });
  const fallback = otherwise === undefined ? undefined : compile(otherwise);
  return (scope) => {
    const chosen = cases.find(({ test }) => truthy(test(scope)));
    if (chosen) return chosen.then(scope);
    if (!fallback) throw new CommandError('BadValue', '$switch could not find a matching branch for an input, and no default was specified.');
    return fallback(scope);
  };
};

const binding: Builder = (operand, compile, operator) => {
  const { vars, in: result } = namedOperands(operand, operator, ['vars', 'in']);
  if (!isDoc(vars)) throw new CommandError('FailedToParse', "$let's 'vars' must be an object");
  const values = Object.keys(vars).map((name) => ({ name, value: compile(vars[name]) }));
  const inner = compile(result, values.map(({ name }) => name));
  return (scope) => inner({ ...scope, variables: { ...scope.variables, ...Object.fromEntries(values.map(({ name, value }) => [name, value(scope)])) } });
};

export const logicOperators: Readonly<Record<string, Builder>> = {
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $cmp: comparing((order) => new Int32(Math.sign(order))),
  $and: (operand, compile) => {
    const all = compileAll(operand, compile);
    return (scope) => all.every((expression) => truthy(expression(scope)));
  },
  $or: (operand, compile) => {
    const any = compileAll(operand, compile);
    return (scope) => any.some((expression) => truthy(expression(scope)));
  },
  $not: positional([1, 1], ([value]) => !truthy(value)),
  $cond: conditional,
  $switch: switching,
  $ifNull: (operand, compile) => {
    const choices = compileAll(operand, compile);
    if (choices.length < 2) throw new CommandError('FailedToParse', '$ifNull needs at least two arguments');
    return (scope) => {
      let value: unknown;
      for (const choice of choices) {
        value = choice(scope);
        if (!missing(value)) return value;
      }
      return value;
    };
  },
  $let: binding,
  $literal: (operand) => () => operand,
};
