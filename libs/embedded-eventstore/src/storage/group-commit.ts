import type { Db } from './database.js';

/** A write that waits for the next commit, or for its outcome. */
interface PendingWrite {
  /** Runs inside the transaction; answers what to do once it is on disk. */
  readonly run: () => () => void;
  readonly fail: (error: Error) => void;
}

/** Writes in one group at most, so that the first need not wait for ever more. */
const FULL_GROUP = 256;

/**
 * Puts all writes that arrived since the last commit into one transaction, so that a disk flush is shared by as many
 * writers as are waiting; a group is taken when a turn of the event loop brings no further write. Writes run in the
 * order they came, each seeing those before it; a write is answered after the commit. When the database fails, the
 * whole group is rolled back and every write of it rejected.
 */
export class GroupCommit {
  #pending: PendingWrite[] = [];
  #gathered = 0;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(
    private readonly db: Db,
    private readonly onCommitted: () => void,
    private readonly onRolledBack: (error: Error) => void,
  ) {}

  /** @throws what the database failed with; nothing of the write is kept then */
  write<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.push({
        run: () => {
          const result = run();
          return () => resolve(result);
        },
        fail: reject,
      });
      this.#scheduled ??= setImmediate(() => this.#gather());
    });
  }

  /** Commits what is pending now. */
  flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#gathered = 0;
    const group = this.#pending;
    if (group.length === 0) return;
    this.#pending = [];
    let acknowledge: (() => void)[];
    try {
      acknowledge = this.#commit(group);
    } catch (error) {
      this.#rollBack(group, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const answer of acknowledge) answer();
    this.onCommitted();
  }

  #gather(): void {
    const isGrowing = this.#pending.length > this.#gathered && this.#pending.length < FULL_GROUP;
    if (!isGrowing) return this.flush();
    this.#gathered = this.#pending.length;
    this.#scheduled = setImmediate(() => this.#gather());
  }

  #commit(group: readonly PendingWrite[]): (() => void)[] {
    this.db.exec('BEGIN IMMEDIATE');
    const answers = group.map((write) => write.run());
    this.db.exec('COMMIT');
    return answers;
  }

  #rollBack(group: readonly PendingWrite[], error: Error): void {
    try {
      // A full disk may have made SQLite roll back by itself.
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      this.onRolledBack(error);
    } finally {
      for (const write of group) write.fail(error);
    }
  }
}
