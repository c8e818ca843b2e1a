import { LRUCache } from 'lru-cache';
import type { Db } from './database.js';
import { NamesByNumber } from './names-by-number.js';
import { Query } from './query.js';

const CACHED_NAMES = 10_000;

/**
 * A table that gives each distinct name a small number, so that events refer to types by number. The cache is bounded:
 * names beyond it are looked up again.
 */
export class NameTable {
  readonly #byName = new LRUCache<string, number>({ max: CACHED_NAMES });
  readonly #byNumber: NamesByNumber;
  readonly #find;
  readonly #insert;

  constructor(db: Db, table: 'streams' | 'event_types') {
    this.#byNumber = new NamesByNumber(db, table);
    this.#find = new Query<[number]>(db, `SELECT number FROM ${table} WHERE name = ?`);
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  }

  /** The number of a name, or undefined when the name was never used. */
  find(name: string): number | undefined {
    const cached = this.#byName.get(name);
    if (cached !== undefined) return cached;
    const row = this.#find.one(Buffer.from(name));
    if (row) this.#byName.set(name, row[0]);
    return row?.[0];
  }

  /** The number of a name, given out now when the name is new. Only inside a transaction. */
  findOrAdd(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    const added = Number(this.#insert.run([Buffer.from(name)]).lastInsertRowid);
    this.#byName.set(name, added);
    return added;
  }

  /** @throws Error when no name has this number, which only a damaged database can cause */
  nameOf(number: number): string {
    return this.#byNumber.nameOf(number);
  }

  /** Forgets what a transaction that was rolled back may have added. */
  forgetCached(): void {
    this.#byName.clear();
    this.#byNumber.forgetCached();
  }
}
