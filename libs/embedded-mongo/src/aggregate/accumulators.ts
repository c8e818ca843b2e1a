import { Decimal128, Double, Int32 } from 'bson';
import { CommandError, notSupported } from '../errors.js';
import { compareValues, encodeKey } from '../bson/order.js';
import { isDoc, isNumber, toNumber, type Doc, type NumberValue } from '../bson/values.js';
import { parseSort, sortKey } from '../query/sort.js';
import { list, missing, namedOperands, whole, type Builder } from './expressions/arguments.js';
import { calculate } from './expressions/arithmetic.js';
import type { Compile, Scope } from './expressions/expression.js';
import { mergeObjects } from './expressions/sets.js';
import { bytesOf } from './memory.js';

/** What has been gathered so far. */
export interface Running {
  /** @returns how many bytes more are held than before */
  add(scope: Scope): number;
  result(): unknown;
}

/** Starts to gather; asked for once per group. */
export type Accumulator = () => Running;

/** Gathers values. */
interface Gathering {
  /** @returns how many bytes more are held than before */
  readonly add: (value: unknown) => number;
  readonly result: () => unknown;
}

type Gather = () => Gathering;

function sum(): Gathering {
  let total: NumberValue = new Int32(0);
  return {
    add: (value) => {
      if (isNumber(value)) total = calculate('add', total, value);
      return 0;
    },
    result: () => total,
  };
}

function average(): Gathering {
  let total: NumberValue = new Double(0);
  let count = 0;
  return {
    add: (value) => {
      if (!isNumber(value)) return 0;
      total = calculate('add', total instanceof Double && value instanceof Decimal128 && count === 0 ? new Int32(0) : total, value);
      count++;
      return 0;
    },
    result: () => (count === 0 ? null : calculate('divide', total, new Int32(count))),
  };
}

/** Keeps one of the values: the first, and each that is to be kept rather than what is kept then. */
const keeping = (rather: (value: unknown, kept: unknown) => boolean, counts: (value: unknown) => boolean = () => true): Gather => () => {
  let kept: { readonly value: unknown; readonly bytes: number } | undefined;
  return {
    add: (value) => {
      if (!counts(value) || (kept && !rather(value, kept.value))) return 0;
      const before = kept?.bytes ?? 0;
      kept = { value, bytes: bytesOf(value) };
      return kept.bytes - before;
    },
    result: () => kept?.value ?? null,
  };
};

const extreme = (sign: 1 | -1): Gather => keeping((value, best) => compareValues(value, best) * sign > 0, (value) => !missing(value));

/** Deviation by the running mean of Welford, which does not lose digits as a sum of squares would. */
const deviation = (sample: boolean): Gather => () => {
  let [count, mean, squares] = [0, 0, 0];
  return {
    add: (value) => {
      if (!isNumber(value)) return 0;
      const number = toNumber(value) ?? NaN;
      const delta = number - mean;
      mean += delta / ++count;
      squares += delta * (number - mean);
      return 0;
    },
    result: () => (count < (sample ? 2 : 1) ? null : new Double(Math.sqrt(squares / (sample ? count - 1 : count)))),
  };
};

function pushed(): Gathering {
  const values: unknown[] = [];
  return {
    add: (value) => {
      if (value === undefined) return 0;
      values.push(value);
      return bytesOf(value);
    },
    result: () => values,
  };
}

function addedToSet(): Gathering {
  const set = new Map<string, unknown>();
  return {
    add: (value) => {
      const key = value === undefined ? undefined : encodeKey(value).toString('latin1');
      if (key === undefined || set.has(key)) return 0;
      set.set(key, value);
      return key.length + bytesOf(value);
    },
    result: () => [...set.values()],
  };
}

function merged(): Gathering {
  let document: Doc = {};
  let bytes = 0;
  return {
    add: (value) => {
      const before = bytes;
      document = mergeObjects([document, value], '$mergeObjects');
      bytes = bytesOf(document);
      return bytes - before;
    },
    result: () => document,
  };
}

const GATHERS: Readonly<Record<string, Gather>> = {
  $sum: sum,
  $avg: average,
  $min: extreme(-1),
  $max: extreme(1),
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
  $first: keeping(() => false),
  $last: keeping(() => true),
  $push: pushed,
  $addToSet: addedToSet,
  $mergeObjects: merged,
};

