import type { EventLog } from '../storage/event-log.js';
import type { EventKey, StoredEvent } from '../storage/event-table.js';
import { invalidArgument } from '../rpc-error.js';
import type { LogRead } from './read-request.js';
import type { Step } from './answers.js';
import { eventFilter } from './event-filter.js';
import { presenter } from './presenter.js';

/**
 * Bytes of records per query: what the socket buffers hold, so that the client has something to read during the query.
 * In bytes, so that a page of large events takes no more memory than one of small ones.
 */
export const PAGE_BYTES = 32 * 1024;
/** Events per query when only their keys are looked at. */
export const KEY_PAGE = 1_000;

/**
 * Answers a read of the whole log, a page of the database at a time, as fast as the caller takes the answers.
 * Forwards the position is inclusive, backwards exclusive.
 *
 * @throws RpcError INVALID_ARGUMENT when the position is not that of an event
 */
export function* readLog(log: EventLog, request: LogRead): Generator<Step> {
  const start = startPosition(log, request);
  const present = presenter(log, request);
  let left = request.count;
  for (const event of events(log, request, start)) {
    yield present(event);
    if (--left === 0) return;
  }
}

function events(log: EventLog, { backwards, filter }: LogRead, start: number): Iterable<StoredEvent> {
  if (!filter) return backwards ? recordsBackwards(log, start) : recordsForwards(log, start);
  const wanted = eventFilter(log, filter);
  return backwards ? filteredBackwards(log, start, wanted) : filteredForwards(log, start, wanted);
}

function startPosition(log: EventLog, { from, backwards }: LogRead): number {
  if (from === 'start') return 0;
  if (from === 'end' || from === log.end) return log.end;
  if (from > log.end && !backwards) return log.end;
  if (from !== 0 && !log.events.exists(from)) throw invalidArgument(`${from} is not the position of an event`);
  return from;
}

function* recordsForwards(log: EventLog, start: number): Generator<StoredEvent> {
  for (let next = log.events.next(start); next !== undefined; ) {
    const to: number = next + PAGE_BYTES;
    yield* log.events.range(next, to);
    next = log.events.next(to);
  }
}

function* recordsBackwards(log: EventLog, start: number): Generator<StoredEvent> {
  for (let last = log.events.previous(start); last !== undefined; ) {
    const from: number = last - PAGE_BYTES;
    yield* log.events.range(from, last + 1).reverse();
    last = log.events.previous(from);
  }
}

function* filteredForwards(log: EventLog, start: number, wanted: (key: EventKey) => boolean): Generator<StoredEvent> {
  for (let next = start; ; ) {
    const page = log.events.keys(next, KEY_PAGE);
    for (const [, event] of pickedFrom(log, page, wanted)) if (event) yield event;
    const last = page.at(-1);
    if (!last || page.length < KEY_PAGE) return;
    next = last.position + 1;
  }
}

function* filteredBackwards(log: EventLog, start: number, wanted: (key: EventKey) => boolean): Generator<StoredEvent> {
  for (let before = start; ; ) {
    const page = log.events.keysBefore(before, KEY_PAGE);
    for (const key of page) {
      const event = wanted(key) ? log.events.at(key.position) : undefined;
      if (event) yield event;
    }
    const last = page.at(-1);
    if (!last || page.length < KEY_PAGE) return;
    before = last.position;
  }
}

/**
 * Goes through events that follow each other in the log, and reads those that are wanted: of several in a row a page at a time, which takes a fraction of
 * what reading each of them would.
 */
export function* pickedFrom(log: EventLog, keys: readonly EventKey[], wanted: (key: EventKey) => boolean): Generator<readonly [EventKey, StoredEvent | undefined]> {
  let page: readonly StoredEvent[] = [];
  let read = 0;
  for (const [index, key] of keys.entries()) {
    if (!wanted(key)) {
      yield [key, undefined];
      continue;
    }
    if (read === page.length) {
      page = log.events.range(key.position, endOfRow(keys, index, wanted));
      read = 0;
    }
    yield [key, page[read++]];
  }
}

/** Where a row of wanted events ends, or the page with its beginning. */
function endOfRow(keys: readonly EventKey[], first: number, wanted: (key: EventKey) => boolean): number {
  const from = keys[first]?.position ?? 0;
  let to = from;
  for (let index = first; ; index++) {
    const key = keys[index];
    if (!key || key.position >= from + PAGE_BYTES || !wanted(key)) return to + 1;
    to = key.position;
  }
}
