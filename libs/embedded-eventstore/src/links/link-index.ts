import Database from 'libsql';
import { LRUCache } from 'lru-cache';
import { rmSync } from 'node:fs';
import type { Db } from '../storage/database.js';
import { NameTable } from '../storage/name-table.js';
import { Query } from '../storage/query.js';

/** How far a projection has looked at the log: the last event it has seen. */
export interface Progress {
  readonly position: number;
  readonly eventId: string;
}

const CACHED_STREAMS = 10_000;
const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE streams (number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE) STRICT;
  CREATE TABLE links (
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE progress (projection TEXT PRIMARY KEY, position INTEGER NOT NULL, event_id TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Which event of the log each link leads to. It holds nothing that the log does not say, so it is flushed to the disk
 * only now and then, and thrown away whenever it cannot be read.
 */
export class LinkIndex {
  readonly #db: Db;
  readonly #names: NameTable;
  readonly #lastRevisions = new LRUCache<string, number>({ max: CACHED_STREAMS });
  readonly #insert;
  readonly #last;
  readonly #range;
  readonly #progress;
  readonly #setProgress;

  constructor(file: string) {
    this.#db = open(file);
    this.#names = new NameTable(this.#db, 'streams');
    this.#insert = this.#db.prepare('INSERT INTO links VALUES (?, ?, ?)');
    this.#last = new Query<[number | null]>(this.#db, 'SELECT max(revision) FROM links WHERE stream = ?');
    this.#range = new Query<[revision: number, position: number]>(
      this.#db,
      'SELECT revision, position FROM links WHERE stream = ? AND revision >= ? AND revision <= ? ORDER BY revision',
    );
    this.#progress = new Query<[position: number, eventId: string]>(this.#db, 'SELECT position, event_id FROM progress WHERE projection = ?');
    this.#setProgress = this.#db.prepare('INSERT OR REPLACE INTO progress VALUES (?, ?, ?)');
  }

  progressOf(projection: string): Progress | undefined {
    const row = this.#progress.one(projection);
    return row && { position: row[0], eventId: row[1] };
  }

  /** Adds links in the order of the log, and how far that brings the projection: both or neither. */
  advance(projection: string, links: Iterable<readonly [stream: string, position: number]>, { position, eventId }: Progress): void {
    try {
      this.#db.transaction(() => {
        for (const [stream, at] of links) {
          const revision = (this.lastRevision(stream) ?? -1) + 1;
          this.#insert.run([this.#names.findOrAdd(stream), revision, at]);
          this.#lastRevisions.set(stream, revision);
        }
        this.#setProgress.run([projection, position, eventId]);
      })();
    } catch (error) {
      this.#forgetCached();
      throw error;
    }
  }

  /** Forgets the links of all projections: the log is not the one they were derived from. */
  clear(): void {
    this.#forgetCached();
    this.#db.exec('DELETE FROM progress; DELETE FROM links; DELETE FROM streams;');
  }

  lastRevision(stream: string): number | undefined {
    const cached = this.#lastRevisions.get(stream);
    if (cached !== undefined) return cached;
    const number = this.#names.find(stream);
    if (number === undefined) return undefined;
    const last = this.#last.one(number)?.[0] ?? undefined;
    if (last !== undefined) this.#lastRevisions.set(stream, last);
    return last;
  }

  /** Where the links of a stream lead, from revision `from` to `to`, both inclusive, ascending. */
  range(stream: string, from: number, to: number): { revision: number; position: number }[] {
    const number = this.#names.find(stream);
    if (number === undefined) return [];
    return this.#range.all(number, from, to).map(([revision, position]) => ({ revision, position }));
  }

  close(): void {
    this.#db.close();
  }

  #forgetCached(): void {
    this.#names.forgetCached();
    this.#lastRevisions.clear();
  }
}

function open(file: string): Db {
  try {
    return tryOpen(file);
  } catch {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    return tryOpen(file);
  }
}

function tryOpen(file: string): Db {
  const db = new Database(file);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const [version] = db.prepare('PRAGMA user_version').raw().get([]) as [number];
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) throw new Error(`links of schema ${version}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
