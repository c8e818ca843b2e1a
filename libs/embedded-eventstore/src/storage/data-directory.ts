import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Db } from './database.js';

const DATABASE_FILE = 'events.sqlite';
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
 * Opens a data directory for this node alone. What keeps others out is SQLite's lock on the database, which the
 * operating system drops when its holder dies, however it dies; a file beside it says who holds it.
 *
 * @throws DataDirectoryInUse
 * @throws Error when the database is damaged or of a newer schema
 */
export function openDataDirectory(dataDir: string): DataDirectory {
  mkdirSync(dataDir, { recursive: true });
  const holder = join(dataDir, HOLDER_FILE);
  const db = openExclusively(dataDir, holder);
  writeFileSync(holder, String(process.pid));
  return {
    db,
    close: () => {
      rmSync(holder, { force: true });
      db.close();
    },
  };
}

function openExclusively(dataDir: string, holder: string): Db {
  try {
    return openDatabase(join(dataDir, DATABASE_FILE));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')
      throw new DataDirectoryInUse(dataDir, readPid(holder));
    throw error;
  }
}

function readPid(holder: string): number | undefined {
  try {
    return Number(readFileSync(holder, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
