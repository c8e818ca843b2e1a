import { CommandError, writeConflict } from '../errors.js';
import { decode } from '../bson/values.js';
import { Catalog } from './catalog.js';
import type { Change } from './changes.js';
import type { Collection } from './collection.js';
import type { Database } from './database.js';
import { GroupCommit } from './group-commit.js';
import { Oplog } from './oplog.js';
import { Transaction } from './transaction.js';
import { WriteUnit, type Claim } from './write-unit.js';

/** A document is being written by an open transaction; the writer waits for its end and starts over. */
class Blocked extends Error {
  constructor(readonly by: Transaction) {
    super('blocked by an open transaction');
  }
}

/**
 * Runs reads and writes one after another on the single SQLite connection.
 *
 * A transaction's writes are kept in memory and "mounted" while one of its statements runs: inside a savepoint the
 * documents others changed since its snapshot are put back to what they were, then its own writes are applied. What
 * the statement sees is exactly its snapshot and its own writes; the savepoint is rolled back before anybody else
 * runs. Two writers of one document conflict as in MongoDB: the later transaction fails with WriteConflict.
 */
export class Engine {
  readonly catalog: Catalog;
  readonly oplog: Oplog;
  private readonly commits: GroupCommit;
  private readonly open = new Set<Transaction>();
  private readonly intents = new Map<string, Transaction>();
  private mounted: { readonly transaction: Transaction; readonly rewound: boolean } | undefined;
  /** Commits while transactions are open, newest last: what a snapshot has to take back. */
  private history: { readonly sequence: number; readonly change: Change }[] = [];
  /** The number of the last of those commits by conflict key. */
  private readonly changedAt = new Map<string, number>();
  private sequence = 0;

  constructor(private readonly database: Database) {
    this.catalog = new Catalog(database);
    this.oplog = new Oplog(database);
    this.commits = new GroupCommit(
      database,
      () => {
        this.unmount();
      },
      () => {
        this.catalog.committed();
        this.oplog.publish();
      },
      () => {
        this.recover();
      },
    );
  }

  /** @returns a promise for all writes so far being on disk; await it before answering anything */
  get pending(): Promise<void> | undefined {
    return this.commits.pending;
  }

  /** Reads what is committed, or what a transaction sees. The result must not depend on iterating later. */
  read<T>(transaction: Transaction | undefined, task: () => T): T {
    if (transaction) this.mount(transaction);
    else this.unmount();
    return task();
  }

