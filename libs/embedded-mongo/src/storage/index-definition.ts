import { CommandError } from '../errors.js';
import { isDoc, type Doc } from '../bson/values.js';
import { compileFilter, type Matcher } from '../query/filter.js';
import { parseSort, type SortField } from '../query/sort.js';
import type { Database } from './database.js';
import { keyExtractor, type IndexKeys } from './index-keys.js';
import { StoredDocument } from './stored-document.js';

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
  /** Bit mask of the fields that held an array in some document. Never shrinks: what was rolled back does no harm here. */
  multikey: number;
  /** The fields at the top of a document that its entries come from; undefined where it takes the whole document to know. */
  readonly topFields: ReadonlySet<string> | undefined;
  private readonly extract: (doc: Doc) => IndexKeys;
  private readonly covers: Matcher | undefined;
  private readonly sql: { readonly add: string; readonly remove: string; readonly row: string; readonly document: string };

  constructor(
    readonly database: Database,
    collection: number,
    readonly id: number,
    readonly spec: IndexSpec,
    private storedMultikey: number | undefined,
  ) {
    this.multikey = storedMultikey ?? 0;
    this.table = `i_${String(collection)}_${String(id)}`;
    this.fields = parseSort(spec.key);
    this.unique = spec.unique === true;
    this.extract = keyExtractor(this.fields, spec.sparse === true);
    this.covers = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
    const filtered = spec.partialFilterExpression ? topFields(spec.partialFilterExpression) : [];
    this.topFields = filtered && new Set([...this.fields.map(({ path }) => topOf(path)), ...filtered]);
    const documents = documentTable(collection);
    this.sql = {
      add: `INSERT INTO ${this.table} (key, rid) VALUES (?, ?) ON CONFLICT DO NOTHING`,
      remove: `DELETE FROM ${this.table} WHERE key = ?`,
      row: `SELECT rid FROM ${this.table} WHERE key = ?`,
      document: `SELECT c.rid, c.body FROM ${this.table} i JOIN ${documents} c ON c.rid = i.rid WHERE i.key = ?`,
    };
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

  /**
   * @returns the stored keys of a document under a row number
   * @throws CommandError CannotIndexParallelArrays
   */
  keysOf(doc: Doc, rid: number): Buffer[] {
    if (this.covers && !this.covers(doc)) return [];
    const { keys, multikey } = this.extract(doc);
    this.multikey |= multikey;
    return this.unique ? keys : keys.map((key) => withRow(key, rid));
  }

  /**
   * Adds the entries of a document.
   * @returns whether all went in: false, and none is left in, when another document holds one of the keys
   */
  add(keys: readonly Buffer[], rid: number): boolean {
    if (keys.length === 0) return true;
    const insert = this.database.prepare(this.sql.add);
    for (const [position, key] of keys.entries()) {
      if (insert.run(key, rid).changes > 0) continue;
      this.remove(keys.slice(0, position));
      return false;
    }
    if (this.multikey !== this.storedMultikey) this.storeMultikey();
    return true;
  }

  remove(keys: readonly Buffer[]): void {
    if (keys.length === 0) return;
    const remove = this.database.prepare(this.sql.remove);
    for (const key of keys) remove.run(key);
  }

  /** @returns the row number under a key of a unique index */
  rowOf(key: Buffer): number | undefined {
    const row = this.database.prepare(this.sql.row).get(key);
    return row && Number(row[0]);
  }

  /** @returns the stored document under a key of a unique index */
  documentOf(key: Buffer): StoredDocument | undefined {
    const row = this.database.prepare(this.sql.document).get(key);
    return row && new StoredDocument(Number(row[0]), row[1] as Buffer);
  }

  /** After a rollback it is open which fields SQLite knows to hold arrays: the next write tells it again. */
  rolledBack(): void {
    this.storedMultikey = undefined;
  }

  private storeMultikey(): void {
    this.storedMultikey = this.multikey;
    this.database.prepare('UPDATE indexes SET multikey = ? WHERE id = ?').run(this.multikey, this.id);
  }
}

/** @returns the name of the table of a collection's documents */
export const documentTable = (collection: number): string => `c_${String(collection)}_`;

const topOf = (path: string): string => path.split('.')[0] ?? '';

/** @returns the fields at the top of a document that a filter looks at; undefined if it may look anywhere */
function topFields(filter: Doc): string[] | undefined {
  const names: string[] = [];
  for (const [key, operand] of Object.entries(filter)) {
    if (key === '$comment') continue;
    const inner = !key.startsWith('$') ? [topOf(key)] : LOGICAL.has(key) && Array.isArray(operand) ? topFieldsOfAll(operand) : undefined;
    if (!inner) return undefined;
    names.push(...inner);
  }
  return names;
}

const LOGICAL = new Set(['$and', '$or', '$nor']);

function topFieldsOfAll(clauses: readonly unknown[]): string[] | undefined {
  const names = clauses.map((clause) => (isDoc(clause) ? topFields(clause) : undefined));
  return names.every((found) => found !== undefined) ? names.flat() : undefined;
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
