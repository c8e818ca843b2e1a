import { randomUUID } from 'node:crypto';
import { UUID } from 'bson';
import { CommandError } from '../errors.js';
import { decode, encode, toNumber, type Doc } from '../bson/values.js';
import { Collection } from './collection.js';
import type { Database } from './database.js';
import { documentTable, Index, ID_INDEX, type IndexSpec } from './index-definition.js';

const MAX_NAMESPACE_BYTES = 255;

/** All databases, collections and indexes; kept in memory, stored in SQLite. Every change must run inside a write. */
export class Catalog {
  private readonly byName = new Map<string, Collection>();
  private readonly byId = new Map<number, Collection>();
  /** Whether memory holds definitions that are not committed yet. */
  private uncommitted = false;

  constructor(private readonly database: Database) {
    this.reload();
  }

  /** @returns the collection, or undefined if it does not exist */
  find(db: string, name: string): Collection | undefined {
    return this.byName.get(namespace(db, name));
  }

  /** @throws CommandError NamespaceNotFound */
  get(db: string, name: string): Collection {
    const collection = this.find(db, name);
    if (!collection) throw new CommandError('NamespaceNotFound', `ns does not exist: ${db}.${name}`);
    return collection;
  }

  /** @returns a collection by its number, or undefined after it was dropped */
  byNumber(id: number): Collection | undefined {
    return this.byId.get(id);
  }

  /** @returns the collections of a database in order of name */
  list(db: string): Collection[] {
    return [...this.byId.values()].filter((collection) => collection.db === db).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @returns the names of the databases that have a collection, in order */
  databases(): string[] {
    return [...new Set([...this.byId.values()].map(({ db }) => db))].sort();
  }

  /** @throws CommandError NamespaceExists, InvalidNamespace */
  create(db: string, name: string, options: Doc): Collection {
    checkNamespace(db, name);
    if (this.find(db, name)) throw new CommandError('NamespaceExists', `Collection ${db}.${name} already exists.`);
    const uuid = new UUID(randomUUID());
    this.database
      .prepare('INSERT INTO collections (db, name, uuid, options) VALUES (?, ?, ?, ?)')
      .run(db, name, Buffer.from(uuid.buffer), encode(options));
    this.uncommitted = true;
    const id = this.lastId();
    this.database.exec(`CREATE TABLE ${documentTable(id)} (rid INTEGER PRIMARY KEY, body BLOB NOT NULL)`);
    const collection = new Collection(this.database, { id, db, name, uuid, options }, []);
    this.register(collection);
    collection.indexes = [this.createIndex(collection, { name: ID_INDEX, key: { _id: 1 }, unique: true })];
    return collection;
  }

  drop(collection: Collection): void {
    this.uncommitted = true;
    for (const index of collection.indexes) this.dropIndex(collection, index);
    this.database.forget(documentTable(collection.id));
    this.database.exec(`DROP TABLE ${documentTable(collection.id)}`);
    this.database.prepare('DELETE FROM collections WHERE id = ?').run(collection.id);
    this.unregister(collection);
  }

  /** @throws CommandError NamespaceExists, InvalidNamespace */
  rename(collection: Collection, db: string, name: string): void {
    checkNamespace(db, name);
    if (this.find(db, name)) throw new CommandError('NamespaceExists', 'target namespace exists');
    this.uncommitted = true;
    this.unregister(collection);
    this.database.prepare('UPDATE collections SET db = ?, name = ? WHERE id = ?').run(db, name, collection.id);
    Object.assign(collection, { db, name });
    this.register(collection);
  }

  /** Creates indexes and fills them from the documents there are, all in one walk; nobody may write meanwhile. @throws CommandError DuplicateKey */
  async addIndexes(collection: Collection, specs: readonly IndexSpec[]): Promise<void> {
    const indexes = specs.map((spec) => this.createIndex(collection, spec));
    await collection.fill(indexes);
    collection.indexes = [...collection.indexes, ...indexes];
  }

  private createIndex(collection: Collection, spec: IndexSpec): Index {
    this.uncommitted = true;
    this.database.prepare('INSERT INTO indexes (collection, name, spec) VALUES (?, ?, ?)').run(collection.id, spec.name, encode({ ...spec }));
    const index = new Index(this.database, collection.id, this.lastId(), spec, 0);
    this.database.exec(`CREATE TABLE ${index.table} (key BLOB PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID`);
    return index;
  }

  dropIndex(collection: Collection, index: Index): void {
    this.uncommitted = true;
    this.database.forget(index.table);
    this.database.exec(`DROP TABLE ${index.table}`);
    this.database.prepare('DELETE FROM indexes WHERE id = ?').run(index.id);
    collection.indexes = collection.indexes.filter((other) => other !== index);
  }

  /** To be called when everything so far is committed. */
  committed(): void {
    this.uncommitted = false;
  }

  /** To be called after a rollback, to forget what memory shows and SQLite took back. */
  rolledBack(): void {
    if (this.uncommitted) return this.reload();
    for (const { indexes } of this.byId.values()) {
      for (const index of indexes) index.rolledBack();
    }
  }

  /** Reads everything from SQLite. Collections that are known keep their object, which transactions hold on to. */
  reload(): void {
    const known = new Map(this.byId);
    this.byName.clear();
    this.byId.clear();
    const indexes = this.database.prepare('SELECT id, collection, spec, multikey FROM indexes ORDER BY id').all();
    for (const [id, db, name, uuid, options] of this.database.prepare('SELECT id, db, name, uuid, options FROM collections').all()) {
      const number = Number(id);
      const definition = {
        id: number,
        db: String(db),
        name: String(name),
        uuid: new UUID(uuid as Buffer),
        options: decode(options as Buffer),
      };
      const own = indexes
        .filter(([, owner]) => owner === id)
        .map(([index, , spec, multikey]) => new Index(this.database, number, Number(index), readSpec(spec as Buffer), Number(multikey)));
      const collection = known.get(number);
      this.register(collection ? Object.assign(collection, definition, { indexes: own }) : new Collection(this.database, definition, own));
    }
  }

  private register(collection: Collection): void {
    this.byName.set(namespace(collection.db, collection.name), collection);
    this.byId.set(collection.id, collection);
  }

  private unregister(collection: Collection): void {
    this.byName.delete(namespace(collection.db, collection.name));
    this.byId.delete(collection.id);
  }

  private lastId(): number {
    return Number(this.database.prepare('SELECT last_insert_rowid()').get()?.[0]);
  }
}

/** @returns a database and a collection as one text; a database name has no dot */
export const namespace = (db: string, name: string): string => `${db}.${name}`;

function checkNamespace(db: string, name: string): void {
  const valid = /^[^/\\. "$*<>:|?\0]{1,63}$/.test(db) && name.length > 0 && !/[$\0]/.test(name) && !name.startsWith('.') && !name.endsWith('.');
  if (!valid || Buffer.byteLength(namespace(db, name)) > MAX_NAMESPACE_BYTES) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace(db, name)}'`);
  }
}

function readSpec(bytes: Buffer): IndexSpec {
  const spec = decode(bytes);
  const expireAfterSeconds = toNumber(spec['expireAfterSeconds']);
  return { ...(spec as unknown as IndexSpec), ...(expireAfterSeconds !== undefined && { expireAfterSeconds }) };
}

