import type { UUID } from 'bson';
import { CommandError } from '../errors.js';
import { encodeKey } from '../bson/order.js';
import { someAtPath } from '../bson/paths.js';
import { decode, type Doc } from '../bson/values.js';
import type { Database } from './database.js';
import { duplicateKey, type Index } from './index-definition.js';

/** A document where it is stored. */
export interface StoredDocument {
  readonly rid: number;
  readonly body: Buffer;
}

export interface CollectionIdentity {
  readonly id: number;
  readonly db: string;
  readonly name: string;
  readonly uuid: UUID;
  readonly options: Doc;
}

const BUILD_CHUNK = 1000;

/**
 * The documents of one collection, as the bytes the client sent, by row number in insertion order, and the indexes over
 * them. Writes keep both in step; who calls them sees to the transaction around.
 */
export class Collection {
  readonly id: number;
  db: string;
  name: string;
  readonly uuid: UUID;
  readonly options: Doc;
  readonly table: string;
  private nextRow: number;

  constructor(
    readonly database: Database,
    identity: CollectionIdentity,
    public indexes: Index[],
  ) {
    this.id = identity.id;
    this.db = identity.db;
    this.name = identity.name;
    this.uuid = identity.uuid;
    this.options = identity.options;
    this.table = Collection.table(identity.id);
    this.nextRow = Number(database.prepare(`SELECT coalesce(max(rid), 0) FROM ${this.table}`).get()?.[0] ?? 0) + 1;
  }

  static table(id: number): string {
    return `c_${String(id)}_`;
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
    return Number(this.database.prepare('SELECT count FROM collections WHERE id = ?').get(this.id)?.[0] ?? 0);
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
    return this.nextRow++;
  }

  /** @returns the stored document under an `_id` */
  byId(id: unknown): StoredDocument | undefined {
    const rid = this.idIndex.rowOf(encodeKey(id));
    return rid === undefined ? undefined : this.byRow(rid);
  }

  byRow(rid: number): StoredDocument | undefined {
    const row = this.database.prepare(`SELECT body FROM ${this.table} WHERE rid = ?`).get(rid);
    return row && { rid, body: row[0] as Buffer };
  }

  /** @throws CommandError DuplicateKey; nothing is written then */
  insert(rid: number, body: Buffer, doc: Doc): void {
    this.addEntries(this.indexes, doc, rid);
    this.database.prepare(`INSERT INTO ${this.table} (rid, body) VALUES (?, ?)`).run(rid, body);
  }

  /** @throws CommandError DuplicateKey; nothing is written then */
  replace(rid: number, before: Doc, body: Buffer, after: Doc): void {
    const changes = this.indexes.flatMap((index) => {
      const had = index.keysOf(before, rid);
      const has = index.keysOf(after, rid);
      const unchanged = had.keys.length === has.keys.length && had.keys.every((key, i) => has.keys[i]?.equals(key));
      return unchanged ? [] : [{ index, had, has }];
    });
    for (const { index, had } of changes) index.remove(had.keys);
    for (const [position, { index, has }] of changes.entries()) {
      const taken = index.add(has, rid);
      if (!taken) continue;
      for (const done of changes.slice(0, position)) done.index.remove(done.has.keys);
      for (const undo of changes) undo.index.add(undo.had, rid);
      throw this.duplicate(index, after);
    }
    this.database.prepare(`UPDATE ${this.table} SET body = ? WHERE rid = ?`).run(body, rid);
  }

  remove(rid: number, doc: Doc): void {
    for (const index of this.indexes) index.remove(index.keysOf(doc, rid).keys);
    this.database.prepare(`DELETE FROM ${this.table} WHERE rid = ?`).run(rid);
  }

  /** Fills a new index. @throws CommandError DuplicateKey */
  build(index: Index): void {
    const next = this.database.prepare(`SELECT rid, body FROM ${this.table} WHERE rid > ? ORDER BY rid LIMIT ${String(BUILD_CHUNK)}`);
    for (let last = 0; ; ) {
      const rows = next.all(last);
      for (const [rid, body] of rows) {
        last = Number(rid);
        this.addEntries([index], decode(body as Buffer), last);
      }
      if (rows.length < BUILD_CHUNK) return;
    }
  }

  private addEntries(indexes: readonly Index[], doc: Doc, rid: number): void {
    // All keys are worked out first: a document that cannot be indexed leaves no entry behind.
    const entries = indexes.map((index) => ({ index, entry: index.keysOf(doc, rid) }));
    for (const [position, { index, entry }] of entries.entries()) {
      if (!index.add(entry, rid)) continue;
      for (const done of entries.slice(0, position)) done.index.remove(done.entry.keys);
      throw this.duplicate(index, doc);
    }
  }

  private duplicate(index: Index, doc: Doc): CommandError {
    return duplicateKey(this.namespace, index, doc, (path) => {
      let value: unknown;
      someAtPath(doc, path.split('.'), (found) => {
        value = found;
        return true;
      });
      return value;
    });
  }
}
