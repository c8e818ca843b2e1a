import { CommandError } from '../errors.js';
import type { Doc } from '../bson/values.js';
import { compileFilter, type Matcher } from '../query/filter.js';
import { parseSort, type SortField } from '../query/sort.js';
import type { Database } from './database.js';
import { keyExtractor, type IndexKeys } from './index-keys.js';

export const ID_INDEX = '_id_';

/** What `createIndexes` takes and `listIndexes` shows. */
export interface IndexSpec {
  readonly name: string;
  readonly key: Doc;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly partialFilterExpression?: Doc;
  readonly expireAfterSeconds?: number;
}

/**
 * One index: a SQLite table from key bytes to the row number of the document. Keys of a non-unique index end with the
 * row number, so that each is distinct and a scan can go on after any of them.
 */
export class Index {
  readonly table: string;
  readonly fields: readonly SortField[];
  readonly unique: boolean;
  /** Whether `multikey` has changed since a rollback last proved it right. */
  private unconfirmed = false;
  private readonly extract: (doc: Doc) => IndexKeys;
  private readonly covers: Matcher | undefined;

  constructor(
    readonly database: Database,
    collection: number,
    readonly id: number,
    readonly spec: IndexSpec,
    /** Bit mask of the fields that held an array in some document. */
    public multikey: number,
  ) {
    this.table = `i_${String(collection)}_${String(id)}`;
    this.fields = parseSort(spec.key);
    this.unique = spec.unique === true;
    this.extract = keyExtractor(this.fields, spec.sparse === true);
    this.covers = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
  }

  get name(): string {
    return this.spec.name;
  }

  /** @returns the bytes of all keys; walks the index */
  get size(): number {
    return Number(this.database.prepare(`SELECT coalesce(sum(length(key)), 0) FROM ${this.table}`).get()?.[0] ?? 0);
  }

  /** @returns whether a document may have no entry although it exists */
  get isSelective(): boolean {
    return this.covers !== undefined || this.spec.sparse === true;
  }

  /** @returns the stored keys of a document under a row number */
  keysOf(doc: Doc, rid: number): IndexKeys {
    if (this.covers && !this.covers(doc)) return { keys: [], multikey: 0 };
    const { keys, multikey } = this.extract(doc);
    return { keys: this.unique ? keys : keys.map((key) => withRow(key, rid)), multikey };
  }

  /**
   * Adds the entries of a document.
   * @returns the key that another document holds already, or undefined if all went in; nothing is left in on conflict
   */
  add({ keys, multikey }: IndexKeys, rid: number): Buffer | undefined {
    const insert = this.database.prepare(`INSERT INTO ${this.table} (key, rid) VALUES (?, ?) ON CONFLICT DO NOTHING`);
    for (const [position, key] of keys.entries()) {
      if (insert.run(key, rid).changes > 0) continue;
      this.remove(keys.slice(0, position));
      return key;
    }
    if ((this.multikey | multikey) !== this.multikey) this.rememberMultikey(multikey);
    return undefined;
  }

  remove(keys: readonly Buffer[]): void {
    const remove = this.database.prepare(`DELETE FROM ${this.table} WHERE key = ?`);
    for (const key of keys) remove.run(key);
  }

  /** @returns the row number under a key of a unique index */
  rowOf(key: Buffer): number | undefined {
    const row = this.database.prepare(`SELECT rid FROM ${this.table} WHERE key = ?`).get(key);
    return row && Number(row[0]);
  }

  /** Brings the memory of array fields back to what SQLite holds, after a rollback. */
  refresh(): void {
    if (!this.unconfirmed) return;
    this.unconfirmed = false;
    this.multikey = Number(this.database.prepare('SELECT multikey FROM indexes WHERE id = ?').get(this.id)?.[0] ?? 0);
  }

  private rememberMultikey(bits: number): void {
    this.multikey |= bits;
    this.unconfirmed = true;
    this.database.prepare('UPDATE indexes SET multikey = ? WHERE id = ?').run(this.multikey, this.id);
  }
}

const ROW_BYTES = 6;

function withRow(key: Buffer, rid: number): Buffer {
  const stored = Buffer.allocUnsafe(key.length + ROW_BYTES);
  key.copy(stored);
  stored.writeUIntBE(rid, key.length, ROW_BYTES);
  return stored;
}

/** Two documents may not share a key of a unique index. */
export function duplicateKey(namespace: string, index: Index, doc: Doc, valueAt: (path: string) => unknown): CommandError {
  const keyValue: Doc = {};
  for (const { path } of index.fields) keyValue[path] = valueAt(path) ?? null;
  const shown = Object.keys(keyValue)
    .map((path) => `${path}: ${JSON.stringify(keyValue[path])}`)
    .join(', ');
  return new CommandError('DuplicateKey', `E11000 duplicate key error collection: ${namespace} index: ${index.name} dup key: { ${shown} }`, {
    keyPattern: index.spec.key,
    keyValue,
  });
}
