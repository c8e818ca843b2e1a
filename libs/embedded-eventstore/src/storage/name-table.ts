import { LRUCache } from 'lru-cache';
import type { Db } from './database.js';

const CACHED_NAMES = 10_000;

/**
 * A table that gives each distinct name a small number, so that events refer to streams and types by number.
 * The cache is bounded: names beyond it are looked up again.
 */
export class NameTable {
  readonly #byName = new LRUCache<string, number>({ max: CACHED_NAMES });
  readonly #byNumber = new LRUCache<number, string>({ max: CACHED_NAMES });
  readonly #find;
  readonly #findTwo;
  readonly #insert;
  readonly #nameOf;

  constructor(db: Db, table: 'streams' | 'event_types') {
    this.#find = db.prepare(`SELECT number FROM ${table} WHERE name = ?`).raw();
    this.#findTwo = db
      .prepare(`SELECT (SELECT number FROM ${table} WHERE name = ?), (SELECT number FROM ${table} WHERE name = ?)`)
      .raw();
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
    this.#nameOf = db.prepare(`SELECT name FROM ${table} WHERE number = ?`).raw();
  }

  /** The number of a name, or undefined when the name was never used. */
  find(name: string): number | undefined {
    const cached = this.#byName.get(name);
    if (cached !== undefined) return cached;
    const row = this.#find.get([Buffer.from(name)]) as [number] | undefined;
    if (row) this.#byName.set(name, row[0]);
    return row?.[0];
  }

  /** The numbers of two names at once, undefined for one that was never used. Nothing is kept of them. */
  findTwo(first: string, second: string): [number | undefined, number | undefined] {
    const [one, other] = this.#findTwo.get([Buffer.from(first), Buffer.from(second)]) as [number | null, number | null];
    return [one ?? undefined, other ?? undefined];
  }

  /** The number of a name, given out now when the name is new. Only inside a transaction. */
  findOrAdd(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    const added = this.add(name);
    this.#byName.set(name, added);
    return added;
  }

  /** Gives a number to a name that has none. Only inside a transaction. */
  add(name: string): number {
    return Number(this.#insert.run([Buffer.from(name)]).lastInsertRowid);
  }

  /** @throws Error when no name has this number, which only a damaged database can cause */
  nameOf(number: number): string {
    const cached = this.#byNumber.get(number);
    if (cached !== undefined) return cached;
    const row = this.#nameOf.get([number]) as [Buffer] | undefined;
    if (!row) throw new Error(`the database refers to name ${number}, which does not exist`);
    const name = row[0].toString();
    this.#byNumber.set(number, name);
    return name;
  }

  /** Forgets what a transaction that was rolled back may have added. */
  forgetCached(): void {
    this.#byName.clear();
    this.#byNumber.clear();
  }
}
