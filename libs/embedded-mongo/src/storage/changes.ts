import type { Doc } from '../bson/values.js';
import type { Collection } from './collection.js';

/** What an update did to the fields of a document, as change streams report it. */
export interface UpdateDescription {
  readonly updatedFields: Doc;
  readonly removedFields: readonly string[];
}

/** One document's way from one stored form to the next; `undefined` stands for "not there". */
export interface Change {
  readonly collection: Collection;
  readonly rid: number;
  readonly id: unknown;
  /** Collection and `_id` as one text: what two writers conflict over. */
  readonly conflictKey: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  readonly kind: 'insert' | 'update' | 'replace' | 'delete';
}
