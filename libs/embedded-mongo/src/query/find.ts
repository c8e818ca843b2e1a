import { BSONRegExp } from 'bson';
import { encodeKey } from '../bson/order.js';
import { encode, toNumber, type Doc } from '../bson/values.js';
import type { Collection } from '../storage/collection.js';
import type { StoredDocument } from '../storage/stored-document.js';
import { MAX_INTERVALS } from './bounds.js';
import { compileFilter } from './filter.js';
import type { Plan, Query } from './plan.js';
import { plan } from './planner.js';
import { isOperatorDoc } from './predicates.js';
import type { Projector } from './projection.js';
import { countEntries, scan } from './scan.js';
import { sortKey, sortKeyed, type Keyed } from './sort.js';

/** A query with the part of its result that is wanted. */
export interface FindQuery extends Query {
  readonly skip: number;
  /** Told about every document that is looked at. */
  readonly onExamined?: () => void;
}

/** @returns the documents that satisfy a filter, in the wanted order, after skip and limit */
export function* find(collection: Collection, query: FindQuery): Generator<StoredDocument, void, undefined> {
  const ids = idKeys(query);
  if (ids) return yield* byIds(collection, query, ids);
  const chosen = plan(collection, query);
  const wanted = query.limit;
  let position = 0;
  for (const stored of inOrder(collection, query, chosen)) {
    if (position >= wanted) return;
    if (position++ >= query.skip) yield stored;
    if (position >= wanted) return;
  }
}

/** @returns the encoded `_id`s a filter asks for, in order, if it says nothing besides: by far the most frequent queries, which need no plan */
function idKeys({ filter, hint, sort }: Query): readonly Buffer[] | undefined {
  const keys = Object.keys(filter);
  if (keys.length !== 1 || keys[0] !== '_id' || (hint !== undefined && hint !== null)) return undefined;
  const id = filter['_id'];
  if (isPlain(id)) return [encodeKey(id)];
  const wanted = isOperatorDoc(id) && sort.length === 0 && Object.keys(id).length === 1 ? id['$in'] : undefined;
  if (!Array.isArray(wanted) || wanted.length > MAX_INTERVALS || !wanted.every(isPlain)) return undefined;
  const sorted = wanted.map(encodeKey).sort((a, b) => Buffer.compare(a, b));
  return sorted.filter((key, position) => !sorted[position - 1]?.equals(key));
}

/** @returns whether a value is only ever equal to itself, as null and what an array or a regex stands for are not */
const isPlain = (value: unknown): boolean => value !== null && value !== undefined && !Array.isArray(value) && !(value instanceof BSONRegExp) && !isOperatorDoc(value);

function* byIds(collection: Collection, { skip, limit, onExamined }: FindQuery, ids: readonly Buffer[]): Generator<StoredDocument, void, undefined> {
  let position = 0;
  for (const id of ids) {
    if (position >= limit) return;
    const stored = collection.byKey(collection.idIndex, id);
    if (!stored) continue;
    onExamined?.();
    if (position++ >= skip) yield stored;
  }
}

function inOrder(collection: Collection, { filter, sort, limit, onExamined }: FindQuery, chosen: Plan): Iterable<StoredDocument> {
  const candidates = onExamined ? observed(scan(collection, chosen), onExamined) : scan(collection, chosen);
  if (chosen.sorted) return chosen.exact ? candidates : matching(candidates, filter);
  const keyOf = sortKey(sort);
  return sortKeyed(keyed(), limit);

  function* keyed(): Generator<Keyed<StoredDocument>> {
    const matches = chosen.exact ? undefined : compileFilter(filter);
    for (const stored of candidates) {
      if (!matches || matches(stored.doc)) yield { key: keyOf(stored.doc), item: stored, size: stored.body.length };
    }
  }
}

function* matching(candidates: Iterable<StoredDocument>, filter: Doc): Generator<StoredDocument, void, undefined> {
  const matches = compileFilter(filter);
  for (const stored of candidates) if (matches(stored.doc)) yield stored;
}

function* observed<T>(items: Iterable<T>, onItem: () => void): Generator<T, void, undefined> {
  for (const item of items) {
    onItem();
    yield item;
  }
}

/** @returns how many documents satisfy a filter; from the index alone, or from the stored count, where that is enough */
export function count(collection: Collection, query: FindQuery): number {
  const chosen = plan(collection, { ...query, sort: [] });
  const total = fastCount(collection, chosen);
  if (total !== undefined) return Math.max(0, Math.min(total, query.limit) - query.skip);
  let found = 0;
  for (const _ of find(collection, { ...query, sort: [] })) found++;
  return found;
}

function fastCount(collection: Collection, chosen: Plan): number | undefined {
  if (!countsWithoutDocuments(collection, chosen)) return undefined;
  return chosen.index ? countEntries(chosen.index, chosen.bounds.intervals) : collection.count;
}

/** @returns whether the entries of the plan's index, or the stored count where it has none, are the documents wanted */
export const countsWithoutDocuments = ({ overlay }: Collection, { index, exact }: Plan): boolean => exact && (!index || (index.multikey === 0 && !overlay));

/** @returns the bytes to answer with: the stored ones unless a projection makes others */
export const projected = (stored: StoredDocument, project: Projector | undefined): Buffer =>
  project ? encode(project(stored.doc)) : stored.body;

/** @returns limit plus skip, where 0 or nothing means no limit and a negative limit its size */
export function wantedCount(limit: unknown, skip: number): number {
  const size = Math.abs(toNumber(limit) ?? 0);
  return size === 0 ? Infinity : size + skip;
}
