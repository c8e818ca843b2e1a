import Database from 'libsql';

const SCHEMA_VERSION = 2;

/*
 * `position` is the rowid, so the table itself is the log in commit order. A record is stored as the bytes that a read
 * answers with. Names are bytes because SQLite text ends at a NUL, which a stream name may contain.
 */
const SCHEMA = `
  CREATE TABLE streams (number INTEGER PRIMARY KEY, name BLOB NOT NULL) STRICT;
  CREATE TABLE stream_hashes (block INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
  CREATE TABLE event_types (number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    type INTEGER NOT NULL,
    record BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Schema 1 had the names of streams in an index. */
const FROM_SCHEMA_1 = `
  CREATE TABLE names (number INTEGER PRIMARY KEY, name BLOB NOT NULL) STRICT;
  INSERT INTO names SELECT number, name FROM streams ORDER BY number;
  DROP TABLE streams;
  ALTER TABLE names RENAME TO streams;
  CREATE TABLE stream_hashes (block INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export const PAGE_BYTES = 4_096;
const PAGE_CACHE_KIB = 64 * 1024;

export type Db = InstanceType<typeof Database>;

/**
 * Opens the log's database, creating it when missing. A commit leaves flushing to the write-ahead log's `sync`;
 * `synchronous=NORMAL` flushes what the order of the files depends on (https://www.sqlite.org/pragma.html#pragma_synchronous).
 *
 * @param maxBytes beyond which the file does not grow; unlimited when left out
 * @throws Error when the file is of a newer schema, or is no SQLite database
 */
export function openDatabase(file: string, maxBytes?: number): Db {
  const db = new Database(file);
  try {
    db.exec(`
      PRAGMA page_size = ${PAGE_BYTES};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -${PAGE_CACHE_KIB};
    `);
    if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`);
    db.transaction(() => migrate(db, file)).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Folds the write-ahead log into the database, so that the next start finds nothing to recover, and closes it. */
export function closeDatabase(db: Db): void {
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

function migrate(db: Db, file: string): void {
  const version = schemaVersion(db);
  if (version === 0) db.exec(SCHEMA);
  else if (version === 1) db.exec(FROM_SCHEMA_1);
  else if (version !== SCHEMA_VERSION)
    throw new Error(`${file} has schema ${version}; this version reads schema ${SCHEMA_VERSION}`);
}

function schemaVersion(db: Db): number {
  const [version] = db.prepare('PRAGMA user_version').raw().get([]) as [number];
  return version;
}
