import type { Db } from './database.js';

/** The transaction that the writes of a group share; opened when the first of them writes something. */
export class Transaction {
  readonly #begin;
  readonly #commit;
  #isOpen = false;

  constructor(private readonly db: Db) {
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
  }

  /** To be called before anything is written. */
  open(): void {
    if (this.#isOpen) return;
    this.#begin.run([]);
    this.#isOpen = true;
  }

  /** Answers whether anything was written. */
  commit(): boolean {
    if (!this.#isOpen) return false;
    this.#commit.run([]);
    this.#isOpen = false;
    return true;
  }

  rollBack(): void {
    this.#isOpen = false;
    // A full disk may have made SQLite roll back by itself.
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
  }
}
