import { CommandError, notSupported } from '../errors.js';
import { checkDocument, someElement } from '../bson/elements.js';
import { immutableId, withIdOf } from '../bson/ids.js';
import { equalValues } from '../bson/order.js';
import { decode, encode, isDoc, type Doc } from '../bson/values.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { compileFilter, elementTest } from '../query/filter.js';
import { isOperatorDoc, type Predicate } from '../query/predicates.js';
import type { Update } from './compiled-update.js';
import { OPERATORS, REMOVE, type FieldOperator } from './operators.js';
import { compilePipelineUpdate } from './pipeline-update.js';
import { expandPath, getAt, removeAt, setAt, type PathContext } from './target-paths.js';

const bad = (message: string): CommandError => new CommandError('FailedToParse', message);

/**
 * Compiles the `u` of an update statement: a replacement, update operators or a pipeline.
 * @param spec a replacement may be encoded
 * @param variables values of the variables a pipeline may use
 * @throws CommandError FailedToParse, ConflictingUpdateOperators, NotImplemented, InvalidBSON
 */
export function compileUpdate(spec: unknown, arrayFilters: readonly Doc[], variables: Variables): Update {
  if (Buffer.isBuffer(spec)) return replacement(spec);
  if (Array.isArray(spec)) return compilePipelineUpdate(spec as unknown[], variables);
  if (!isDoc(spec)) throw bad('an update must be a document or a pipeline');
  return Object.keys(spec).some((key) => key.startsWith('$')) ? operatorUpdate(spec, arrayFilters) : replacement(encode(spec));
}

const DOLLAR = 0x24;

/** @returns whether an encoded document has no operators */
export const isReplacement = (bytes: Buffer): boolean => !someElement(bytes, ({ start }) => bytes[start + 1] === DOLLAR);

/** @returns the update that puts a document in the place of another, under whose `_id` it goes on */
function replacement(document: Buffer): Update {
  checkDocument(document);
  return { kind: 'replace', apply: (before) => withIdOf(before, document) };
}

interface Modification {
  readonly operator: string;
  readonly parts: readonly string[];
  readonly run: FieldOperator;
  readonly operand: unknown;
}

function operatorUpdate(spec: Doc, arrayFilters: readonly Doc[]): Update {
  const modifications = Object.keys(spec).flatMap((operator) => parseOperator(operator, spec[operator]));
  refuseConflicts(modifications);
  const filters = compileArrayFilters(arrayFilters);
  refuseUnused(filters, modifications);
  return {
    kind: 'update',
    apply(before, { filter, inserting, now }) {
      const doc = decode(before);
      const id = doc['_id'];
      const context: PathContext = { filters, positional: (path) => positionOf(filter, doc, path) };
      for (const modification of modifications) {
        if (modification.operator === '$setOnInsert' && !inserting) continue;
        modify(doc, modification, context, now);
      }
      if (id !== undefined && !equalValues(doc['_id'], id)) throw immutableId();
      return encode(doc);
    },
  };
}

