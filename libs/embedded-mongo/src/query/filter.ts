import { CommandError, notSupported } from '../errors.js';
import { BSONRegExp } from 'bson';
import { someAtPath } from '../bson/paths.js';
import { isDoc, truthy, type Doc } from '../bson/values.js';
import { compileOperator, equalsPredicate, isOperatorDoc, type Predicate } from './predicates.js';
import { asRegExp } from './regex.js';
import { compileExpression } from '../aggregate/expressions/compile.js';
import type { Variables } from '../aggregate/expressions/expression.js';

/** Decides whether a document satisfies a filter. */
export type Matcher = (doc: Doc) => boolean;

/**
 * Compiles a filter document. Values are compared with their BSON types.
 * @throws CommandError BadValue for malformed or unknown operators, NotImplemented for known ones that are missing here
 */
export function compileFilter(filter: Doc): Matcher {
  const matchers = Object.keys(filter).flatMap((key) => {
    const matcher = key.startsWith('$') ? compileLogical(key, filter[key]) : compileField(key, filter[key]);
    return matcher ? [matcher] : [];
  });
  const [only] = matchers;
  if (only && matchers.length === 1) return only;
  return (doc) => matchers.every((matches) => matches(doc));
}

/** @returns a filter whose expressions know the values of variables */
export function bindVariables(filter: Doc, variables: Variables): Doc {
  const { NOW: _, ...named } = variables;
  const names = Object.keys(named);
  if (names.length === 0) return filter;
  const vars = Object.fromEntries(names.map((name) => [name, { $literal: named[name] ?? null }]));
  return Object.fromEntries(
    Object.entries(filter).map(([key, operand]): [string, unknown] => {
      if (key === '$expr') return [key, { $let: { vars, in: operand } }];
      return [key, LOGICAL.has(key) && Array.isArray(operand) ? operand.map((clause: unknown) => (isDoc(clause) ? bindVariables(clause, variables) : clause)) : operand];
    }),
  );
}

const LOGICAL = new Set(['$and', '$or', '$nor']);

function compileLogical(operator: string, operand: unknown): Matcher | undefined {
  switch (operator) {
    case '$and': {
      const all = clauses(operator, operand);
      return (doc) => all.every((matches) => matches(doc));
    }
    case '$or': {
      const any = clauses(operator, operand);
      return (doc) => any.some((matches) => matches(doc));
    }
    case '$nor': {
      const none = clauses(operator, operand);
      return (doc) => !none.some((matches) => matches(doc));
    }
    case '$expr': {
      const expression = compileExpression(operand);
      const variables = { NOW: new Date() };
      return (doc) => truthy(expression({ root: doc, variables }));
    }
    case '$comment':
      return undefined;
    case '$where':
    case '$text':
    case '$jsonSchema':
    case '$sampleRate':
      throw notSupported(operator);
    default:
      throw new CommandError('BadValue', `unknown top level operator: ${operator}`);
  }
}

function clauses(operator: string, operand: unknown): Matcher[] {
  if (!Array.isArray(operand) || operand.length === 0) throw new CommandError('BadValue', `${operator} must be a nonempty array`);
  return operand.map((clause: unknown) => {
    if (!isDoc(clause)) throw new CommandError('BadValue', `${operator} argument's entries must be objects`);
    return compileFilter(clause);
  });
}

function compileField(path: string, condition: unknown): Matcher {
  const parts = path.split('.');
  const tests = fieldTests(condition);
  return (doc) => tests.every(({ predicate, negated }) => someAtPath(doc, parts, predicate) !== negated);
}

/** A test on the values of one path: some value must (or, negated, none may) satisfy the predicate. */
interface FieldTest {
  readonly predicate: Predicate;
  readonly negated: boolean;
}

/** Compiles what stands on the right of a field name. */
function fieldTests(condition: unknown): FieldTest[] {
  if (!isOperatorDoc(condition)) {
    if (condition instanceof BSONRegExp) return [{ predicate: compileOperator('$regex', condition, {}), negated: false }];
    return [{ predicate: equalsPredicate(condition), negated: false }];
  }
  return Object.keys(condition).flatMap((operator) => compileCondition(operator, condition));
}

function compileCondition(operator: string, condition: Doc): FieldTest[] {
  const operand = condition[operator];
  switch (operator) {
    case '$not':
      return [{ predicate: negatedPart(operand), negated: true }];
    case '$ne':
      return [{ predicate: equalsPredicate(operand), negated: true }];
    case '$nin':
      return [{ predicate: compileOperator('$in', operand, condition), negated: true }];
    case '$exists':
      return [{ predicate: (value) => value !== undefined, negated: !compileOperator('$exists', operand, condition)(undefined) }];
    case '$all':
      return allPredicates(operand).map((predicate) => ({ predicate, negated: false }));
    case '$elemMatch':
      return [{ predicate: elementMatching(operand), negated: false }];
    case '$options':
      if (!('$regex' in condition)) throw new CommandError('BadValue', '$options needs a $regex');
      return [];
    default:
      return [{ predicate: compileOperator(operator, operand, condition), negated: false }];
  }
}

/** `$not` holds if the conditions inside do not all hold; each of them is existential over the path's values. */
function negatedPart(operand: unknown): Predicate {
  if (operand instanceof BSONRegExp) return compileOperator('$regex', operand, {});
  if (!isOperatorDoc(operand)) throw new CommandError('BadValue', '$not needs a regex or a document');
  const tests = fieldTests(operand);
  return (value, whole) => tests.every(({ predicate, negated }) => predicate(value, whole) !== negated);
}

/** @returns a test per item of `$all`; each may be satisfied by another value of the path */
function allPredicates(operand: unknown): Predicate[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  if (operand.length === 0) return [() => false];
  return operand.map((item: unknown): Predicate => {
    if (isDoc(item) && '$elemMatch' in item) return elementMatching(item['$elemMatch']);
    return asRegExp(item) ? compileOperator('$regex', item, {}) : equalsPredicate(item);
  });
}

/** @returns a test that holds for an array one of whose elements satisfies all conditions together */
function elementMatching(operand: unknown): Predicate {
  const test = elementTest(operand);
  return (value) => Array.isArray(value) && value.some((item) => test(item));
}

/**
 * @param whole whether an element that is an array is not to be taken for what is in it; `$pull` does, `$elemMatch` does not
 * @returns the test of a single element: operators apply to the element, fields to the document it is
 */
export function elementTest(operand: unknown, whole = true): Predicate {
  if (!isDoc(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  if (isOperatorDoc(operand) && !Object.keys(operand).some((key) => key === '$and' || key === '$or' || key === '$nor' || key === '$expr')) {
    const tests = fieldTests(operand);
    return (element) => tests.every(({ predicate, negated }) => predicate(element, whole) !== negated);
  }
  const matches = compileFilter(operand);
  return (element) => (isDoc(element) ? matches(element) : Array.isArray(element) && matches({ ...element }));
}
