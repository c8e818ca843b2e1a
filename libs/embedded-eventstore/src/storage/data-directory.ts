import Database from 'libsql';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backUp } from './backup.js';
import { closeDatabase, openDatabase, type Db } from './database.js';
import type { Flush } from './disk-flush.js';
import { WriteAheadLog } from './write-ahead-log.js';

const DATABASE_FILE = 'events.sqlite';
const LOCK_FILE = 'lock.sqlite';
const HOLDER_FILE = 'holder.pid';

/** Another process, or another node of this process, has the data directory. */
export class DataDirectoryInUse extends Error {
  constructor(
    readonly dataDir: string,
    /** Undefined when the other one has not said yet. */
    readonly pid: number | undefined,
  ) {
    super(`the data directory ${dataDir} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}`);
  }
}

/** A data directory of which this is the only user. */
export interface DataDirectory {
  readonly db: Db;
  readonly wal: WriteAheadLog;
  /** Copies the data, as they are now, into a new directory. */
  backUp(directory: string): Promise<void>;
  /** Closes the database and gives the directory free. */
  close(): void;
}

export interface DataDirectoryOptions {
  readonly dataDir: string;
  /** Bytes beyond which the database does not grow; unlimited when left out. */
  readonly maxBytes?: number | undefined;
  /** How the write-ahead log is forced to the disk; by the operating system when left out. */
  readonly flush?: Flush | undefined;
}

/**
 * Opens a data directory for this node alone.
 *
 * @throws DataDirectoryInUse
 * @throws Error when the database is damaged or of a newer schema
 */
export function openDataDirectory({ dataDir, maxBytes, flush }: DataDirectoryOptions): DataDirectory {
  mkdirSync(dataDir, { recursive: true });
  const unlock = lock(dataDir);
  try {
    const file = join(dataDir, DATABASE_FILE);
    const isNew = !existsSync(file);
    const db = openDatabase(file, maxBytes);
    const wal = new WriteAheadLog(file, flush);
    if (isNew) for (const directory of [dataDir, dirname(resolve(dataDir))]) syncDirectory(directory);
    return {
      db,
      wal,
      backUp: (directory) => backUp(file, directory),
      close: () => {
        wal.close();
        try {
          closeDatabase(db);
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Brings the names in a directory to the disk, where a new file may not have one yet. Windows knows no such thing, and needs none. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Keeps others out by a transaction held open on an empty database of its own: a lock of the operating system, dropped
 * when its holder dies, however it dies, so that none is ever stale. The event database cannot serve: its connection
 * lives on, with its locks, until the prepared statements are garbage-collected.
 */
function lock(dataDir: string): () => void {
  const holder = join(dataDir, HOLDER_FILE);
  const guard = new Database(join(dataDir, LOCK_FILE));
  try {
    guard.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    guard.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')
      throw new DataDirectoryInUse(dataDir, readPid(holder));
    throw error;
  }
  writeFileSync(holder, String(process.pid));
  return () => {
    rmSync(holder, { force: true });
    guard.exec('ROLLBACK');
    guard.close();
  };
}

function readPid(holder: string): number | undefined {
  try {
    return Number(readFileSync(holder, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
