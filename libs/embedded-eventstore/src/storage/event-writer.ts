import type { Db } from './database.js';

const FIRST_POSITION = 1;

/** The `events` table as the writer sees it: with what it has written itself, on disk or not. */
export class EventWriter {
  readonly #insert;
  readonly #last;
  readonly #position;
  readonly #record;

  constructor(db: Db) {
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)');
    this.#last = db.prepare('SELECT position, length(record) FROM events ORDER BY position DESC LIMIT 1').raw();
    this.#position = db.prepare('SELECT position FROM events WHERE stream = ? AND revision = ?').raw();
    this.#record = db.prepare('SELECT record FROM events WHERE stream = ? AND revision = ?').raw();
  }

  insert(position: number, stream: number, revision: number, type: number, record: Buffer): void {
    this.#insert.run([position, stream, revision, type, record]);
  }

  /** The position after the last event. */
  endOfLog(): number {
    const last = this.#last.get([]) as [position: number, bytes: number] | undefined;
    return last ? last[0] + last[1] : FIRST_POSITION;
  }

  /** Where an event of a stream is. */
  position(stream: number, revision: number): number | undefined {
    return (this.#position.get([stream, revision]) as [number] | undefined)?.[0];
  }

  /** The record of an event of a stream. */
  record(stream: number, revision: number): Buffer | undefined {
    return (this.#record.get([stream, revision]) as [Buffer] | undefined)?.[0];
  }
}
