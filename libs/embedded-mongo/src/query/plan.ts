import type { Doc } from '../bson/values.js';
import type { Index } from '../storage/index-definition.js';
import type { Bounds } from './bounds.js';
import type { SortField } from './sort.js';

/** How the documents of a query are found. */
export interface Plan {
  /** The index to walk, or undefined to walk the collection in insertion order. */
  readonly index: Index | undefined;
  readonly bounds: Bounds;
  readonly direction: 1 | -1;
  /** Whether every document found satisfies the filter, so that none has to be checked. */
  readonly exact: boolean;
  /** Whether the documents come in the order asked for. */
  readonly sorted: boolean;
  /** Whether they do only if several intervals are walked side by side. */
  readonly interleaved: boolean;
}

/** What there is to plan for. */
export interface Query {
  readonly filter: Doc;
  readonly sort: readonly SortField[];
  /** How many documents are wanted, those skipped included; Infinity for all. */
  readonly limit: number;
  /** Name or key pattern of the index to use. */
  readonly hint?: unknown;
}
