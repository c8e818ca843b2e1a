import { CommandError, notSupported } from '../errors.js';
import { fieldsOf, isDoc, isNumber, setOwn, toNumber, truthy, type Doc } from '../bson/values.js';
import type { Variables } from '../aggregate/expressions/expression.js';
import { compileFieldSetter } from '../aggregate/fields.js';
import { elementTest } from './filter.js';
import type { Predicate } from './predicates.js';

/** Turns a document into what is to be seen of it; expressions in it may use variables. */
export type Projector = (doc: Doc, variables?: Variables) => Doc;

/** A tree of the projected paths; a leaf says what to do with the value found there. */
interface Node {
  readonly children: Map<string, Node>;
  apply?: (value: unknown) => unknown;
}

export interface ProjectionContext {
  /** Variables that expressions may use. */
  readonly names: ReadonlySet<string>;
  /** Whether it is the stage of a pipeline, where `$slice` is an expression and `$elemMatch` unknown. */
  readonly stage: boolean;
}

const bad = (message: string): CommandError => new CommandError('BadValue', message);
const FIND: ProjectionContext = { names: new Set(), stage: false };

/**
 * Compiles a projection: of find or findAndModify, or a `$project`.
 * @returns undefined when the whole document is wanted
 * @throws CommandError BadValue when inclusion and exclusion are mixed
 */
export function compileProjection(spec: unknown, context: ProjectionContext = FIND): Projector | undefined {
  if (spec === undefined || spec === null) return undefined;
  if (!isDoc(spec)) throw new CommandError('TypeMismatch', 'projection must be a document');
  const fields = flatten(spec);
  const paths = Object.keys(fields);
  if (paths.length === 0) return undefined;
  if (paths.some((path) => path === '$' || path.endsWith('.$'))) throw notSupported('the positional projection');
  const computed = Object.fromEntries(Object.entries(fields).filter(([, value]) => !isPlain(value, context)));
  const plain = Object.fromEntries(Object.entries(fields).filter(([, value]) => isPlain(value, context)));
  if (Object.keys(computed).length === 0) return isInclusion(plain) ? including(plain, []) : excluding(plain);
  if (Object.keys(plain).some((path) => path !== '_id' && isFlag(plain[path])) && !isInclusion(plain)) throw bad('Cannot use an expression in an exclusion projection');
  const [include, compute] = [including(plain, Object.keys(computed)), compileFieldSetter(computed, context.names)];
  return (doc, variables = { NOW: new Date() }) => compute(include(doc), { root: doc, variables });
}

/** A document without operators stands for the paths in it. */
function flatten(spec: Doc, prefix = ''): Doc {
  return Object.fromEntries(
    Object.entries(spec).flatMap(([key, value]): [string, unknown][] => {
      const nested = isDoc(value) && Object.keys(value).length > 0 && !Object.keys(value).some((name) => name.startsWith('$'));
      return nested ? Object.entries(flatten(value, `${prefix}${key}.`)) : [[prefix + key, value]];
    }),
  );
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean' || isNumber(value);
const isArrayOperator = (value: unknown): value is Doc => isDoc(value) && (('$slice' in value && !isSliceExpression(value['$slice'])) || '$elemMatch' in value);
const isSliceExpression = (operand: unknown): boolean => Array.isArray(operand) && operand.length > 0 && !isNumber(operand[0]);
const isPlain = (value: unknown, { stage }: ProjectionContext): boolean => isFlag(value) || (!stage && isArrayOperator(value));

function isInclusion(spec: Doc): boolean {
  const modes = new Set(Object.keys(spec).flatMap((path) => (path === '_id' ? [] : modesOf(spec[path]))));
  if (modes.size > 1) throw bad('Cannot do exclusion and inclusion in one projection');
  if (modes.size === 1) return modes.has(true);
  return '_id' in spec ? truthy(spec['_id']) : false;
}

function modesOf(value: unknown): boolean[] {
  if (isFlag(value)) return [truthy(value)];
  return isDoc(value) && '$elemMatch' in value ? [true] : [];
}

function buildTree(spec: Doc, leaf: (value: unknown) => Node['apply'] | 'skip'): Node {
  const root: Node = { children: new Map() };
  const add = (parts: readonly string[], value: unknown): void => {
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

const MADE = Symbol('made');
const identity = (value: unknown): unknown => value;

/** @param made paths that are computed: nothing of them is kept but the arrays and documents on the way */
function including(spec: Doc, made: readonly string[]): Projector {
  const hollow = Object.fromEntries(made.map((path) => [path, MADE]));
  const tree = buildTree({ ...spec, ...hollow }, (value) => (value === MADE ? () => undefined : isArrayOperator(value) ? arrayOperator(value) : truthy(value) ? identity : 'skip'));
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
      const index = Array.isArray(value) ? value.findIndex((item) => test(item)) : -1;
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
