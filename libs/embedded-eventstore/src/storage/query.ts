import type { Db } from './database.js';

/** A prepared query. Its methods throw the database's error. */
export class Query<Row extends readonly unknown[]> {
  #statement;

  constructor(
    private readonly db: Db,
    private readonly sql: string,
  ) {
    this.#statement = this.#prepare();
  }

  /** The first row. */
  one(...parameters: readonly unknown[]): Row | undefined {
    try {
      return this.#statement.get(parameters) as Row | undefined;
    } catch (error) {
      // A statement of libsql's whose `get` has failed once, as on a damaged page, fails ever after, also for rows that can be read.
      this.#statement = this.#prepare();
      throw error;
    }
  }

  all(...parameters: readonly unknown[]): Row[] {
    return this.#statement.all(parameters) as Row[];
  }

  /** The rows, one at a time. */
  each(...parameters: readonly unknown[]): Iterable<Row> {
    return this.#statement.iterate(parameters) as Iterable<Row>;
  }

  #prepare() {
    return this.db.prepare(this.sql).raw();
  }
}
