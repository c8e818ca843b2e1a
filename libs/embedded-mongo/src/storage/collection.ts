import { promisify } from 'node:util';
import type { UUID } from 'bson';
import { CommandError } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { someAtPath } from '../bson/paths.js';
import { decode, type Doc } from '../bson/values.js';
import type { Change } from './changes.js';
import type { Database } from './database.js';
import { EntryChanges, type EntryChange } from './entry-changes.js';
import { documentTable, duplicateKey, type Index } from './index-definition.js';
import type { Overlay } from './overlay.js';
import { type StoredDocument } from './stored-document.js';

export interface CollectionIdentity {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly uuid: UUID;
  readonly options: Doc;
}

const BUILD_CHUNK = 1000;
const othersTurn = promisify(setImmediate);

/**
 * The documents of one collection, as the bytes the client sent, by row number in insertion order, and the indexes over
 * them. Writes keep both in step; who calls them sees to the SQLite transaction around. Reads show what is stored, or,
 * while a statement of a transaction runs, what that transaction sees.
 */
export class Collection {
  readonly id: number;
  db: string;
  name: string;
  readonly uuid: UUID;
  readonly options: Doc;
  readonly table: string;
  /** What the transaction whose statement is running sees differently. */
  overlay: Overlay | undefined;
  private nextRow: number | undefined;
  private secondary: { readonly indexes: readonly Index[]; readonly changes: EntryChanges } | undefined;
  private readonly sql: { readonly insert: string; readonly update: string; readonly remove: string };

  constructor(
    readonly database: Database,
    identity: CollectionIdentity,
    public indexes: readonly Index[],
  ) {
    this.id = identity.id;
    this.db = identity.db;
    this.name = identity.name;
    this.uuid = identity.uuid;
    this.options = identity.options;
    this.table = documentTable(identity.id);
    this.sql = {
      insert: `INSERT INTO ${this.table} (rid, body) VALUES (?, ?)`,
      update: `UPDATE ${this.table} SET body = ? WHERE rid = ?`,
      remove: `DELETE FROM ${this.table} WHERE rid = ?`,
    };
  }

  get namespace(): string {
    return `${this.db}.${this.name}`;
  }

  get idIndex(): Index {
    const [index] = this.indexes;
    if (!index) throw new CommandError('InternalError', `collection ${this.namespace} has no _id index`);
    return index;
  }

  /** @returns the number of documents, without counting them */
  get count(): number {
    const stored = Number(this.database.prepare('SELECT count FROM collections WHERE id = ?').get(this.id)?.[0] ?? 0);
    return stored + (this.overlay?.countDelta ?? 0);
  }

  /** @returns the bytes of all documents; walks the collection */
  get size(): number {
    return Number(this.database.prepare(`SELECT coalesce(sum(length(body)), 0) FROM ${this.table}`).get()?.[0] ?? 0);
  }

  addToCount(delta: number): void {
    if (delta !== 0) this.database.prepare('UPDATE collections SET count = count + ? WHERE id = ?').run(delta, this.id);
  }

  /** @returns a row number nobody has had */
  allocateRow(): number {
    const row = this.nextRow ?? Number(this.database.prepare(`SELECT coalesce(max(rid), 0) FROM ${this.table}`).get()?.[0] ?? 0) + 1;
    this.nextRow = row + 1;
    return row;
  }

  /** @returns the document under an `_id` */
  byId(id: unknown): StoredDocument | undefined {
    return this.byKey(this.idIndex, encodeKey(id));
  }

  /** @returns the document under a key of a unique index */
  byKey(index: Index, key: Buffer): StoredDocument | undefined {
    const overlaid = this.overlay?.rowOf(index, key);
    if (overlaid !== undefined) return this.overlay?.byRow(overlaid);
    const stored = index.documentOf(key);
    return stored && this.overlay?.covers(stored.rid) ? undefined : stored;
  }

  /** @returns the row number under a key of a unique index */
  rowOf(index: Index, key: Buffer): number | undefined {
    const stored = index.rowOf(key);
    if (!this.overlay) return stored;
    return this.overlay.rowOf(index, key) ?? (stored !== undefined && this.overlay.covers(stored) ? undefined : stored);
  }

  /**
   * Works out how a document's entries change; all before anything is written, so that a document that cannot be
   * indexed leaves nothing behind.
   * @param idKey the encoded `_id`, which stays what it is as long as the document is there
   * @throws CommandError CannotIndexParallelArrays
   */
  entryChanges(rid: number, idKey: Buffer, before: Buffer | undefined, after: Buffer | undefined): EntryChange[] {
    const others = this.secondaryEntries.between(rid, before, after);
    if (before && after) return others;
    return [{ index: this.idIndex, had: before ? [idKey] : [], has: after ? [idKey] : [] }, ...others];
  }

  /** What works out the entries in the indexes there are now, but for that of the `_id`. */
  private get secondaryEntries(): EntryChanges {
    if (this.secondary?.indexes !== this.indexes) this.secondary = { indexes: this.indexes, changes: new EntryChanges(this.indexes.slice(1)) };
    return this.secondary.changes;
  }

  /**
   * Writes changes of different documents; all entries that go before any that comes, so that unique keys may pass
   * from one document to another.
   * @throws CommandError DuplicateKey; nothing is written then
   */
  apply(changes: readonly Change[]): void {
    const current = changes.map((change) => (change.indexes === this.indexes ? change : this.reworked(change)));
    for (const { entries } of current) for (const { index, had } of entries) index.remove(had);
    const added: { index: Index; keys: readonly Buffer[] }[] = [];
    for (const change of current) {
      for (const { index, has } of change.entries) {
        if (index.add(has, change.rid)) {
          added.push({ index, keys: has });
          continue;
        }
        for (const { index: filled, keys } of added) filled.remove(keys);
        for (const { rid, entries } of current) for (const { index: emptied, had } of entries) emptied.add(had, rid);
        throw this.duplicate(index, change);
      }
    }
    for (const change of current) this.write(change);
  }

  /** Fills new indexes, giving others their turns in between. @throws CommandError DuplicateKey */
  async fill(indexes: readonly Index[]): Promise<void> {
    const next = this.database.prepare(`SELECT rid, body FROM ${this.table} WHERE rid > ? ORDER BY rid LIMIT ${String(BUILD_CHUNK)}`);
    for (let last = 0; ; ) {
      const rows = next.all(last);
      for (const [rid, body] of rows) {
        last = Number(rid);
        const after = body as Buffer;
        const doc = decode(after);
        for (const index of indexes) if (!index.add(index.keysOf(doc, last), last)) throw this.duplicate(index, { after });
      }
      if (rows.length < BUILD_CHUNK) return;
      await othersTurn();
    }
  }

  /** @returns the refusal of a change whose key in a unique index another document holds */
  duplicate(index: Index, { after }: Pick<Change, 'after'>): CommandError {
    const doc = after ? decode(after) : {};
    return duplicateKey(this.namespace, index, doc, (path) => {
      let value: unknown;
      someAtPath(doc, path.split('.'), (found) => {
        value = found;
        return true;
      });
      return value;
    });
  }

  private write({ rid, before, after }: Change): void {
    if (before && after) this.database.prepare(this.sql.update).run(after, rid);
    else if (after) this.database.prepare(this.sql.insert).run(rid, after);
    else if (before) this.database.prepare(this.sql.remove).run(rid);
  }

  /** Indexes have come or gone since the change was worked out. */
  private reworked(change: Change): Change {
    const { rid, id, before, after } = change;
    return { ...change, indexes: this.indexes, entries: this.entryChanges(rid, encodeKey(id), before, after) };
  }
}
