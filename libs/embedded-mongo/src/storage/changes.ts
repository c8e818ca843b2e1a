import type { Doc } from '../bson/values.js';
import type { Collection } from './collection.js';
import { following, type EntryChange } from './entry-changes.js';
import type { Index } from './index-definition.js';

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
  /** The indexes there were when the entries were worked out. */
  readonly indexes: readonly Index[];
  /** The index entries that differ. */
  readonly entries: readonly EntryChange[];
}

/** @param key the encoded `_id`. @returns what two writers of the document conflict over */
export const conflictKey = (collection: Collection, key: Buffer): string => `${String(collection.id)}:${key.toString('latin1')}`;

/** @returns how many documents a change adds: 1, 0 or -1 */
export const countDelta = ({ before, after }: Change): number => Number(after !== undefined) - Number(before !== undefined);

/** @returns a document's change from before the first to after the second */
export function combined(first: Change, second: Change): Change {
  const entries = new Map(first.entries.map((entry) => [entry.index, entry]));
  for (const entry of second.entries) {
    const earlier = entries.get(entry.index);
    entries.set(entry.index, earlier ? following(earlier, entry) : entry);
  }
  return { ...second, before: first.before, entries: [...entries.values()] };
}

/** Writes what changes do to the numbers of documents. */
export function addToCounts(changes: Iterable<Change>): void {
  const deltas = new Map<Collection, number>();
  for (const change of changes) deltas.set(change.collection, (deltas.get(change.collection) ?? 0) + countDelta(change));
  for (const [collection, delta] of deltas) collection.addToCount(delta);
}
