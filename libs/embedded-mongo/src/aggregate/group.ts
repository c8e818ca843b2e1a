import { encodeKey, compareValues } from '../bson/order.js';
import { CommandError } from '../errors.js';
import { isDoc, setOwn, type Doc } from '../bson/values.js';
import { compileAccumulator, type Accumulator, type Running } from './accumulators.js';
import { compileExpression } from './expressions/compile.js';
import type { Compile, Expression, Variables } from './expressions/expression.js';
import { bytesOf, StageMemory } from './memory.js';

/** Documents of one group while they are gathered. */
interface Group {
  readonly id: unknown;
  readonly fields: readonly Running[];
}

interface NamedAccumulator {
  readonly name: string;
  readonly start: Accumulator;
}

/** @returns the accumulators of the fields of `$group`, `$bucket` or `$bucketAuto` */
export function compileFields(fields: Doc, compile: Compile): NamedAccumulator[] {
  return Object.keys(fields).map((name) => {
    if (name.includes('.') || name.startsWith('$')) throw new CommandError('FailedToParse', `The field name '${name}' cannot contain '.' or begin with '$'`);
    return { name, start: compileAccumulator(name, fields[name], compile) };
  });
}

/** What an accumulator is taken to hold besides its values (bytes). */
const ACCUMULATOR_BYTES = 64;

/** Gathers documents by a key. @returns a document per group, in the order the groups came up */
export function* gather(stage: string, input: Iterable<Doc>, key: Expression, fields: readonly NamedAccumulator[], variables: Variables): Generator<Doc, void, undefined> {
  const memory = new StageMemory(stage);
  const groups = new Map<string, Group>();
  for (const root of input) {
    const scope = { root, variables };
    const id = key(scope) ?? null;
    const text = encodeKey(id).toString('latin1');
    let group = groups.get(text);
    if (!group) {
      groups.set(text, (group = { id, fields: fields.map(({ start }) => start()) }));
      memory.hold(text.length + bytesOf(id) + fields.length * ACCUMULATOR_BYTES);
    }
    for (const field of group.fields) memory.hold(field.add(scope));
  }
  for (const group of groups.values()) yield finish(group, fields);
}

function finish({ id, fields }: Group, names: readonly NamedAccumulator[]): Doc {
  const result: Doc = { _id: id };
  fields.forEach((field, position) => {
    setOwn(result, names[position]?.name ?? '', field.result());
  });
  return result;
}

/** `$group`. */
export function compileGroup(spec: unknown, names: ReadonlySet<string>): (input: Iterable<Doc>, variables: Variables) => Iterable<Doc> {
  if (!isDoc(spec) || !('_id' in spec)) throw new CommandError('FailedToParse', 'a group specification must be an object with an _id');
  const compile: Compile = (operand, more = []) => compileExpression(operand, new Set([...names, ...more]));
  const { _id, ...fields } = spec;
  const [key, accumulators] = [compile(_id), compileFields(fields, compile)];
  return (input, variables) => gather('$group', input, key, accumulators, variables);
}

/** `$bucket`: groups by the boundary a value is at or above. */
export function compileBucket(spec: unknown, names: ReadonlySet<string>): (input: Iterable<Doc>, variables: Variables) => Iterable<Doc> {
  if (!isDoc(spec) || !Array.isArray(spec['boundaries']) || spec['boundaries'].length < 2) throw new CommandError('BadValue', "$bucket requires 'groupBy' and at least 2 'boundaries'");
  const compile: Compile = (operand, more = []) => compileExpression(operand, new Set([...names, ...more]));
  const boundaries = spec['boundaries'].map((boundary: unknown) => compile(boundary)({ root: {}, variables: {} }));
  if (boundaries.some((value, n) => n > 0 && compareValues(boundaries[n - 1], value) >= 0)) throw new CommandError('BadValue', "The 'boundaries' option to $bucket must be sorted in ascending order");
  const value = compile(spec['groupBy']);
  const fallback = 'default' in spec ? compile(spec['default'])({ root: {}, variables: {} }) : undefined;
  const key: Expression = (scope) => {
    const found = value(scope) ?? null;
    const next = boundaries.findIndex((boundary) => compareValues(found, boundary) < 0);
    if (next > 0) return boundaries[next - 1];
    if (fallback === undefined) throw new CommandError('BadValue', '$bucket could not find a matching bucket for an input, and no default was specified');
    return fallback;
  };
  const accumulators = compileFields(isDoc(spec['output']) ? spec['output'] : { count: { $sum: 1 } }, compile);
  return (input, variables) => [...gather('$bucket', input, key, accumulators, variables)].sort((a, b) => compareValues(a['_id'], b['_id']));
}
