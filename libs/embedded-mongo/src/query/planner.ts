import { CommandError } from '../errors.js';
import { equalValues } from '../bson/order.js';
import { fieldOf } from '../bson/paths.js';
import { isDoc, type Doc } from '../bson/values.js';
import type { Collection } from '../storage/collection.js';
import type { Index } from '../storage/index-definition.js';
import { boundsOf, type Bounds } from './bounds.js';
import { analyse, type Conditions } from './conditions.js';
import { compileFilter } from './filter.js';
import type { Plan, Query } from './plan.js';
import { entriesUpTo } from './scan.js';
import type { SortField } from './sort.js';

const NO_BOUNDS: Bounds = { intervals: [], used: [], pinned: new Set(), exact: true };

/** Entries counted at most to compare two indexes. */
const PROBE = 1_000;

/**
 * Chooses the index: one that pins a unique key first, else the one that has to look at the fewest entries, where
 * walking in the wanted order counts only what the limit lets through.
 * @throws CommandError BadValue for a hint at an index that does not exist
 */
export function plan(collection: Collection, query: Query): Plan {
  const conditions = analyse(query.filter);
  const hinted = hintedIndex(collection, query.hint);
  if (hinted === 'collection' || query.sort[0]?.path === '$natural') return collectionScan(query, conditions);
  if (hinted) return candidate(hinted, query, conditions);
  const candidates = collection.indexes
    .filter((index) => mayUse(index, query.filter, conditions))
    .map((index) => candidate(index, query, conditions))
    .filter(({ bounds, sorted }) => bounds.used.length > 0 || (sorted && query.sort.length > 0));
  const [first, ...others] = candidates;
  if (!first) return collectionScan(query, conditions);
  const unique = candidates.find(({ index, bounds }) => index?.unique && bounds.pinned.size === index.fields.length && bounds.intervals.length === 1);
  if (unique ?? others.length === 0) return unique ?? first;
  const costed = candidates.map((entry) => ({ entry, cost: cost(entry, query) }));
  return costed.reduce((best, next) => (next.cost < best.cost || (next.cost === best.cost && better(next.entry, best.entry)) ? next : best)).entry;
}

function collectionScan({ sort, filter }: Query, conditions: Conditions): Plan {
  const natural = sort.length === 1 && sort[0]?.path === '$natural' ? sort[0].direction : undefined;
  return {
    index: undefined,
    bounds: NO_BOUNDS,
    direction: natural ?? 1,
    exact: conditions.complete && Object.keys(filter).every((key) => key === '$comment'),
    sorted: sort.length === 0 || natural !== undefined,
    interleaved: false,
  };
}

function candidate(index: Index, query: Query, conditions: Conditions): Plan {
  const bounds = boundsOf(index, conditions);
  const direction = sortDirection(index, bounds, query.sort);
  return {
    index,
    bounds,
    direction: direction ?? 1,
    sorted: direction !== undefined,
    interleaved: direction !== undefined && query.sort.length > 0,
    exact: conditions.complete && bounds.exact && [...conditions.paths.keys()].every((path) => bounds.used.includes(path)),
  };
}

/** Intervals merged at most to keep an order across the values of `$in`. */
const MAX_MERGED = 64;

/** @returns the direction in which an index yields the wanted order, or undefined if neither does */
function sortDirection(index: Index, bounds: Bounds, sort: readonly SortField[]): 1 | -1 | undefined {
  if (bounds.intervals.length > MAX_MERGED && sort.length > 0) return undefined;
  const single = bounds.intervals.length === 1;
  const wanted = sort.filter(({ path }) => !(single && bounds.pinned.has(path)));
  let direction: 1 | -1 | undefined;
  let next = 0;
  for (const [position, field] of index.fields.entries()) {
    const target = wanted[next];
    if (!target) break;
    if (field.path === target.path && (single || !bounds.pinned.has(field.path))) {
      const turn = field.direction === target.direction ? 1 : -1;
      if (((index.multikey >> position) & 1) === 1 || (direction !== undefined && direction !== turn)) return undefined;
      direction = turn;
      next++;
    } else if (!bounds.pinned.has(field.path)) {
      return undefined;
    }
  }
  return next === wanted.length ? (direction ?? 1) : undefined;
}

/** A partial or sparse index may be used only if the filter leaves out the documents it leaves out. */
function mayUse(index: Index, filter: Doc, conditions: Conditions): boolean {
  if (!index.isSelective) return true;
  const { partialFilterExpression, sparse } = index.spec;
  if (partialFilterExpression && !implies(filter, partialFilterExpression, conditions)) return false;
  return sparse !== true || index.fields.some(({ path }) => demandsValue(conditions, path));
}

function demandsValue({ paths }: Conditions, path: string): boolean {
  const condition = paths.get(path);
  if (condition?.points) return condition.points.every((value) => value !== null && value !== undefined);
  return condition !== undefined && (condition.lower ?? condition.upper ?? condition.prefix) !== undefined;
}

function implies(filter: Doc, partial: Doc, conditions: Conditions): boolean {
  return Object.keys(partial).every((path) => {
    const wanted = partial[path];
    if (path in filter && equalValues(filter[path], wanted)) return true;
    if (path.startsWith('$')) return false;
    const points = conditions.paths.get(path)?.points;
    if (points) {
      const matches = compileFilter({ v: wanted });
      return points.every((v) => v !== null && v !== undefined && matches({ v }));
    }
    return isDoc(wanted) && fieldOf(wanted, '$exists') === true && Object.keys(wanted).length === 1 && demandsValue(conditions, path);
  });
}

function cost({ index, bounds, sorted, exact }: Plan, { sort, limit }: Query): number {
  if (!index) return Infinity;
  const entries = bounds.used.length === 0 ? PROBE * 2 : entriesUpTo(index, bounds.intervals, PROBE);
  if (!sorted && sort.length > 0) return entries >= PROBE ? PROBE * 10 : entries * 2;
  return sorted && exact ? Math.min(entries, limit) : entries;
}

const better = (a: Plan, b: Plan): boolean => a.bounds.used.length > b.bounds.used.length || (a.bounds.used.length === b.bounds.used.length && a.sorted && !b.sorted);

function hintedIndex(collection: Collection, hint: unknown): Index | 'collection' | undefined {
  if (hint === undefined || hint === null) return undefined;
  if (isDoc(hint) && '$natural' in hint) return 'collection';
  const index = collection.indexes.find(({ name, spec }) => (typeof hint === 'string' ? name === hint : equalValues(spec.key, hint)));
  if (!index) throw new CommandError('BadValue', 'error processing query: hint provided does not correspond to an existing index');
  return index;
}
