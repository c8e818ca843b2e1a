import type { Db } from './database.js';

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
    const query = (sql: string) => db.prepare(sql).raw();
    this.#next = query('SELECT min(position) FROM events WHERE position >= ?');
    this.#previous = query('SELECT max(position) FROM events WHERE position < ?');
    this.#exists = query('SELECT 1 FROM events WHERE position = ?');
    this.#range = query(`
      SELECT CAST(group_concat(record, '') AS BLOB), group_concat(position || ' ' || revision || ' ' || type || ' ' || length(record), ' ')
      FROM (SELECT ${COLUMNS} FROM events WHERE position >= ? AND position < ? ORDER BY position)
    `);
    this.#keys = query('SELECT position, stream, revision, type FROM events WHERE position >= ? AND position < ? ORDER BY position LIMIT ?');
    this.#keysBefore = query('SELECT position, stream, revision, type FROM events WHERE position < ? ORDER BY position DESC LIMIT ?');
    this.#at = query(`SELECT ${COLUMNS} FROM events WHERE position = ?`);
    this.#streamLast = query('SELECT revision FROM events WHERE stream = ? AND position < ? ORDER BY revision DESC LIMIT 1');
    this.#streamEvent = query(`SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision = ? AND position < ?`);
    this.#streamRange = query(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision >= ? AND revision <= ? AND position < ? ORDER BY revision`,
    );
    this.#tail = query('SELECT stream, revision, record FROM events WHERE position < ? ORDER BY position DESC LIMIT ?');
  }

  /** The first position at or after `position`. */
  next(position: number): number | undefined {
    const next = single(this.#next.get([position]));
    return next !== undefined && next < this.end() ? next : undefined;
  }

  /** The last position before `position`. */
  previous(position: number): number | undefined {
    return single(this.#previous.get([Math.min(position, this.end())]));
  }

  exists(position: number): boolean {
    return position < this.end() && this.#exists.get([position]) !== undefined;
  }

  at(position: number): StoredEvent | undefined {
    return position < this.end() ? toEvent(this.#at.get([position])) : undefined;
  }

  /** Events from `from` inclusive to `to` exclusive, in log order. */
  range(from: number, to: number): StoredEvent[] {
    const [records, numbers] = this.#range.get([from, Math.min(to, this.end())]) as PageRow;
    return records === null || numbers === null ? [] : pageToEvents(records, numbers.split(' '));
  }

  /** Keys of at most `limit` events from `from` on, in log order. */
  keys(from: number, limit: number): EventKey[] {
    return this.#keys.all([from, this.end(), limit]).map(rowToKey);
  }

  /** Keys of at most `limit` events before `position`, newest first. */
  keysBefore(position: number, limit: number): EventKey[] {
    return this.#keysBefore.all([Math.min(position, this.end()), limit]).map(rowToKey);
  }

  /** The last revision of a stream, or undefined when it has no event. */
  lastRevision(stream: number): number | undefined {
    return single(this.#streamLast.get([stream, this.end()]));
  }

  ofStream(stream: number, revision: number): StoredEvent | undefined {
    return toEvent(this.#streamEvent.get([stream, revision, this.end()]));
  }

  /** Events of a stream from revision `from` to `to`, both inclusive, ascending. */
  streamRange(stream: number, from: number, to: number): StoredEvent[] {
    return this.#streamRange.all([stream, from, to, this.end()]).map(rowToEvent);
  }

  /** The newest `limit` events of the log, newest first, one at a time. */
  *tail(limit: number): Generator<{ stream: number; revision: number; record: Buffer }> {
    for (const row of this.#tail.iterate([this.end(), limit])) {
      const [stream, revision, record] = row as [number, number, Buffer];
      yield { stream, revision, record };
    }
  }
}

function single(row: unknown): number | undefined {
  const [value] = (row ?? [null]) as [number | null];
  return value ?? undefined;
}

function toEvent(row: unknown): StoredEvent | undefined {
  return row === undefined ? undefined : rowToEvent(row);
}

function rowToEvent(row: unknown): StoredEvent {
  const [position, revision, type, record] = row as EventRow;
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

function rowToKey(row: unknown): EventKey {
  const [position, stream, revision, type] = row as KeyRow;
  return { position, stream, revision, type };
}
