import type { Db } from './database.js';
import { Query } from './query.js';

const FIRST_POSITION = 1;

/** The `events` table as the writer sees it: with what it has written itself, on disk or not. */
export class EventWriter {
  readonly #insert;
  readonly #last;
  readonly #position;
  readonly #record;

  constructor(db: Db) {
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)');
    this.#last = new Query<[position: number, bytes: number]>(db, 'SELECT position, length(record) FROM events ORDER BY position DESC LIMIT 1');
    this.#position = new Query<[number]>(db, 'SELECT position FROM events WHERE stream = ? AND revision = ?');
    this.#record = new Query<[Buffer]>(db, 'SELECT record FROM events WHERE stream = ? AND revision = ?');
  }

  insert(position: number, stream: number, revision: number, type: number, record: Buffer): void {
    this.#insert.run([position, stream, revision, type, record]);
  }

  /** The position after the last event. */
  endOfLog(): number {
    const last = this.#last.one();
    return last ? last[0] + last[1] : FIRST_POSITION;
  }

  /** Where an event of a stream is. */
  position(stream: number, revision: number): number | undefined {
    return this.#position.one(stream, revision)?.[0];
  }

  /** The record of an event of a stream. */
  record(stream: number, revision: number): Buffer | undefined {
    return this.#record.one(stream, revision)?.[0];
  }
}
