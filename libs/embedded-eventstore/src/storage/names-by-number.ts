import { LRUCache } from 'lru-cache';
import type { Db } from './database.js';
import { Query } from './query.js';

const CACHED_NAMES = 10_000;

/** The names of a table (`number`, `name`), those used lately from memory. */
export class NamesByNumber {
  readonly #cache = new LRUCache<number, string>({ max: CACHED_NAMES });
  readonly #select;

  constructor(
    db: Db,
    private readonly table: 'streams' | 'event_types',
  ) {
    this.#select = new Query<[Buffer]>(db, `SELECT name FROM ${table} WHERE number = ?`);
  }

  /** Undefined when no name has this number. */
  find(number: number): string | undefined {
    const cached = this.#cache.get(number);
    if (cached !== undefined) return cached;
    const name = this.#select.one(number)?.[0].toString();
    if (name !== undefined) this.#cache.set(number, name);
    return name;
  }

  /** @throws Error when no name has this number, which only a damaged database can cause */
  nameOf(number: number): string {
    const name = this.find(number);
    if (name === undefined) throw new Error(`the database refers to number ${number} of ${this.table}, which does not exist`);
    return name;
  }

  /** Forgets what a transaction that was rolled back may have added. */
  forgetCached(): void {
    this.#cache.clear();
  }
}
