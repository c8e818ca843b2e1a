import { CommandError, writeConflict } from '../errors.js';
import { createWhole } from './backup.js';
import { Catalog } from './catalog.js';
import { addToCounts, type Change } from './changes.js';
import type { Database } from './database.js';
import { GroupCommit } from './group-commit.js';
import { Oplog } from './oplog.js';
import { isDamage } from './store-errors.js';
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
 * A transaction's writes stay in memory until it commits; its statements see them, and its snapshot, through overlays
 * over the collections. Two writers of one document conflict as in MongoDB: the later transaction fails with
 * WriteConflict.
 */
export class Engine {
  readonly catalog: Catalog;
  readonly oplog: Oplog;
  private readonly commits: GroupCommit;
  private readonly open = new Set<Transaction>();
  private readonly intents = new Map<string, Transaction>();
  private backups: Promise<void> = Promise.resolve();
  /** Set while an index is being built; settles when writers may go on. */
  private building: Promise<void> | undefined;

  constructor(private readonly database: Database) {
    this.catalog = new Catalog(database);
    this.oplog = new Oplog(database);
    this.commits = new GroupCommit(
      database,
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

  /** Resolves when all writes so far are on disk, or given up; whoever they belong to is told which. */
  async settled(): Promise<void> {
    await this.pending?.catch(ignore);
  }

  /** Reads what is committed, or what a transaction sees. The result must not depend on iterating later. */
  read<T>(transaction: Transaction | undefined, task: () => T): T {
    return transaction ? transaction.run(task) : task();
  }

  /**
   * Writes atomically and durably: resolves when the result is on disk. Waits for open transactions that hold one of
   * the documents.
   * @param signal gives up waiting for other transactions
   */
  async write<T>(task: (unit: WriteUnit) => T, signal: AbortSignal): Promise<T> {
    for (;;) {
      while (this.building) await this.building;
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
    while (this.building) await this.building;
    const result = this.savepoint(() => task(this.catalog));
    await this.pending;
    return result;
  }

  /** As {@link alter}, by a task that takes its time and gives others their turns: readers go on meanwhile, writers wait. */
  async build<T>(task: (catalog: Catalog) => Promise<T>): Promise<T> {
    while (this.building) await this.building;
    const work = this.committed().then(() => this.savepointWhile(task));
    const building = work.then(ignore, ignore).then(() => {
      if (this.building === building) this.building = undefined;
    });
    this.building = building;
    const result = await work;
    await this.pending;
    return result;
  }

  /** @param lifetimeMs milliseconds after which the transaction is aborted if still open */
  start(session: string, txnNumber: bigint, lifetimeMs: number): Transaction {
    const transaction = new Transaction(session, txnNumber, Date.now() + lifetimeMs);
    this.open.add(transaction);
    return transaction;
  }

  /** Runs a writing statement of a transaction. A failure aborts the transaction. */
  writeIn<T>(transaction: Transaction, task: (unit: WriteUnit) => T): T {
    const claim: Claim = (key) => {
      this.claimFor(transaction, key);
    };
    try {
      return transaction.run(() =>
        task(
          new WriteUnit(claim, (change) => {
            transaction.write(change);
          }),
        ),
      );
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
    while (this.building) await this.building;
    if (transaction.state !== 'open') throw writeConflict();
    try {
      this.savepoint(() => {
        // A collection dropped meanwhile took the transaction's writes with it.
        for (const collection of transaction.written) if (this.catalog.byNumber(collection.id) !== collection) throw writeConflict();
        transaction.apply();
        alongside();
        this.oplog.append(transaction.changes);
      });
    } catch (error) {
      this.abort(transaction);
      throw error instanceof CommandError && error.codeName === 'DuplicateKey' ? writeConflict() : error;
    }
    this.close(transaction, 'committed');
    this.overtakeOpen(transaction.changes);
    await this.pending;
  }

  abort(transaction: Transaction): void {
    if (transaction.state === 'open') this.close(transaction, 'aborted');
  }

  /** Aborts the transactions that outlived their time. @param now milliseconds since the epoch */
  expire(now: number): void {
    for (const transaction of this.open) {
      if (transaction.expiresAt <= now) this.abort(transaction);
    }
  }

  /**
   * Copies everything acknowledged until now into a new directory, from which a server can be started, while reads and
   * writes go on. One backup after another.
   * @throws CommandError BadValue when the directory exists
   */
  backup(directory: string): Promise<void> {
    const copy = this.backups.then(() => createWhole(directory, (partial) => this.database.copyTo(partial)));
    this.backups = copy.catch(() => undefined);
    return copy;
  }

  /** Commits what is left and closes the store. */
  async shutdown(): Promise<void> {
    await this.backups;
    await this.building;
    for (const transaction of this.open) this.abort(transaction);
    await this.commits.end();
    this.database.close();
  }

  private attempt<T>(task: (unit: WriteUnit) => T): T {
    const unit = new WriteUnit(this.claimNow, storeNow);
    const result = this.savepoint(() => {
      const outcome = task(unit);
      addToCounts(unit.changes);
      this.oplog.append(unit.changes);
      return outcome;
    });
    this.overtakeOpen(unit.changes);
    return result;
  }

  /** Runs a task that is taken back as a whole if it throws. */
  private savepoint<T>(task: () => T): T {
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

  private async savepointWhile<T>(task: (catalog: Catalog) => Promise<T>): Promise<T> {
    this.commits.begin();
    this.database.exec('SAVEPOINT command');
    try {
      const result = await task(this.catalog);
      this.database.exec('RELEASE command');
      this.commits.schedule();
      return result;
    } catch (error) {
      this.takeBack('command', error);
      throw error;
    }
  }

  /** Resolves when no writes gather any more; whoever they belong to is told about a failure. */
  private async committed(): Promise<void> {
    while (this.commits.busy) await this.settled();
  }

  private readonly claimNow: Claim = (key) => {
    const holder = this.intents.get(key);
    if (holder) throw new Blocked(holder);
  };

  private claimFor(transaction: Transaction, key: string): void {
    const holder = this.intents.get(key);
    if (holder === transaction) return;
    if (holder || transaction.isOvertaken(key)) throw writeConflict();
    this.intents.set(key, transaction);
    transaction.claims.add(key);
  }

  private overtakeOpen(changes: readonly Change[]): void {
    for (const transaction of this.open) transaction.overtake(changes);
  }

  private takeBack(savepoint: string, cause: unknown): void {
    if (!this.database.inTransaction || isDamage(cause)) {
      // SQLite has rolled back by itself, as on a full disk, or writes nothing more before it has, as after a damaged page: everything in the group is gone.
      this.commits.fail(cause);
      return;
    }
    this.database.exec(`ROLLBACK TO ${savepoint}`);
    this.database.exec(`RELEASE ${savepoint}`);
    this.catalog.rolledBack();
  }

  private close(transaction: Transaction, state: 'committed' | 'aborted'): void {
    this.open.delete(transaction);
    for (const key of transaction.claims) this.intents.delete(key);
    transaction.finish(state);
  }

  /** After a failed commit nothing in memory that came from it may stay. */
  private recover(): void {
    for (const transaction of this.open) this.close(transaction, 'aborted');
    this.catalog.reload();
    this.oplog.reload();
  }
}

const ignore = (): void => undefined;

const storeNow = (change: Change): void => {
  change.collection.apply([change]);
};

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
