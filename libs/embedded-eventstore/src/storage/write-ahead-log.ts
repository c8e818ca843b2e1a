import AsyncDatabase from 'libsql/promise';
import { closeSync, fdatasyncSync, openSync, readSync } from 'node:fs';
import { PAGE_BYTES } from './database.js';
import { quickestFlush, type Flush } from './disk-flush.js';

/** Frames after which the log is folded back into the database: some 16 MB. */
const LONG_FRAMES = 4_000;

/* https://www.sqlite.org/fileformat.html#the_write_ahead_log */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const SALT_BYTES = 8;
const SALT_IN_HEADER = 16;
const SALT_IN_FRAME = 8;
const LONG_FROM = HEADER_BYTES + (LONG_FRAMES - 1) * (FRAME_HEADER_BYTES + PAGE_BYTES);

/**
 * SQLite's write-ahead log, flushed to the disk, and folded back into the database off the event loop. It stays the same file as long
 * as a connection is open, and is written from its start again once all of it is in the database.
 */
export class WriteAheadLog {
  readonly #file: number;
  /** A connection of its own, whose statements run on threads of libsql's. */
  readonly #offThread: AsyncDatabase;
  readonly #salts = Buffer.alloc(2 * SALT_BYTES);

  /** @param database the file of a database that is open in WAL mode and was written to or read from */
  constructor(
    database: string,
    private readonly flushFile: Flush = quickestFlush(),
  ) {
    this.#file = openSync(`${database}-wal`, 'r+');
    // What a process committed that was killed before its flush is read again: it must not be shown before it is on disk.
    fdatasyncSync(this.#file);
    this.#offThread = new AsyncDatabase(database, {});
  }

  /** Brings everything committed until now to the disk: at once, or when the promise resolves. */
  flush(): Promise<void> | void {
    return this.flushFile(this.#file);
  }

  /** Whether it has grown so long that it should be folded back: a frame counts while its salt is that of the header. */
  get isLong(): boolean {
    const header = readSync(this.#file, this.#salts, 0, SALT_BYTES, SALT_IN_HEADER);
    const frame = readSync(this.#file, this.#salts, SALT_BYTES, SALT_BYTES, LONG_FROM + SALT_IN_FRAME);
    return header === SALT_BYTES && frame === SALT_BYTES && this.#salts.compare(this.#salts, 0, SALT_BYTES, SALT_BYTES) === 0;
  }

  /** Folds it back into the database, as far as nobody reads an older state. The next write starts from its beginning. */
  async foldBack(): Promise<void> {
    await (this.#offThread.exec('PRAGMA wal_checkpoint(PASSIVE)') as Promise<void>);
  }

  close(): void {
    this.#offThread.close();
    closeSync(this.#file);
  }
}
