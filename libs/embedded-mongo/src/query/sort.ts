import { CommandError, notSupported } from '../errors.js';
import { KeyWriter } from '../bson/key-writer.js';
import { compareValues, writeValue } from '../bson/order.js';
import { someAtPath } from '../bson/paths.js';
import { isDoc, toNumber, type Doc } from '../bson/values.js';

/** One field of a sort or of an index: 1 ascending, -1 descending. */
export interface SortField {
  readonly path: string;
  readonly direction: 1 | -1;
}

/** Memory a sort may hold before it is refused, as in MongoDB (bytes). */
const SORT_MEMORY_LIMIT = 100 * 1024 * 1024;

/** @throws CommandError for anything but fields with 1 or -1 */
export function parseSort(spec: unknown): SortField[] {
  if (spec === undefined || spec === null) return [];
  if (!isDoc(spec)) throw new CommandError('TypeMismatch', 'sort must be a document');
  return Object.keys(spec).map((path) => {
    if (isDoc(spec[path])) throw notSupported('sorting by $meta');
    const direction = toNumber(spec[path]);
    if (direction !== 1 && direction !== -1) throw new CommandError('BadValue', '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    return { path, direction };
  });
}

/** @returns bytes that order documents as the sort asks; an array counts as its smallest (ascending) or largest element */
export function sortKey(fields: readonly SortField[]): (doc: Doc) => Buffer {
  const prepared = fields.map(({ path, direction }) => ({ parts: path.split('.'), direction }));
  return (doc) => {
    const chosen = prepared.map(({ parts, direction }) => extreme(doc, parts, direction));
    const out = KeyWriter.scratch();
    prepared.forEach(({ direction }, index) => {
      const start = out.size;
      writeValue(out, chosen[index]);
      if (direction < 0) out.invertFrom(start);
    });
    return out.take();
  };
}

function extreme(doc: Doc, parts: readonly string[], direction: 1 | -1): unknown {
  let best: unknown;
  let found = false;
  const consider = (value: unknown): void => {
    const candidate = value ?? null;
    if (!found || compareValues(candidate, best) * direction < 0) best = candidate;
    found = true;
  };
  someAtPath(doc, parts, (value) => {
    if (!Array.isArray(value)) consider(value);
    else if (value.length === 0) best = found ? best : undefined;
    else value.forEach(consider);
    return false;
  });
  return found ? best : emptyArrayOrMissing(doc, parts);
}

/** An empty array sorts below null; a missing field sorts as null. */
const emptyArrayOrMissing = (doc: Doc, parts: readonly string[]): unknown =>
  someAtPath(doc, parts, (value) => Array.isArray(value)) ? undefined : null;

/** An item waiting to be put in order. */
export interface Keyed<T> {
  readonly key: Buffer;
  readonly item: T;
  /** Bytes the item holds in memory. */
  readonly size: number;
}

/**
 * Sorts items by key, keeping only the first `limit` of them in memory.
 * @param limit number of items wanted; Infinity for all
 * @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed above 100 MB
 */
export function sortKeyed<T>(items: Iterable<Keyed<T>>, limit: number): T[] {
  const byKey = (a: Keyed<T>, b: Keyed<T>): number => Buffer.compare(a.key, b.key);
  let kept: Keyed<T>[] = [];
  let bytes = 0;
  for (const item of items) {
    kept.push(item);
    bytes += item.size + item.key.length;
    if (kept.length >= limit * 2 + 1000) {
      kept = kept.sort(byKey).slice(0, limit);
      bytes = kept.reduce((sum, { size, key }) => sum + size + key.length, 0);
    }
    if (bytes > SORT_MEMORY_LIMIT) {
      throw new CommandError('QueryExceededMemoryLimitNoDiskUseAllowed', 'Sort exceeded memory limit of 104857600 bytes; use an index or a limit');
    }
  }
  return kept.sort(byKey).slice(0, limit).map(({ item }) => item);
}
