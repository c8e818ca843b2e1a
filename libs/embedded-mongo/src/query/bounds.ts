import { KeyWriter } from '../bson/key-writer.js';
import { FIRST_ORDERED_NUMBER } from '../bson/number-order.js';
import { encodeKey, rankOf, RANK, writeValue } from '../bson/order.js';
import type { Index } from '../storage/index-definition.js';
import type { Conditions, PathCondition } from './conditions.js';
import type { SortField } from './sort.js';

/** Keys from `lower` (included) to `upper` (excluded); the first `pinned` bytes are the same in all of them. */
export interface Interval {
  readonly lower: Buffer;
  readonly upper: Buffer;
  readonly pinned: number;
}

/** The part of an index a filter leaves to look at. */
export interface Bounds {
  readonly intervals: readonly Interval[];
  /** Paths whose conditions the intervals use. */
  readonly used: readonly string[];
  /** Paths with exactly one value inside every interval. */
  readonly pinned: ReadonlySet<string>;
  /** Whether every document in the intervals satisfies the conditions on the used paths. */
  readonly exact: boolean;
}

/** More intervals than this are not worth it; the remaining conditions are checked on the documents. */
export const MAX_INTERVALS = 1_000;
const EMPTY = Buffer.alloc(0);
const END = Buffer.from([0xff]);

/** Works out which keys of an index a filter allows: equal leading fields, then at most one range. */
export function boundsOf(index: Index, conditions: Conditions): Bounds {
  let prefixes: Buffer[] = [EMPTY];
  const used: string[] = [];
  const pinned = new Set<string>();
  let exact = true;
  let ranges: readonly Range[] = [{ lower: EMPTY, upper: END }];
  for (const [position, field] of index.fields.entries()) {
    const condition = conditions.paths.get(field.path);
    const isMultikey = (index.multikey & (1 << position)) !== 0;
    if (!condition || (index.multikey !== 0 && sharesArray(field.path, used))) break;
    if (condition.points && prefixes.length * condition.points.length <= MAX_INTERVALS) {
      const keys = condition.points.map((value) => encodeField(field, value ?? null));
      prefixes = prefixes.flatMap((prefix) => keys.map((key) => Buffer.concat([prefix, key])));
      used.push(field.path);
      pinned.add(field.path);
      exact &&= condition.exact && !isMultikey;
      continue;
    }
    const range = condition.points ? undefined : rangeOf(condition, field, isMultikey);
    if (!range) break;
    ranges = [range];
    used.push(field.path);
    exact &&= condition.exact && !isMultikey;
    break;
  }
  return { intervals: distinct(prefixes.flatMap((prefix) => ranges.map((range) => interval(prefix, range)))), used, pinned, exact };
}

interface Range {
  readonly lower: Buffer;
  readonly upper: Buffer;
}

/** Conditions on fields of one array's documents may be met by different elements, so their bounds must not be combined. */
const sharesArray = (path: string, used: readonly string[]): boolean => used.some((other) => other.split('.')[0] === path.split('.')[0]);

function interval(prefix: Buffer, { lower, upper }: Range): Interval {
  const whole = upper === END && prefix.length > 0;
  return {
    lower: Buffer.concat([prefix, lower]),
    upper: whole ? successor(prefix) : Buffer.concat([prefix, upper]),
    pinned: prefix.length,
  };
}

function rangeOf(condition: PathCondition, field: SortField, isMultikey: boolean): Range | undefined {
  if (condition.prefix !== undefined) return prefixRange(condition.prefix, field);
  const { lower, upper } = condition;
  const limit = lower ?? upper;
  if (!limit) return undefined;
  // On an array one element may satisfy the lower and another the upper limit.
  const [from, to] = isMultikey && lower ? [lower, undefined] : [lower, upper];
  const rank = rankOf(limit.value);
  const low = from ? encodeKey(from.value) : Buffer.from(rank === RANK.number ? [rank, FIRST_ORDERED_NUMBER] : [rank]);
  const high = to ? encodeKey(to.value) : Buffer.from([rank]);
  const ascending: Range = {
    lower: !from || from.inclusive ? low : successor(low),
    upper: !to || to.inclusive ? successor(high) : high,
  };
  return field.direction > 0 ? ascending : mirrored(ascending);
}

function prefixRange(prefix: string, field: SortField): Range {
  const low = Buffer.concat([Buffer.from([RANK.string]), Buffer.from(prefix, 'utf8')]);
  const ascending = { lower: low, upper: successor(low) };
  return field.direction > 0 ? ascending : mirrored(ascending);
}

/** Limits on the bytes of a descending field: inverting a key that starts with `x` gives one that starts with `~x`. */
const mirrored = ({ lower, upper }: Range): Range => ({ lower: afterInverted(upper), upper: afterInverted(lower) });

/** The first inverted key of all those below `limit`, which are the keys above `~limit` and everything it is a prefix of. */
const afterInverted = (limit: Buffer): Buffer => successor(inverted(limit));

const inverted = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => ~byte));

/** @returns the smallest bytes above everything that starts with the given ones */
function successor(bytes: Buffer): Buffer {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  if (length === 0) return END;
  const next = Buffer.from(bytes.subarray(0, length));
  next[length - 1] = (next[length - 1] ?? 0) + 1;
  return next;
}

function encodeField(field: SortField, value: unknown): Buffer {
  const out = KeyWriter.scratch();
  writeValue(out, value);
  if (field.direction < 0) out.invertFrom(0);
  return out.take();
}

/** In key order, each once. */
function distinct(intervals: readonly Interval[]): Interval[] {
  const sorted = [...intervals].sort((a, b) => Buffer.compare(a.lower, b.lower));
  return sorted.filter(({ lower }, position) => position === 0 || !sorted[position - 1]?.lower.equals(lower));
}
