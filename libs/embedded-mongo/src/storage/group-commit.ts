import type { Database } from './database.js';

interface Group {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the writes of one turn of the event loop into one SQLite transaction and one fsync. Nothing is answered
 * before the group it belongs to, or has read from, is on disk.
 */
export class GroupCommit {
  private group: Group | undefined;

  /** @param afterFailure called after a failed group was rolled back, to drop what memory kept of it */
  constructor(
    private readonly database: Database,
    private readonly afterCommit: () => void,
    private readonly afterFailure: () => void,
  ) {}

  /** Opens the SQLite transaction that writes, savepoints included, run in. */
  begin(): void {
    if (!this.database.inTransaction) this.database.exec('BEGIN IMMEDIATE');
  }

  /** Says that something has to be committed, at the end of this turn of the event loop. */
  schedule(): void {
    if (this.group) return;
    let resolve: () => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    const done = new Promise<void>((onDone, onError) => {
      resolve = onDone;
      reject = onError;
    });
    // Whoever waits gets the failure; a group nobody waits for any more must not end the process.
    done.catch(() => undefined);
    this.group = { done, resolve, reject };
    const { group } = this;
    setImmediate(() => {
      if (this.group === group) this.flush();
    });
  }

  /** @returns a promise for everything written so far being on disk, or undefined if it already is */
  get pending(): Promise<void> | undefined {
    return this.group?.done;
  }

  /** Commits now. */
  flush(): void {
    const group = this.group;
    this.group = undefined;
    try {
      if (this.database.inTransaction) this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      this.afterFailure();
      group?.reject(error);
      return;
    }
    this.afterCommit();
    group?.resolve();
  }

  /** Gives up the group after SQLite has rolled it back by itself. */
  fail(cause: unknown): void {
    const group = this.group;
    this.group = undefined;
    this.afterFailure();
    group?.reject(cause);
  }
}
