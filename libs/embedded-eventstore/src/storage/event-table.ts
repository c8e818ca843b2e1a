import type { Db } from './database.js';
import { Query } from './query.js';

/** An event of the log as a row: where it is, and the bytes a read answers with. */
export interface StoredEvent {
  readonly position: number;
  readonly revision: number;
  readonly type: number;
  readonly record: Buffer;
}

/** What a filter needs to know of an event, without its bytes. */
export interface EventKey {
  readonly position: number;
  readonly stream: number;
  readonly revision: number;
  readonly type: number;
}

type EventRow = [position: number, revision: number, type: number, record: Buffer];
type KeyRow = [position: number, stream: number, revision: number, type: number];

/** A page of events in one row, which is read in half the time of a row for each: the records, and four numbers of each event. */
type PageRow = [records: Buffer | null, numbers: string | null];

const NUMBERS_OF_EVENT = 4;
const COLUMNS = 'position, revision, type, record';

/** The `events` table as readers see it, up to the end of what is on disk: the log in commit order, and each stream in revision order. */
export class EventTable {
  readonly #next;
  readonly #previous;
  readonly #exists;
  readonly #range;
  readonly #keys;
  readonly #keysBefore;
  readonly #at;
  readonly #streamLast;
  readonly #streamEvent;
  readonly #streamRange;
  readonly #tail;

  /** @param end the position in front of which all is on disk */
  constructor(
    db: Db,
    private readonly end: () => number,
  ) {
    const query = <Row extends readonly unknown[]>(sql: string) => new Query<Row>(db, sql);
    this.#next = query<[number | null]>('SELECT min(position) FROM events WHERE position >= ?');
    this.#previous = query<[number | null]>('SELECT max(position) FROM events WHERE position < ?');
    this.#exists = query('SELECT 1 FROM events WHERE position = ?');
    this.#range = query<PageRow>(`
      SELECT CAST(group_concat(record, '') AS BLOB), group_concat(position || ' ' || revision || ' ' || type || ' ' || length(record), ' ')
      FROM (SELECT ${COLUMNS} FROM events WHERE position >= ? AND position < ? ORDER BY position)
    `);
    this.#keys = query<KeyRow>('SELECT position, stream, revision, type FROM events WHERE position >= ? AND position < ? ORDER BY position LIMIT ?');
    this.#keysBefore = query<KeyRow>('SELECT position, stream, revision, type FROM events WHERE position < ? ORDER BY position DESC LIMIT ?');
    this.#at = query<EventRow>(`SELECT ${COLUMNS} FROM events WHERE position = ?`);
    this.#streamLast = query<[number]>('SELECT revision FROM events WHERE stream = ? AND position < ? ORDER BY revision DESC LIMIT 1');
    this.#streamEvent = query<EventRow>(`SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision = ? AND position < ?`);
    this.#streamRange = query<EventRow>(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision >= ? AND revision <= ? AND position < ? ORDER BY revision`,
    );
    this.#tail = query<[stream: number, revision: number, record: Buffer]>('SELECT stream, revision, record FROM events WHERE position < ? ORDER BY position DESC LIMIT ?');
  }

  /** The first position at or after `position`. */
  next(position: number): number | undefined {
    const next = this.#next.one(position)?.[0] ?? undefined;
    return next !== undefined && next < this.end() ? next : undefined;
  }

  /** The last position before `position`. */
  previous(position: number): number | undefined {
    return this.#previous.one(Math.min(position, this.end()))?.[0] ?? undefined;
  }

  exists(position: number): boolean {
    return position < this.end() && this.#exists.one(position) !== undefined;
  }

  at(position: number): StoredEvent | undefined {
    return position < this.end() ? toEvent(this.#at.one(position)) : undefined;
  }

  /** Events from `from` inclusive to `to` exclusive, in log order. */
  range(from: number, to: number): StoredEvent[] {
    const [records, numbers] = this.#range.one(from, Math.min(to, this.end())) ?? [null, null];
    return records === null || numbers === null ? [] : pageToEvents(records, numbers.split(' '));
  }

  /** Keys of at most `limit` events from `from` on, in log order. */
  keys(from: number, limit: number): EventKey[] {
    return this.#keys.all(from, this.end(), limit).map(rowToKey);
  }

  /** Keys of at most `limit` events before `position`, newest first. */
  keysBefore(position: number, limit: number): EventKey[] {
    return this.#keysBefore.all(Math.min(position, this.end()), limit).map(rowToKey);
  }

  /** The last revision of a stream, or undefined when it has no event. */
  lastRevision(stream: number): number | undefined {
    return this.#streamLast.one(stream, this.end())?.[0];
  }

  ofStream(stream: number, revision: number): StoredEvent | undefined {
    return toEvent(this.#streamEvent.one(stream, revision, this.end()));
  }

  /** Events of a stream from revision `from` to `to`, both inclusive, ascending. */
  streamRange(stream: number, from: number, to: number): StoredEvent[] {
    return this.#streamRange.all(stream, from, to, this.end()).map(rowToEvent);
  }

  /** The newest `limit` events of the log, newest first, one at a time. */
  *tail(limit: number): Generator<{ stream: number; revision: number; record: Buffer }> {
    for (const [stream, revision, record] of this.#tail.each(this.end(), limit)) yield { stream, revision, record };
  }
}

function toEvent(row: EventRow | undefined): StoredEvent | undefined {
  return row && rowToEvent(row);
}

function rowToEvent([position, revision, type, record]: EventRow): StoredEvent {
  return { position, revision, type, record };
}

function pageToEvents(records: Buffer, numbers: readonly string[]): StoredEvent[] {
  const events: StoredEvent[] = [];
  let start = 0;
  for (let n = 0; n < numbers.length; n += NUMBERS_OF_EVENT) {
    const end = start + Number(numbers[n + 3]);
    events.push({ position: Number(numbers[n]), revision: Number(numbers[n + 1]), type: Number(numbers[n + 2]), record: records.subarray(start, end) });
    start = end;
  }
  return events;
}

function rowToKey([position, stream, revision, type]: KeyRow): EventKey {
  return { position, stream, revision, type };
}
