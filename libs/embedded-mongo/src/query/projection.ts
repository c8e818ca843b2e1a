import { CommandError } from '../errors.js';
import { fieldsOf, isDoc, isNumber, setOwn, toNumber, truthy, type Doc } from '../bson/values.js';
import { compileComputedProjection } from '../aggregate/expression.js';
import { elementTest, type Predicate } from './predicates.js';

/** Turns a stored document into what the client asked to see. */
export type Projector = (doc: Doc) => Doc;

/** A tree of the projected paths; a leaf says what to do with the value found there. */
interface Node {
  readonly children: Map<string, Node>;
  apply?: (value: unknown) => unknown;
}

const bad = (message: string): CommandError => new CommandError('BadValue', message);

/**
 * Compiles a projection of find or findAndModify.
 * @returns undefined when the whole document is wanted
 * @throws CommandError BadValue when inclusion and exclusion are mixed
 */
export function compileProjection(spec: unknown): Projector | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new CommandError('TypeMismatch', 'projection must be a document');
  const paths = Object.keys(spec);
  if (paths.length === 0) return undefined;
  if (paths.some((path) => isComputed(spec[path]))) return compileComputedProjection(spec);
  if (paths.some((path) => path === '$' || path.endsWith('.$'))) throw bad('the positional projection operator is not supported by the embedded server');
  return isInclusion(spec) ? including(spec) : excluding(spec);
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean' || isNumber(value);
const isArrayOperator = (value: unknown): value is Doc => isDoc(value) && ('$slice' in value || '$elemMatch' in value);
const isComputed = (value: unknown): boolean => !isFlag(value) && !isArrayOperator(value) && !(isDoc(value) && !Object.keys(value).some((key) => key.startsWith('$')));

function isInclusion(spec: Doc): boolean {
  const modes = new Set(Object.keys(spec).flatMap((path) => (path === '_id' ? [] : modesOf(spec[path]))));
  if (modes.size > 1) throw bad('Cannot do exclusion and inclusion in one projection');
  if (modes.size === 1) return modes.has(true);
  return '_id' in spec ? truthy(spec['_id']) : false;
}

function modesOf(value: unknown): boolean[] {
  if (isFlag(value)) return [truthy(value)];
  if (!isDoc(value)) return [];
  if ('$elemMatch' in value) return [true];
  if ('$slice' in value) return [];
  return Object.keys(value).flatMap((key) => modesOf(value[key]));
}

function buildTree(spec: Doc, leaf: (value: unknown) => Node['apply'] | 'skip'): Node {
  const root: Node = { children: new Map() };
  const add = (parts: readonly string[], value: unknown): void => {
    if (isDoc(value) && !isArrayOperator(value)) {
      for (const key of Object.keys(value)) add([...parts, ...key.split('.')], value[key]);
      return;
    }
    const apply = leaf(value);
    if (apply === 'skip' || apply === undefined) return;
    let node = root;
    for (const part of parts) {
      const next = node.children.get(part) ?? { children: new Map<string, Node>() };
      node.children.set(part, next);
      node = next;
    }
    node.apply = apply;
  };
  for (const path of Object.keys(spec)) add(path.split('.'), spec[path]);
  return root;
}

const identity = (value: unknown): unknown => value;

function including(spec: Doc): Projector {
  const tree = buildTree(spec, (value) => (isArrayOperator(value) ? arrayOperator(value) : truthy(value) ? identity : 'skip'));
  const idExcluded = '_id' in spec && !truthy(spec['_id']);
  if (!idExcluded) tree.children.set('_id', { children: new Map(), apply: identity });
  return (doc) => include(doc, tree) as Doc;
}

function include(value: unknown, node: Node): unknown {
  if (Array.isArray(value)) return value.filter((item) => isDoc(item) || Array.isArray(item)).map((item) => include(item, node));
  const fields = fieldsOf(value);
  if (!fields) return undefined;
  const result: Doc = {};
  for (const key of Object.keys(fields)) {
    const child = node.children.get(key);
    if (!child) continue;
    const projected = child.apply ? child.apply(fields[key]) : include(fields[key], child);
    if (projected !== undefined) setOwn(result, key, projected);
  }
  return result;
}

const REMOVED = Symbol('removed');

function excluding(spec: Doc): Projector {
  const tree = buildTree(spec, (value) => (isArrayOperator(value) ? arrayOperator(value) : truthy(value) ? 'skip' : () => REMOVED));
  return (doc) => exclude(doc, tree) as Doc;
}

function exclude(value: unknown, node: Node): unknown {
  if (Array.isArray(value)) return value.map((item) => exclude(item, node));
  if (!isDoc(value)) return value;
  const result: Doc = {};
  for (const key of Object.keys(value)) {
    const child = node.children.get(key);
    const projected = !child ? value[key] : child.apply ? child.apply(value[key]) : exclude(value[key], child);
    if (projected !== REMOVED) setOwn(result, key, projected);
  }
  return result;
}

function arrayOperator(operator: Doc): (value: unknown) => unknown {
  if ('$elemMatch' in operator) {
    const test: Predicate = elementTest(operator['$elemMatch']);
    return (value) => {
      const index = Array.isArray(value) ? value.findIndex(test) : -1;
      return Array.isArray(value) && index >= 0 ? [value[index]] : undefined;
    };
  }
  const slice = parseSlice(operator['$slice']);
  return (value) => (Array.isArray(value) ? slice(value) : value);
}

function parseSlice(operand: unknown): (items: unknown[]) => unknown[] {
  if (Array.isArray(operand)) {
    const [skip, limit] = operand.map(toNumber);
    if (skip === undefined || limit === undefined || limit <= 0) throw bad('$slice takes [skip, limit] with a positive limit');
    return (items) => {
      const from = skip < 0 ? Math.max(0, items.length + skip) : skip;
      return items.slice(from, from + limit);
    };
  }
  const count = toNumber(operand);
  if (count === undefined) throw bad('$slice takes a number or [skip, limit]');
  return (items) => (count < 0 ? items.slice(count) : items.slice(0, count));
}
