import type { Collection } from '../storage/collection.js';
import type { Index } from '../storage/index-definition.js';
import { IndexEntry, StoredDocument } from '../storage/stored-document.js';
import type { Interval } from './bounds.js';
import type { Plan } from './plan.js';

const FIRST_CHUNK = 32;
const LARGEST_CHUNK = 512;

/**
 * Walks the documents of a plan, a chunk at a time. Each chunk goes on after the last key seen, so that a walk may
 * pause for as long as it likes while others write; it holds no lock and no statement.
 */
export function* scan(collection: Collection, plan: Plan): Generator<StoredDocument, void, undefined> {
  const { index } = plan;
  if (!index) return yield* scanCollection(collection, plan.direction);
  const entries = scanIndex(collection, index, plan);
  if (index.multikey === 0) return yield* entries;
  const seen = new Set<number>();
  for (const entry of entries) {
    if (seen.has(entry.rid)) continue;
    seen.add(entry.rid);
    yield entry;
  }
}

/** @returns how many entries the intervals hold, counting no further than `most` */
export function entriesUpTo(index: Index, intervals: readonly Interval[], most: number): number {
  let count = 0;
  for (const { lower, upper } of intervals) {
    const statement = index.database.prepare(`SELECT count(*) FROM (SELECT 1 FROM ${index.table} WHERE key >= ? AND key < ? LIMIT ?)`);
    count += Number(statement.get(lower, upper, most - count)?.[0]);
    if (count >= most) break;
  }
  return count;
}

/** @returns how many documents the intervals hold, without loading one */
export function countEntries(index: Index, intervals: readonly Interval[]): number {
  const statement = index.database.prepare(`SELECT count(*) FROM ${index.table} WHERE key >= ? AND key < ?`);
  return intervals.reduce((sum, { lower, upper }) => sum + Number(statement.get(lower, upper)?.[0]), 0);
}

function* scanCollection(collection: Collection, direction: 1 | -1): Generator<StoredDocument, void, undefined> {
  const [comparison, order] = direction > 0 ? ['>', 'ASC'] : ['<', 'DESC'];
  const sql = `SELECT rid, body FROM ${collection.table} WHERE rid ${comparison} ? ORDER BY rid ${order} LIMIT ?`;
  let last = direction > 0 ? 0 : Number.MAX_SAFE_INTEGER;
  yield* inChunks(collection, {
    read: (size) => collection.database.prepare(sql).all(last, size).map(([rid, body]) => new StoredDocument(Number(rid), body as Buffer)),
    goOnAfter: ({ rid }) => {
      last = rid;
    },
    overlaid: ({ overlay }) => (overlay?.documents() ?? []).filter(({ rid }) => (rid - last) * direction > 0),
    compare: (a, b) => (a.rid - b.rid) * direction,
  });
}

function* scanIndex(collection: Collection, index: Index, { bounds, direction, interleaved }: Plan): Generator<StoredDocument, void, undefined> {
  const intervals = direction > 0 ? bounds.intervals : [...bounds.intervals].reverse();
  if (index.unique && bounds.pinned.size === index.fields.length) return yield* points(collection, index, intervals);
  const walks = intervals.map((interval) => ({ pinned: interval.pinned, entries: scanInterval(collection, index, interval, direction) }));
  if (interleaved && walks.length > 1) return yield* merge(walks, direction);
  for (const { entries } of walks) yield* entries;
}

/** Intervals with room for one key of a unique index. */
function* points(collection: Collection, index: Index, intervals: readonly Interval[]): Generator<StoredDocument, void, undefined> {
  for (const { lower } of intervals) {
    const stored = collection.byKey(index, lower);
    if (stored) yield stored;
  }
}

function* scanInterval(collection: Collection, index: Index, interval: Interval, direction: 1 | -1): Generator<IndexEntry, void, undefined> {
  const sql = `SELECT i.key, i.rid, c.body FROM ${index.table} i CROSS JOIN ${collection.table} c ON c.rid = i.rid
    WHERE i.key >= ? AND i.key < ? ORDER BY i.key ${direction > 0 ? 'ASC' : 'DESC'} LIMIT ?`;
  let { lower, upper } = interval;
  yield* inChunks(collection, {
    read: (size) => index.database.prepare(sql).all(lower, upper, size).map(([key, rid, body]) => new IndexEntry(key as Buffer, Number(rid), body as Buffer)),
    goOnAfter: ({ key }) => {
      if (direction > 0) lower = Buffer.concat([key, NEXT]);
      else upper = key;
    },
    overlaid: ({ overlay }) => (overlay?.entries(index) ?? []).filter(({ key }) => Buffer.compare(key, lower) >= 0 && Buffer.compare(key, upper) < 0),
    compare: (a, b) => Buffer.compare(a.key, b.key) * direction,
  });
}

/** The smallest bytes that make a key larger. */
const NEXT = Buffer.from([0]);

/** A range of stored items, read from where the last chunk ended. */
interface Range<T> {
  /** @returns the next stored items in order */
  readonly read: (size: number) => readonly T[];
  readonly goOnAfter: (item: T) => void;
  /** @returns what the overlay has in the rest of the range, in no order */
  readonly overlaid: (collection: Collection) => readonly T[];
  readonly compare: (a: T, b: T) => number;
}

function* inChunks<T extends StoredDocument>(collection: Collection, range: Range<T>): Generator<T, void, undefined> {
  for (let size = FIRST_CHUNK; ; size = Math.min(size * 2, LARGEST_CHUNK)) {
    const stored = range.read(size);
    const last = stored.length < size ? undefined : stored.at(-1);
    const items = visible(collection, range, stored, last);
    if (last) range.goOnAfter(last);
    yield* items;
    if (!last) return;
  }
}

/** @returns the chunk as the running statement sees it: up to its last item, or, of the last chunk, everything */
function visible<T extends StoredDocument>(collection: Collection, { overlaid, compare }: Range<T>, stored: readonly T[], last: T | undefined): readonly T[] {
  const { overlay } = collection;
  if (!overlay) return stored;
  const own = overlaid(collection).filter((item) => !last || compare(item, last) <= 0);
  return [...stored.filter(({ rid }) => !overlay.covers(rid)), ...own].sort(compare);
}

interface Walk {
  readonly pinned: number;
  readonly entries: Generator<IndexEntry, void, undefined>;
}

/** Interleaves walks that differ only in their pinned bytes, so that what follows those stays in order. */
function* merge(walks: readonly Walk[], direction: 1 | -1): Generator<IndexEntry, void, undefined> {
  const heads = walks.flatMap(({ pinned, entries }) => {
    const head = entries.next();
    return head.done ? [] : [{ pinned, entries, entry: head.value, rest: head.value.key.subarray(pinned) }];
  });
  while (heads.length > 0) {
    let best = 0;
    heads.forEach(({ rest }, position) => {
      if (Buffer.compare(rest, heads[best]?.rest ?? rest) * direction < 0) best = position;
    });
    const head = heads[best];
    if (!head) return;
    yield head.entry;
    const next = head.entries.next();
    if (next.done) heads.splice(best, 1);
    else Object.assign(head, { entry: next.value, rest: next.value.key.subarray(head.pinned) });
  }
}
