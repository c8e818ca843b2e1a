import { closeSync, createReadStream, createWriteStream, fdatasync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import Sqlite from 'libsql';

/** What SQLite stores and answers with here. */
export type SqlValue = number | string | Buffer | null;
export type Row = readonly SqlValue[];

/** A prepared statement whose rows come as arrays. */
export interface Statement {
  run(...values: SqlValue[]): { readonly changes: number };
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

const FILE = 'mongo.db';
const PID_FILE = 'mongo.pid';
const flushToDisk = promisify(fdatasync);
/** Pages SQLite keeps in memory, in KiB (negative by SQLite's convention). */
const CACHE_KIB = -65_536;
const PAGE_BYTES = 4_096;
/**
 * Pages the write-ahead log may have before it is moved into the file, which holds up everybody. The more, the more of them are the same page again,
 * which is moved once: SQLite's 1,000 hold up everybody twice as long in all, though only two thirds as long at a time.
 */
const CHECKPOINT_PAGES = 4_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS collections (
    id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, uuid BLOB NOT NULL, options BLOB NOT NULL,
    count INTEGER NOT NULL DEFAULT 0, UNIQUE (db, name));
  CREATE TABLE IF NOT EXISTS indexes (
    id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, spec BLOB NOT NULL,
    multikey INTEGER NOT NULL DEFAULT 0, UNIQUE (collection, name));
  CREATE TABLE IF NOT EXISTS answered_writes (
    session BLOB PRIMARY KEY, txn_number INTEGER NOT NULL, reply BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS oplog (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, db TEXT NOT NULL, collection TEXT NOT NULL, entry BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS watched (scope TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** The data directory is in use by another process. */
export class DirectoryInUseError extends Error {
  constructor(directory: string, pid: string) {
    super(`data directory ${directory} is in use by process ${pid}`);
    this.name = 'DirectoryInUseError';
  }
}

/**
 * The SQLite file under the data directory. SQLite's own exclusive lock admits one process; the kernel drops it with
 * the process, so nothing stale is ever left to clean up. The pid file only serves the message.
 */
export class Database {
  private readonly statements = new Map<string, Statement>();

  private constructor(
    private readonly sqlite: Sqlite.Database,
    private readonly pidFile: string,
    /**
     * The file, to be copied. It is opened once, since closing any descriptor of a file gives up all locks that the
     * process has on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
     */
    private readonly file: number,
    /** The write-ahead log, which stays the same file as long as the store is open. */
    private readonly log: number,
  ) {}

  /**
   * Opens or creates the store.
   * @param directory created if missing
   * @param maxBytes size beyond which the file does not grow; unlimited by default
   * @throws DirectoryInUseError when another process, or another server in this one, holds the directory
   */
  static open(directory: string, maxBytes?: number): Database {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const pidFile = join(directory, PID_FILE);
    const sqlite = new Sqlite(join(directory, FILE));
    try {
      sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
      sqlite.exec('PRAGMA journal_mode = WAL');
      // Commits are forced to the disk by `sync`, off this thread; NORMAL forces what the file's own order depends on.
      sqlite.exec('PRAGMA synchronous = NORMAL');
      sqlite.exec(`PRAGMA page_size = ${String(PAGE_BYTES)}`);
      sqlite.exec(`PRAGMA wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
      sqlite.exec(`PRAGMA cache_size = ${String(CACHE_KIB)}`);
      if (maxBytes !== undefined) sqlite.exec(`PRAGMA max_page_count = ${String(Math.max(1, Math.floor(maxBytes / PAGE_BYTES)))}`);
      // An exclusive lock is taken by the first write, not by opening.
      sqlite.exec('BEGIN IMMEDIATE');
      sqlite.exec(SCHEMA);
      sqlite.exec('COMMIT');
    } catch (error) {
      sqlite.close();
      if (error instanceof Error && /locked|busy/i.test(error.message)) throw new DirectoryInUseError(directory, readPid(pidFile));
      throw error;
    }
    writeFileSync(pidFile, `${String(process.pid)}\n`, { mode: 0o600 });
    const [file, log] = [openSync(join(directory, FILE), 'r'), openSync(join(directory, `${FILE}-wal`), 'r+')];
    // What a killed process had committed is here to be seen, and may not be on the disk yet.
    fdatasyncSync(log);
    return new Database(sqlite, pidFile, file, log);
  }

  /** Runs SQL that takes no values and yields no rows. */
  exec(sql: string): void {
    this.sqlite.exec(sql);
  }

  /** @returns the statement for a text, prepared once */
  prepare(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.compile(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  /** Forgets the statements on a table that is about to be dropped. */
  forget(table: string): void {
    for (const sql of this.statements.keys()) {
      if (sql.includes(table)) this.statements.delete(sql);
    }
  }

  /** @returns whether SQLite is inside a transaction */
  get inTransaction(): boolean {
    return this.sqlite.inTransaction;
  }

  /** Resolves when everything committed until now is on the disk. */
  sync(): Promise<void> {
    return flushToDisk(this.log);
  }

  /**
   * Copies everything committed until now, and perhaps some of what comes meanwhile, into a directory. While no
   * checkpoint moves the log into the file, the file stays as it is and the log only grows; opening the copy plays back
   * the log up to its last whole commit.
   */
  async copyTo(directory: string): Promise<void> {
    this.exec('PRAGMA wal_autocheckpoint = 0');
    try {
      await copyToDisk(this.file, join(directory, FILE));
      await copyToDisk(this.log, join(directory, `${FILE}-wal`));
    } finally {
      this.exec(`PRAGMA wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
    }
  }

  /** Moves the write-ahead log into the file and lets go of the directory. */
  close(): void {
    this.statements.clear();
    closeSync(this.log);
    // Before the lock, so that it is not the next holder's file that goes.
    rmSync(this.pidFile, { force: true });
    // libsql closes the file only when the garbage collector has found every statement, so the lock is given back
    // first; SQLite does that once the file is no longer in WAL mode.
    this.sqlite.exec('PRAGMA journal_mode = DELETE');
    this.sqlite.exec('PRAGMA locking_mode = NORMAL');
    this.sqlite.exec('SELECT count(*) FROM collections');
    this.sqlite.close();
    closeSync(this.file);
  }

  // libsql takes a lone object for named parameters and aborts the process on a Buffer there: always pass an array.
  private compile(sql: string): Statement {
    const prepare = () => this.sqlite.prepare<[SqlValue[]]>(sql);
    const native = prepare();
    let rows: typeof native | undefined;
    const reader = (): typeof native => (rows ??= native.raw());
    return {
      run: (...values) => native.run(values),
      get: (...values) => {
        try {
          return reader().get(values) as Row | undefined;
        } catch (error) {
          // A statement of libsql's whose `get` has failed once, as on a damaged page, fails ever after, also for rows that can be read.
          rows = prepare().raw();
          throw error;
        }
      },
      all: (...values) => reader().all(values) as Row[],
    };
  }
}

async function copyToDisk(from: number, to: string): Promise<void> {
  // The path is left out of account when there is a descriptor.
  await pipeline(createReadStream('', { fd: from, start: 0, autoClose: false }), createWriteStream(to, { mode: 0o600, flush: true }));
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
