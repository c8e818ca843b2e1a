import { Int32, Long } from 'bson';
import { CommandError } from '../../errors.js';
import { typeName } from '../../bson/types.js';
import { isDoc, isNumber, toNumber, type Doc } from '../../bson/values.js';
import type { Compile, Expression, Scope } from './expression.js';

/** Makes an expression of an operator's operand. */
export type Builder = (operand: unknown, compile: Compile, operator: string) => Expression;

export const missing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The refusal of an argument of the wrong type. */
export const wrongType = (operator: string, wanted: string, value: unknown): CommandError =>
  new CommandError('TypeMismatch', `${operator} requires ${wanted}, found ${value === undefined ? 'missing' : typeName(value)}`);

/** @returns the number itself. @throws CommandError TypeMismatch */
export function numeric(operator: string, value: unknown): number {
  const number = isNumber(value) ? toNumber(value) : undefined;
  if (number === undefined) throw wrongType(operator, 'a number', value);
  return number;
}

/** @returns a number that stands for a count or a position. @throws CommandError TypeMismatch unless it is a whole one */
export function whole(operator: string, value: unknown): number {
  const number = isNumber(value) ? toNumber(value) : undefined;
  if (number === undefined || !Number.isInteger(number)) throw wrongType(operator, 'an integer', value);
  return number;
}

/** @throws CommandError TypeMismatch */
export function text(operator: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(operator, 'a string', value);
  return value;
}

/** @throws CommandError TypeMismatch */
export function list(operator: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(operator, 'an array', value);
  return value as unknown[];
}

/** @returns an integer with the type MongoDB gives to positions and lengths: int, or long where it does not fit */
export const integer = (value: number): Int32 | Long => (Math.abs(value) < 2 ** 31 ? new Int32(value) : Long.fromNumber(value));

/** An operator with a list of arguments; a single argument may stand without the list. @param count how many at least and at most */
export function positional(count: readonly [number, number], apply: (values: readonly unknown[], operator: string) => unknown): Builder {
  return (operand, compile, operator) => {
    const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
    const [least, most] = count;
    if (operands.length < least || operands.length > most) {
      throw new CommandError('FailedToParse', `Expression ${operator} takes ${least === most ? `exactly ${String(least)}` : `${String(least)} to ${String(most)}`} arguments. ${String(operands.length)} were passed in.`);
    }
    const expressions = operands.map((item) => compile(item));
    return (scope) => apply(expressions.map((expression) => expression(scope)), operator);
  };
}

/** An operator with one argument, which is null for null and missing. */
export const unary = (apply: (value: unknown, operator: string) => unknown): Builder =>
  positional([1, 1], ([value], operator) => (missing(value) ? null : apply(value, operator)));

/** An operator with a list of arguments that is null if one of them is null or missing. */
export const nullable = (count: readonly [number, number], apply: (values: readonly unknown[], operator: string) => unknown): Builder =>
  positional(count, (values, operator) => (values.some(missing) ? null : apply(values, operator)));

/** The arguments of an operator that are given by name; those left out are `undefined`. */
export type Named = (scope: Scope) => Doc;

/** An operator with named arguments. @throws CommandError FailedToParse for an argument that is unknown or lacks */
export function named(required: readonly string[], optional: readonly string[], apply: (values: Doc, operator: string) => unknown): Builder {
  return (operand, compile, operator) => {
    const fields = namedOperands(operand, operator, required, optional);
    const expressions = Object.keys(fields).map((name) => ({ name, value: compile(fields[name]) }));
    return (scope) => apply(Object.fromEntries(expressions.map(({ name, value }) => [name, value(scope)])), operator);
  };
}

/** @returns the operands by name, still to be compiled. @throws CommandError FailedToParse for one that is unknown or lacks */
export function namedOperands(operand: unknown, operator: string, required: readonly string[], optional: readonly string[] = []): Doc {
  if (!isDoc(operand)) throw new CommandError('FailedToParse', `${operator} only supports an object as its argument`);
  const unknown = Object.keys(operand).find((name) => !required.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw new CommandError('FailedToParse', `Unrecognized argument to ${operator}: ${unknown}`);
  const lacking = required.find((name) => !(name in operand));
  if (lacking !== undefined) throw new CommandError('FailedToParse', `Missing '${lacking}' parameter to ${operator}`);
  return operand;
}
