import type { Db } from 'mongodb';
import type { Dimensions, FacetCell } from './facet-cube.js';
import { facetCollectionName, type ReadModel } from './read-model.js';

/** Values of dimensions to count under: any of a dimension's values, all of the dimensions. A dimension that is absent is not filtered. */
export type FacetFilter = Readonly<Record<string, readonly string[]>>;

/** Exact counts. */
export interface Facets {
  /** Rows under all filters. */
  readonly total: number;
  /** Dimension → value → rows; values without rows are absent. */
  readonly byDimension: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * Exact counts of a projection's rows in a scope: a company's id, or `ALL_COMPANIES` for all of them together. The counts of each dimension are under the filters of the OTHER
 * dimensions, so that they tell what choosing another value would show; the total is under all filters. A row with several values of a dimension counts once for each.
 */
export const readFacets = async (db: Db, projection: Pick<ReadModel, 'name' | 'version'>, scope: string, filter: FacetFilter = {}): Promise<Facets> => {
  const cells = db.collection<FacetCell>(facetCollectionName(projection)).find({ scope }, { projection: { _id: 0, values: 1, count: 1 } });
  return countFacets(await cells.toArray(), filter);
};

/** Counts from cells; see `readFacets`. */
export const countFacets = (cells: readonly Pick<FacetCell, 'values' | 'count'>[], filter: FacetFilter): Facets => {
  let total = 0;
  const byDimension: Record<string, Record<string, number>> = {};
  for (const { values, count } of cells) {
    const misses = Object.entries(filter).filter(([dimension, wanted]) => !valuesOf(values, dimension).some((value) => wanted.includes(value)));
    const [miss] = misses;
    if (miss === undefined) total += count;
    // Missing one filter, a cell still counts for that filter's own dimension; missing two, for none.
    if (misses.length > 1) continue;
    for (const dimension of miss === undefined ? Object.keys(values) : [miss[0]]) {
      const counts = (byDimension[dimension] ??= {});
      for (const value of valuesOf(values, dimension)) counts[value] = (counts[value] ?? 0) + count;
    }
  }
  return { total, byDimension: withoutZeros(byDimension) };
};

/** Parts of a count may cancel each other out. */
const withoutZeros = (byDimension: Record<string, Record<string, number>>): Record<string, Record<string, number>> =>
  Object.fromEntries(
    Object.entries(byDimension).map(([dimension, counts]) => [dimension, Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))]),
  );

const valuesOf = (values: Dimensions, dimension: string): readonly string[] => {
  const value = values[dimension];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
};
