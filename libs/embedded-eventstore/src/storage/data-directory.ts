import Database from 'libsql';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeDatabase, openDatabase, type Db } from './database.js';

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
  /** Closes the database and gives the directory free. */
  close(): void;
}

/**
 * Opens a data directory for this node alone.
 *
 * @throws DataDirectoryInUse
 * @throws Error when the database is damaged or of a newer schema
 */
export function openDataDirectory(dataDir: string): DataDirectory {
  mkdirSync(dataDir, { recursive: true });
  const unlock = lock(dataDir);
  try {
    const db = openDatabase(join(dataDir, DATABASE_FILE));
    return {
      db,
      close: () => {
        closeDatabase(db);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
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