  /**
   * Writes atomically and durably: resolves when the result is on disk. Waits for open transactions that hold one of
   * the documents.
   * @param signal gives up waiting for other transactions
   */
  async write<T>(task: (unit: WriteUnit) => T, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        const result = this.attempt(task);
        await this.pending;
        return result;
      } catch (error) {
        if (!(error instanceof Blocked)) throw error;
        await ended(error.by, signal);
      }
    }
  }

  /** Changes collections or indexes: a write that no transaction takes part in. */
  async alter<T>(task: (catalog: Catalog) => T): Promise<T> {
    const result = this.savepoint(() => task(this.catalog));
    await this.pending;
    return result;
  }

  /** @param lifetimeMs milliseconds after which the transaction is aborted if still open */
  start(session: string, txnNumber: bigint, lifetimeMs: number): Transaction {
    const transaction = new Transaction(session, txnNumber, this.sequence, Date.now() + lifetimeMs);
    this.open.add(transaction);
    return transaction;
  }

  /** Runs a writing statement of a transaction. A failure aborts the transaction. */
  writeIn<T>(transaction: Transaction, task: (unit: WriteUnit) => T): T {
    const unit = new WriteUnit((key) => {
      this.claimFor(transaction, key);
    });
    try {
      this.mount(transaction);
      const result = task(unit);
      unit.finish();
      transaction.absorb(unit.changes);
      return result;
    } catch (error) {
      this.abort(transaction);
      throw error;
    }
  }

  /**
   * Makes a transaction's writes everybody's. Resolves when they are on disk.
   * @param alongside writes that belong to the commit itself
   * @throws CommandError WriteConflict when a unique key was taken meanwhile
   */
  async commit(transaction: Transaction, alongside: () => void): Promise<void> {
    const finish = (): void => {
      alongside();
      this.remember(transaction.changes, transaction);
    };
    try {
      if (this.mounted?.transaction === transaction && !this.mounted.rewound) this.keepMounted(finish);
      else {
        this.savepoint(() => {
          const writes = [...transaction.writeSet.values()];
          // A collection dropped meanwhile took the transaction's writes with it.
          if (!writes.every(({ collection }) => this.isLive(collection))) throw writeConflict();
          this.apply(writes);
          finish();
        });
      }
    } catch (error) {
      this.abort(transaction);
      throw error instanceof CommandError && error.codeName === 'DuplicateKey' ? writeConflict() : error;
    }
    this.close(transaction, 'committed');
    await this.pending;
  }

  abort(transaction: Transaction): void {
    if (transaction.state !== 'open') return;
    if (this.mounted?.transaction === transaction) this.unmount();
    this.close(transaction, 'aborted');
  }

  /** Aborts the transactions that outlived their time. @param now milliseconds since the epoch */
  expire(now: number): void {
    for (const transaction of this.open) {
      if (transaction.expiresAt <= now) this.abort(transaction);
    }
  }

  /** Commits what is left and closes the store. */
  shutdown(): void {
    for (const transaction of this.open) this.abort(transaction);
    this.commits.flush();
    this.database.close();
  }

  private attempt<T>(task: (unit: WriteUnit) => T): T {
    const unit = new WriteUnit(this.claimNow);
    return this.savepoint(() => {
      const result = task(unit);
      unit.finish();
      this.remember(unit.changes, undefined);
      return result;
    });
  }

  /** Runs a task that is taken back as a whole if it throws. */
  private savepoint<T>(task: () => T): T {
    this.unmount();
    this.commits.begin();
    this.database.exec('SAVEPOINT command');
    try {
      const result = task();
      this.database.exec('RELEASE command');
      this.commits.schedule();
      return result;
    } catch (error) {
      this.takeBack('command', error);
      throw error;
    }
  }

  /** Lets a mounted transaction's writes stay where they are. */
  private keepMounted(finish: () => void): void {
    finish();
    this.database.exec('RELEASE mounted');
    this.mounted = undefined;
    this.commits.schedule();
  }

  private readonly claimNow: Claim = (key) => {
    const holder = this.intents.get(key);
    if (holder) throw new Blocked(holder);
  };

  private claimFor(transaction: Transaction, key: string): void {
    const holder = this.intents.get(key);
    if (holder === transaction) return;
    if (holder || (this.changedAt.get(key) ?? 0) > transaction.snapshot) throw writeConflict();
    this.intents.set(key, transaction);
    transaction.claims.add(key);
  }

  private remember(changes: readonly Change[], by: Transaction | undefined): void {
    this.sequence++;
    this.oplog.append(changes);
    if (this.open.size === 0 || (by && this.open.size === 1)) return;
    for (const change of changes) {
      this.history.push({ sequence: this.sequence, change });
      this.changedAt.set(change.conflictKey, this.sequence);
    }
  }

  private mount(transaction: Transaction): void {
    if (this.mounted?.transaction === transaction) return;
    this.unmount();
    this.commits.begin();
    this.database.exec('SAVEPOINT mounted');
    const since = this.history.filter(({ sequence }) => sequence > transaction.snapshot);
    this.mounted = { transaction, rewound: since.length > 0 };
    this.apply(since.reverse().map(({ change }) => ({ ...change, after: change.before })));
    this.apply([...transaction.writeSet.values()]);
  }

  private unmount(): void {
    if (!this.mounted) return;
    this.mounted = undefined;
    this.takeBack('mounted');
  }

  private takeBack(savepoint: string, cause?: unknown): void {
    if (!this.database.inTransaction) {
      // SQLite has rolled back by itself, as on a full disk: everything in the group is gone.
      this.commits.fail(cause);
      return;
    }
    this.database.exec(`ROLLBACK TO ${savepoint}`);
    this.database.exec(`RELEASE ${savepoint}`);
    this.catalog.rolledBack();
  }

  private isLive(collection: Collection): boolean {
    return this.catalog.byNumber(collection.id) === collection;
  }

  /** Puts documents into given forms, whatever form they have now; all removals first, so that unique keys are free. */
  private apply(changes: readonly Change[]): void {
    const live = changes.filter(({ collection }) => this.isLive(collection));
    const latest = new Map(live.map((change) => [`${String(change.collection.id)}/${String(change.rid)}`, change]));
    const counts = new Map<Collection, number>();
    const count = (collection: Collection, delta: number): unknown => counts.set(collection, (counts.get(collection) ?? 0) + delta);
    for (const { collection, rid } of latest.values()) {
      const stored = collection.byRow(rid);
      if (!stored) continue;
      collection.remove(rid, decode(stored.body));
      count(collection, -1);
    }
    for (const { collection, rid, after } of latest.values()) {
      if (!after) continue;
      collection.insert(rid, after, decode(after));
      count(collection, 1);
    }
    for (const [collection, delta] of counts) collection.addToCount(delta);
  }

  private close(transaction: Transaction, state: 'committed' | 'aborted'): void {
    this.open.delete(transaction);
    for (const key of transaction.claims) this.intents.delete(key);
    if (this.open.size === 0) {
      this.history = [];
      this.changedAt.clear();
    }
    transaction.finish(state);
  }

  /** After a failed commit nothing in memory that came from it may stay. */
  private recover(): void {
    this.mounted = undefined;
    for (const transaction of this.open) this.close(transaction, 'aborted');
    this.catalog.reload();
    this.oplog.reload();
  }
}

/** Waits for the end of a transaction. @throws CommandError MaxTimeMSExpired when the signal comes first */
function ended(transaction: Transaction, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new CommandError('MaxTimeMSExpired', 'gave up waiting for a transaction that holds the document'));
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void transaction.ended.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });
}