function parseOperator(operator: string, fields: unknown): Modification[] {
  const run = OPERATORS[operator];
  if (!run) throw bad(`Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`);
  if (!isDoc(fields)) throw bad(`Modifiers operate on fields but we found type ${typeof fields} instead`);
  return Object.keys(fields).flatMap((path): Modification[] => {
    const parts = path.split('.');
    if (parts.some((part) => part === '')) throw new CommandError('EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`);
    const target = fields[path];
    if (operator !== '$rename') return [{ operator, parts, run, operand: target }];
    if (typeof target !== 'string') throw bad("The 'to' field for $rename must be a string");
    if (target === path) throw new CommandError('BadValue', `The source and target field for $rename must differ: ${path}`);
    return [{ operator, parts, run, operand: target }];
  });
}

function refuseConflicts(modifications: readonly Modification[]): void {
  const paths = new Set<string>();
  const refuse = (path: string): never => {
    throw new CommandError('ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict at '${path}'`);
  };
  for (const { parts, operator, operand } of modifications) {
    for (const path of operator === '$rename' ? [parts.join('.'), String(operand)] : [parts.join('.')]) {
      if (paths.has(path)) refuse(path);
      paths.add(path);
    }
  }
  for (const path of paths) {
    for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
      if (paths.has(path.slice(0, dot))) refuse(path);
    }
  }
}

function modify(doc: Doc, { parts, run, operand, operator }: Modification, context: PathContext, now: Date): void {
  if (operator === '$rename') return rename(doc, parts, String(operand).split('.'));
  for (const target of expandPath(doc, parts, context)) {
    const current = getAt(doc, target);
    const next = run(current, operand, now);
    if (next === REMOVE) removeAt(doc, target);
    else if (next !== current || current === undefined) {
      if (next !== undefined) setAt(doc, target, next);
    }
  }
}

function rename(doc: Doc, from: readonly string[], to: readonly string[]): void {
  const value = getAt(doc, from);
  if (value === undefined) return;
  removeAt(doc, from);
  setAt(doc, to, value);
}

/** Each array filter names the identifier it constrains as the first component of its paths. */
function compileArrayFilters(arrayFilters: readonly Doc[]): ReadonlyMap<string, Predicate> {
  const filters = new Map<string, Predicate>();
  for (const filter of arrayFilters) {
    const [key] = Object.keys(filter);
    if (key === undefined) throw bad('Cannot use an expression without a top-level field name in arrayFilters');
    if (key.startsWith('$')) throw notSupported(`${key} at the top of an array filter`);
    const [identifier = ''] = key.split('.');
    if (Object.keys(filter).some((other) => other.split('.')[0] !== identifier)) throw bad(`Error parsing array filter: Expected a single top-level field name, found '${Object.keys(filter).join("' and '")}'`);
    if (filters.has(identifier)) throw bad(`Found multiple array filters with the same top-level field name ${identifier}`);
    const matches = compileFilter(filter);
    filters.set(identifier, (element) => matches({ [identifier]: element }));
  }
  return filters;
}

/** A filter that no path names is taken for a mistake, as in MongoDB. */
function refuseUnused(filters: ReadonlyMap<string, Predicate>, modifications: readonly Modification[]): void {
  const unused = [...filters.keys()].find((identifier) => !modifications.some(({ parts }) => parts.includes(`$[${identifier}]`)));
  if (unused !== undefined) throw bad(`The array filter for identifier '${unused}' was not used in the update`);
}

/** @returns the position of the first element of an array that the filter asked for */
function positionOf(filter: Doc, doc: Doc, path: readonly string[]): number {
  const array = getAt(doc, path);
  const tests = elementTests(filter, path.join('.'));
  const position = Array.isArray(array) ? array.findIndex((element) => tests.every((test) => test(element))) : -1;
  if (position < 0 || tests.length === 0) throw new CommandError('BadValue', 'The positional operator did not find the match needed from the query.');
  return position;
}

function elementTests(filter: Doc, path: string): Predicate[] {
  return Object.keys(filter).flatMap((key): Predicate[] => {
    const condition = filter[key];
    if (key === '$and' && Array.isArray(condition)) return condition.flatMap((clause: unknown) => (isDoc(clause) ? elementTests(clause, path) : []));
    if (key === path) return [directTest(condition)];
    if (!key.startsWith(`${path}.`)) return [];
    const matches = compileFilter({ [key.slice(path.length + 1)]: condition });
    return [(element) => isDoc(element) && matches(element)];
  });
}

function directTest(condition: unknown): Predicate {
  if (isOperatorDoc(condition) && '$elemMatch' in condition) return elementTest(condition['$elemMatch']);
  const matches = compileFilter({ v: condition });
  return (element) => matches({ v: element });
}
