import type { Database } from './database.js';

interface Group {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers writes into groups that share one SQLite transaction and one fsync: a group takes what comes within a turn of
 * the event loop and while the group before it is on its way to the disk. Nothing is answered before the group it
 * belongs to, or has read from, is on disk.
 */
export class GroupCommit {
  /** What gathers now. */
  private group: Group | undefined;
  /** What is committed and not on disk yet. */
  private syncing: Group | undefined;
  /** Set for good when the disk has refused to keep something that was committed: nobody knows what it holds then. */
  private failure: { readonly error: Error; readonly done: Promise<never> } | undefined;

  /** @param afterFailure called after a failed group was rolled back, to drop what memory kept of it */
  constructor(
    private readonly database: Database,
    private readonly afterCommit: () => void,
    private readonly afterFailure: () => void,
  ) {}

  /** Opens the SQLite transaction that writes, savepoints included, run in. @throws Error when the disk has failed before */
  begin(): void {
    if (this.failure) throw this.failure.error;
    if (!this.database.inTransaction) this.database.exec('BEGIN IMMEDIATE');
  }

  /** Says that something has to be committed: at the end of this turn of the event loop, or when the disk is free. */
  schedule(): void {
    if (this.group) return;
    const group = newGroup();
    this.group = group;
    if (this.syncing) return;
    setImmediate(() => {
      if (this.group === group && !this.syncing) void this.flush();
    });
  }

  /** @returns a promise for everything written so far being on disk, or undefined if it already is */
  get pending(): Promise<void> | undefined {
    return (this.failure ?? this.group ?? this.syncing)?.done;
  }

  /** @returns whether something is on its way to the disk */
  get busy(): boolean {
    return this.group !== undefined || this.syncing !== undefined;
  }

  /** Commits now what has gathered, and sees it to the disk. */
  private async flush(): Promise<void> {
    for (let group = this.commit(); group; group = this.commit()) {
      this.syncing = group;
      try {
        await this.database.sync();
        group.resolve();
      } catch (error) {
        const failure = new Error(`the disk failed to keep what was written; restart the server: ${String(error)}`, { cause: error });
        const done = Promise.reject(failure);
        done.catch(() => undefined);
        this.failure = { error: failure, done };
        group.reject(failure);
        this.fail(failure);
      } finally {
        this.syncing = undefined;
      }
    }
  }

  /** @returns the group that was committed, or undefined if there was none or it failed */
  private commit(): Group | undefined {
    const { group } = this;
    if (!group) return undefined;
    this.group = undefined;
    try {
      if (this.database.inTransaction) this.database.exec('COMMIT');
    } catch (error) {
      this.giveUp(group, error);
      return undefined;
    }
    this.afterCommit();
    return group;
  }

  /** Gives up the group that gathers, as after SQLite has rolled it back by itself. */
  fail(cause: unknown): void {
    const { group } = this;
    this.group = undefined;
    this.giveUp(group, cause);
  }

  private giveUp(group: Group | undefined, cause: unknown): void {
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
    this.afterFailure();
    group?.reject(cause);
  }

  /** Commits what is left. Resolves when it is on disk, or given up. */
  async end(): Promise<void> {
    if (this.syncing) {
      await this.syncing.done.catch(() => undefined);
      await this.group?.done.catch(() => undefined);
    } else await this.flush();
    // A write that failed may have left the transaction open that it began.
    if (this.database.inTransaction) this.database.exec('ROLLBACK');
  }
}

function newGroup(): Group {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const done = new Promise<void>((onDone, onError) => {
    resolve = onDone;
    reject = onError;
  });
  // Whoever waits gets the failure; a group nobody waits for any more must not end the process.
  done.catch(() => undefined);
  return { done, resolve, reject };
}
