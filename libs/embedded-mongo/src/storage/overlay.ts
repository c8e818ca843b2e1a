import { decode } from '../bson/values.js';
import { conflictKey, countDelta, type Change } from './changes.js';
import type { Collection } from './collection.js';
import type { Index } from './index-definition.js';
import { IndexEntry, StoredDocument } from './stored-document.js';

/** The overlaid documents as one index holds them. */
interface OverlaidIndex {
  readonly byKey: Map<string, IndexEntry>;
  readonly keysByRow: Map<number, readonly string[]>;
  /** Rows that changed since the entries were last looked at. */
  readonly stale: Set<number>;
}

/**
 * What a transaction sees differently from everybody else in one collection: documents it wrote as it wrote them, and
 * documents that others wrote since its snapshot as they were before. Nothing of it is in SQLite before the commit.
 */
export class Overlay {
  /** Bytes by row number; undefined where the transaction sees nothing. */
  private readonly rows = new Map<number, Buffer | undefined>();
  /** Rows of the documents seen, by what conflicts are about. */
  private readonly rowsById = new Map<string, number>();
  private readonly indexes = new Map<Index, OverlaidIndex>();
  private more = 0;

  constructor(private readonly collection: Collection) {}

  /** @returns how many documents the transaction sees more than everybody else */
  get countDelta(): number {
    return this.more;
  }

  /** Keeps showing a document as it was before somebody else's commit. */
  takeBack(change: Change): void {
    this.more -= countDelta(change);
    // Only the first commit after the snapshot tells what the snapshot shows.
    if (!this.rows.has(change.rid)) this.put(change, change.before);
  }

  /** Shows a document as the transaction wrote it. @throws CommandError DuplicateKey */
  write(change: Change): void {
    for (const { index, has } of change.entries) {
      if (index.unique && has.some((key) => (this.collection.rowOf(index, key) ?? change.rid) !== change.rid)) throw this.collection.duplicate(index, change);
    }
    this.more += countDelta(change);
    this.put(change, change.after);
  }

  /** @returns whether the overlay says what is under a row number, be it nothing */
  covers(rid: number): boolean {
    return this.rows.has(rid);
  }

  /** @returns the document under a row number that the overlay covers */
  byRow(rid: number): StoredDocument | undefined {
    const body = this.rows.get(rid);
    return body && new StoredDocument(rid, body);
  }

  /** @returns the overlaid documents, in no order */
  documents(): StoredDocument[] {
    return [...this.rows].flatMap(([rid, body]) => (body ? [new StoredDocument(rid, body)] : []));
  }

  /** @returns the row of the overlaid document under a key of a unique index */
  rowOf(index: Index, key: Buffer): number | undefined {
    if (index === this.collection.idIndex) return this.rowsById.get(conflictKey(this.collection, key));
    return this.entriesOf(index).get(key.toString('latin1'))?.rid;
  }

  /** @returns the entries of the overlaid documents in an index, in no order */
  entries(index: Index): IndexEntry[] {
    return [...this.entriesOf(index).values()];
  }

  private put({ rid, conflictKey }: Change, body: Buffer | undefined): void {
    this.rows.set(rid, body);
    if (body) this.rowsById.set(conflictKey, rid);
    else if (this.rowsById.get(conflictKey) === rid) this.rowsById.delete(conflictKey);
    for (const { stale } of this.indexes.values()) stale.add(rid);
  }

  private entriesOf(index: Index): ReadonlyMap<string, IndexEntry> {
    const known = this.indexes.get(index);
    const { byKey, keysByRow, stale } = known ?? { byKey: new Map<string, IndexEntry>(), keysByRow: new Map<number, string[]>(), stale: new Set(this.rows.keys()) };
    if (!known) this.indexes.set(index, { byKey, keysByRow, stale });
    // All old entries go before any new one comes: a unique key may have passed from one document to another.
    for (const rid of stale) for (const key of keysByRow.get(rid) ?? []) byKey.delete(key);
    for (const rid of stale) {
      const body = this.rows.get(rid);
      const entries = body ? index.keysOf(decode(body), rid).map((key) => new IndexEntry(key, rid, body)) : [];
      const names = entries.map(({ key }) => key.toString('latin1'));
      keysByRow.set(rid, names);
      entries.forEach((entry, position) => byKey.set(names[position] ?? '', entry));
    }
    stale.clear();
    return byKey;
  }
}
