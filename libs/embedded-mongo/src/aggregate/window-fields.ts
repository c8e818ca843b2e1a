import { Int32 } from 'bson';
import { CommandError, notSupported } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { isDoc, isNumber, toNumber, type Doc } from '../bson/values.js';
import { parseSort, sortKey, sortKeyed, type SortField } from '../query/sort.js';
import { compileAccumulator } from './accumulators.js';
import { missing, namedOperands } from './expressions/arguments.js';
import { compileExpression, resolve } from './expressions/compile.js';
import type { Compile, Scope, Variables } from './expressions/expression.js';
import { compileFieldSetter } from './fields.js';
import { StageMemory } from './memory.js';

/** Documents of one partition, in order, and what to compute for each of them. */
interface Partition {
  readonly scopes: readonly Scope[];
  /** Equal where documents are peers in the order. */
  readonly keys: readonly Buffer[];
}

type WindowFunction = (partition: Partition) => readonly unknown[];

/** `$setWindowFields`: computes fields over neighbouring documents. */
export function compileWindowFields(spec: unknown, names: ReadonlySet<string>): (input: Iterable<Doc>, variables: Variables) => Iterable<Doc> {
  const { partitionBy = null, sortBy, output } = namedOperands(spec, '$setWindowFields', ['output'], ['partitionBy', 'sortBy']);
  if (!isDoc(output)) throw new CommandError('FailedToParse', "$setWindowFields needs an 'output'");
  const compile: Compile = (operand, more = []) => compileExpression(operand, new Set([...names, ...more]));
  const order = parseSort(sortBy);
  const [partitionOf, keyOf] = [compile(partitionBy), sortKey(order)];
  const functions = Object.entries(output).map(([path, field]) => ({ path, run: compileFunction(path, field, order, compile) }));
  const setter = compileFieldSetter(Object.fromEntries(functions.map(({ path }, n) => [path, `$$${variableOf(n)}`])), new Set(functions.map((_, n) => variableOf(n))));
  return function* (input, variables) {
    const memory = new StageMemory('$setWindowFields');
    const partitions = new Map<string, Doc[]>();
    for (const doc of memory.holding(input)) {
      const key = encodeKey(partitionOf({ root: doc, variables }) ?? null).toString('latin1');
      const docs = partitions.get(key);
      if (docs) docs.push(doc);
      else partitions.set(key, [doc]);
    }
    for (const key of [...partitions.keys()].sort((a, b) => Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')))) {
      const docs = sortKeyed((partitions.get(key) ?? []).map((item) => ({ item, key: keyOf(item), size: 0 })), Infinity);
      const partition = { scopes: docs.map((root) => ({ root, variables })), keys: docs.map(keyOf) };
      const columns = functions.map(({ run }) => run(partition));
      for (const [row, doc] of docs.entries()) {
        yield setter(doc, { root: doc, variables: Object.fromEntries(columns.map((column, n) => [variableOf(n), column[row]])) });
      }
    }
  };
}

const variableOf = (position: number): string => `output${String(position)}`;

function compileFunction(path: string, field: unknown, order: readonly SortField[], compile: Compile): WindowFunction {
  const { window, ...rest } = isDoc(field) ? field : {};
  const [name, ...more] = Object.keys(rest);
  if (name === undefined || more.length > 0) throw new CommandError('FailedToParse', `'${path}' needs one window function`);
  const ranking = Object.hasOwn(RANKINGS, name) ? RANKINGS[name] : undefined;
  if (ranking) {
    if (order.length === 0) throw new CommandError('FailedToParse', `${name} must be specified with a sortBy`);
    return ranking;
  }
  if (name === '$shift') return shift(rest[name], compile);
  if (name === '$locf') return lastObserved(rest[name], compile);
  if (['$derivative', '$integral', '$expMovingAvg', '$linearFill', '$covariancePop', '$covarianceSamp', '$minMaxScaler'].includes(name)) throw notSupported(`window function ${name}`);
  const start = compileAccumulator(path, rest, compile);
  const bounds = windowBounds(window, order);
  return (partition) =>
    partition.scopes.map((_, row) => {
      const [from, to] = bounds(partition, row);
      const running = start();
      for (let at = Math.max(0, from); at <= Math.min(to, partition.scopes.length - 1); at++) {
        const scope = partition.scopes[at];
        if (scope) running.add(scope);
      }
      return running.result();
    });
}

/** The first and the last row of a document's window. */
type Bounds = (partition: Partition, row: number) => readonly [number, number];

function windowBounds(window: unknown, order: readonly SortField[]): Bounds {
  if (window === undefined) return ({ scopes }) => [0, scopes.length - 1];
  const { documents, range, unit } = namedOperands(window, 'window', [], ['documents', 'range', 'unit']);
  if (unit !== undefined) throw notSupported("a window's 'unit'");
  const limits = documents ?? range;
  if (!Array.isArray(limits) || limits.length !== 2 || (documents === undefined) === (range === undefined)) throw new CommandError('FailedToParse', "a window needs either 'documents' or 'range', with a lower and an upper bound");
  const [lower, upper] = limits.map(limitOf);
  if (lower === undefined || upper === undefined) throw new CommandError('FailedToParse', "a window's bound is 'unbounded', 'current' or a number");
  return range === undefined ? (_, row) => [row + lower, row + upper] : rangeBounds(order, lower, upper);
}

function limitOf(limit: unknown, side: number): number | undefined {
  if (limit === 'current') return 0;
  if (limit === 'unbounded') return side === 0 ? -Infinity : Infinity;
  return isNumber(limit) ? toNumber(limit) : undefined;
}

function rangeBounds(order: readonly SortField[], lower: number, upper: number): Bounds {
  const [field, ...more] = order;
  if (!field || more.length > 0 || field.direction < 0) throw new CommandError('FailedToParse', 'a range window needs a sortBy of one ascending field');
  const valueAt = ({ root }: Scope): number => {
    const value = resolve(root, field.path.split('.'));
    if (!isNumber(value)) throw new CommandError('TypeMismatch', 'a range window needs numbers to sort by');
    return toNumber(value) ?? NaN;
  };
  const values = new WeakMap<Partition, number[]>();
  return (partition, row) => {
    const known = values.get(partition) ?? partition.scopes.map(valueAt);
    values.set(partition, known);
    const current = known[row] ?? NaN;
    const after = known.findIndex((value) => value > current + upper);
    const first = known.findIndex((value) => value >= current + lower);
    return [first < 0 ? known.length : first, after < 0 ? known.length - 1 : after - 1];
  };
}

const RANKINGS: Readonly<Record<string, WindowFunction>> = {
  $documentNumber: ({ scopes }) => scopes.map((_, row) => new Int32(row + 1)),
  $rank: ({ keys }) => ranks(keys, (row) => row + 1),
  $denseRank: ({ keys }) => ranks(keys, (_, previous) => previous + 1),
};

/** Peers share a rank. */
function ranks(keys: readonly Buffer[], next: (row: number, previous: number) => number): Int32[] {
  let rank = 0;
  return keys.map((key, row) => {
    if (row === 0 || !keys[row - 1]?.equals(key)) rank = next(row, rank);
    return new Int32(rank);
  });
}

function shift(operand: unknown, compile: Compile): WindowFunction {
  const { output, by, default: otherwise = null } = namedOperands(operand, '$shift', ['output', 'by'], ['default']);
  const [value, fallback, distance] = [compile(output), compile(otherwise), toNumber(by)];
  if (distance === undefined) throw new CommandError('FailedToParse', "$shift's 'by' must be a number");
  return ({ scopes }) =>
    scopes.map((scope, row) => {
      const other = scopes[row + distance];
      return other ? (value(other) ?? null) : fallback(scope);
    });
}

/** Fills a gap with the last value before it. */
function lastObserved(operand: unknown, compile: Compile): WindowFunction {
  const value = compile(operand);
  return ({ scopes }) => {
    let last: unknown = null;
    return scopes.map((scope) => {
      const found = value(scope);
      if (!missing(found)) last = found;
      return last;
    });
  };
}