const REFUSED = new Set(['$accumulator', '$concatArrays', '$setUnion']);

/**
 * Compiles an accumulator of `$group` and its kin.
 * @param spec such as `{ $sum: '$amount' }`
 * @throws CommandError FailedToParse for anything but one accumulator
 */
export function compileAccumulator(field: string, spec: unknown, compile: Compile): Accumulator {
  const [name, ...more] = isDoc(spec) ? Object.keys(spec) : [];
  if (!isDoc(spec) || name === undefined || more.length > 0) throw new CommandError('FailedToParse', `The field '${field}' must specify one accumulator`);
  const operand = spec[name];
  if (REFUSED.has(name)) throw notSupported(`accumulator ${name}`);
  const gather = Object.hasOwn(GATHERS, name) ? GATHERS[name] : undefined;
  if (gather) return gathering(gather, operand, compile, name);
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (!special) throw new CommandError('InvalidPipelineOperator', `unknown group operator '${name}'`);
  return special(operand, compile, name);
}

function gathering(gather: Gather, operand: unknown, compile: Compile, name: string): Accumulator {
  if (Array.isArray(operand) && operand.length !== 1) throw new CommandError('FailedToParse', `The ${name} accumulator is a unary operator`);
  const value = compile(Array.isArray(operand) ? (operand as unknown[])[0] : operand);
  return () => {
    const { add, result } = gather();
    return {
      add: (scope) => add(value(scope)),
      result,
    };
  };
}

type SpecialAccumulator = (operand: unknown, compile: Compile, name: string) => Accumulator;

function howMany(name: string, value: unknown): number {
  const n = whole(name, value);
  if (n < 1) throw new CommandError('BadValue', `'n' of ${name} must be greater than 0, found ${String(n)}`);
  return n;
}

/** Items that are let go of as soon as there are so many more than wanted that choosing pays. */
class Chosen<T> {
  private items: readonly T[] = [];
  private fresh: T[] = [];
  private bytes = 0;

  /** @param choose keeps those that are wanted; given those kept before, followed by later ones */
  constructor(
    private readonly choose: (items: readonly T[], most: number) => T[],
    private readonly bytesOfItem: (item: T) => number,
  ) {}

  /** @returns how many bytes more are held than before */
  add(item: T, most: number): number {
    const before = this.bytes;
    this.fresh.push(item);
    this.bytes += this.bytesOfItem(item);
    if (this.fresh.length >= most + SPARE_ITEMS) {
      this.items = this.wanted(most);
      this.fresh = [];
      this.bytes = this.items.reduce((sum, kept) => sum + this.bytesOfItem(kept), 0);
    }
    return this.bytes - before;
  }

  wanted(most: number): T[] {
    return this.choose([...this.items, ...this.fresh], most);
  }
}

const SPARE_ITEMS = 1_000;

/** Takes some of the values: `{ input, n }`. */
const some = (choose: (values: readonly unknown[], n: number) => unknown[]): SpecialAccumulator => (operand, compile, name) => {
  const { input, n } = namedOperands(operand, name, ['input', 'n']);
  const [value, count] = [compile(input), compile(n)];
  return () => {
    const values = new Chosen(choose, bytesOf);
    let most: number | undefined;
    return {
      add: (scope) => values.add(value(scope) ?? null, (most ??= howMany(name, count(scope)))),
      result: () => values.wanted(most ?? 1),
    };
  };
};

const ordered = (sign: 1 | -1) => (values: readonly unknown[], n: number): unknown[] =>
  values.filter((value) => !missing(value)).sort((a, b) => compareValues(a, b) * sign).slice(0, n);

interface Ranked {
  readonly key: Buffer;
  readonly value: unknown;
}

/** Takes what belongs to the first or last documents of an order: `{ sortBy, output, n }`. */
const ranked = (end: 'top' | 'bottom', single: boolean): SpecialAccumulator => (operand, compile, name) => {
  const { sortBy, output, n } = namedOperands(operand, name, single ? ['sortBy', 'output'] : ['sortBy', 'output', 'n']);
  const keyOf = sortKey(parseSort(sortBy));
  const [value, count] = [compile(output), single ? undefined : compile(n)];
  const choose = (items: readonly Ranked[], most: number): Ranked[] => {
    const inOrder = [...items].sort((a, b) => Buffer.compare(a.key, b.key));
    return end === 'top' ? inOrder.slice(0, most) : inOrder.slice(-most);
  };
  return () => {
    const items = new Chosen(choose, (item) => item.key.length + bytesOf(item.value));
    let most: number | undefined;
    return {
      add: (scope) => {
        most ??= count ? howMany(name, count(scope)) : 1;
        return items.add({ key: keyOf(isDoc(scope.root) ? scope.root : {}), value: value(scope) ?? null }, most);
      },
      result: () => {
        const chosen = items.wanted(most ?? 1).map((item) => item.value);
        return single ? (chosen[0] ?? null) : chosen;
      },
    };
  };
};

