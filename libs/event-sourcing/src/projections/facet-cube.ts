import type { BatchWrite } from './feed/batch-writes.js';

/** A row's dimensions: name → value, or values of a multi-valued one. */
export type Dimensions = Readonly<Record<string, string | readonly string[]>>;

/** The scope that counts the rows of all companies together. No company has this id: ids never start with `*`. */
export const ALL_COMPANIES = '*';

/**
 * A part of the number of rows that have exactly these values; the parts of all partitions add up to it. A batch counts in the cells of one of the
 * partitions whose leases it holds, so that workers do not write to the same cells; a single part may therefore be negative.
 */
export interface FacetCell {
  /** Made of scope, partition and values. */
  readonly _id: string;
  /** A company's id, or `ALL_COMPANIES`. */
  readonly scope: string;
  readonly partition: number;
  readonly values: Dimensions;
  readonly count: number;
}

/** What a row counts for: its company and dimensions; undefined when it counts for nothing (deleted, left out). */
export type Counted = { readonly companyId: string; readonly dimensions: Dimensions } | undefined;

/** Collects how a batch changes the counts. */
export class FacetChanges {
  private readonly changes = new Map<string, { cell: Omit<FacetCell, 'count'>; by: number }>();

  /** Counts in the cells of a partition whose lease the batch holds. */
  constructor(private readonly partition: number) {}

  /** A row counted as `before` and counts as `after` from now on. */
  move(before: Counted, after: Counted): void {
    this.add(before, -1);
    this.add(after, 1);
  }

  /** The writes that bring the cells stored under a namespace up to date; cells that come to zero are removed. */
  writes(namespace: string): BatchWrite[] {
    const moved = [...this.changes.values()].filter(({ by }) => by !== 0);
    const touched = moved.map(({ cell }) => cell._id);
    const updates = moved.map(({ cell: { _id, ...cell }, by }): BatchWrite => ({
      name: 'updateOne', namespace, filter: { _id }, update: { $inc: { count: by }, $setOnInsert: cell }, upsert: true,
    }));
    return touched.length === 0 ? [] : [...updates, { name: 'deleteMany', namespace, filter: { _id: { $in: touched }, count: 0 } }];
  }

  private add(counted: Counted, by: number): void {
    if (counted === undefined) return;
    const { partition } = this;
    const values = canonical(counted.dimensions);
    const text = JSON.stringify(values);
    for (const scope of [counted.companyId, ALL_COMPANIES]) {
      const _id = `${scope}#${partition}#${text}`;
      const change = this.changes.get(_id);
      if (change === undefined) this.changes.set(_id, { cell: { _id, scope, partition, values }, by });
      else change.by += by;
    }
  }
}

/** The same dimensions in one notation: names sorted, multiple values sorted and without repeats. */
const canonical = (dimensions: Dimensions): Dimensions =>
  Object.fromEntries(
    Object.entries(dimensions)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, typeof value === 'string' ? value : [...new Set(value)].sort()]),
  );