/** The value at a rank, which is exact here: `approximate` allows it. */
function percentiles(values: readonly unknown[], ranks: readonly unknown[], name: string): unknown[] {
  const numbers = values.filter(isNumber).map((value) => toNumber(value) ?? NaN).sort((a, b) => a - b);
  return ranks.map((rank) => {
    const p = isNumber(rank) ? (toNumber(rank) ?? NaN) : NaN;
    if (!(p >= 0 && p <= 1)) throw new CommandError('BadValue', `${name} requires percentiles between 0 and 1`);
    const value = numbers[Math.max(0, Math.ceil(numbers.length * p) - 1)];
    return value === undefined ? null : new Double(value);
  });
}

function percentileSpec(operand: unknown, name: string): { readonly input: unknown; readonly p: unknown; readonly answer: (values: readonly unknown[], ranks: unknown) => unknown } {
  const single = name === '$median';
  const { input, p, method } = namedOperands(operand, name, single ? ['input', 'method'] : ['input', 'p', 'method']);
  if (method !== 'approximate') throw new CommandError('BadValue', `${name}: 'method' must be 'approximate'`);
  const answer = (values: readonly unknown[], ranks: unknown): unknown => (single ? percentiles(values, [0.5], name)[0] : percentiles(values, list(name, ranks), name));
  return { input, p: single ? null : p, answer };
}

const percentile: SpecialAccumulator = (operand, compile, name) => {
  const { input, p, answer } = percentileSpec(operand, name);
  const [value, ranks] = [compile(input), compile(p)];
  return () => {
    const values: unknown[] = [];
    let wanted: unknown;
    return {
      add: (scope) => {
        wanted ??= ranks(scope);
        const found = value(scope);
        values.push(found);
        return bytesOf(found);
      },
      result: () => answer(values, wanted),
    };
  };
};

const SPECIAL: Readonly<Record<string, SpecialAccumulator>> = {
  $count: (operand, _, name) => {
    if (!isDoc(operand) || Object.keys(operand).length > 0) throw new CommandError('FailedToParse', `${name} takes no arguments`);
    return () => {
      const { add, result } = sum();
      return { add: () => add(new Int32(1)), result };
    };
  },
  $firstN: some((values, n) => values.slice(0, n)),
  $lastN: some((values, n) => values.slice(-n)),
  $minN: some(ordered(1)),
  $maxN: some(ordered(-1)),
  $top: ranked('top', true),
  $topN: ranked('top', false),
  $bottom: ranked('bottom', true),
  $bottomN: ranked('bottom', false),
  $median: percentile,
  $percentile: percentile,
};

/** In an expression these gather the elements of a single array, or the values of several arguments. */
const overArguments: Builder = (operand, compile, operator) => {
  const gather = GATHERS[operator] ?? sum;
  const values = (Array.isArray(operand) ? operand : [operand]).map((item: unknown) => compile(item));
  return (scope) => {
    const { add, result } = gather();
    const computed = values.map((value) => value(scope));
    for (const value of computed.length === 1 && Array.isArray(computed[0]) ? (computed[0] as unknown[]) : computed) add(value);
    return result();
  };
};

const overList: Builder = (operand, compile, operator) => {
  const { input, p, answer } = percentileSpec(operand, operator);
  const [values, ranks] = [compile(input), compile(p)];
  return (scope) => {
    const items = values(scope);
    return answer(Array.isArray(items) ? (items as unknown[]) : [items], ranks(scope));
  };
};

/** The accumulators that an expression may use too. */
export const accumulatingOperators: Readonly<Record<string, Builder>> = {
  ...Object.fromEntries(['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'].map((name) => [name, overArguments])),
  $median: overList,
  $percentile: overList,
};

