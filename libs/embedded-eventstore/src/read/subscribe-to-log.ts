import { randomUUID } from 'node:crypto';
import type { FilterRequest, LogSubscription } from './read-request.js';
import type { EventLog } from '../storage/event-log.js';
import { CAUGHT_UP, checkpoint, confirmation, WAIT, type Step } from './answers.js';
import { eventFilter } from './event-filter.js';
import { presenter } from './presenter.js';
import { KEY_PAGE, PAGE_BYTES, pickedFrom } from './read-log.js';

/**
 * Answers a subscription to the whole log: what is there after the start, and then what is written. Nothing is queued
 * for a slow reader; it is served from the database when it takes more.
 */
export function* subscribeToLog(log: EventLog, request: LogSubscription): Generator<Step> {
  yield confirmation(randomUUID());
  const start = firstPosition(log, request);
  const pages = request.filter ? new FilteredPages(log, request, request.filter) : new Pages(log, request);
  let isLive = false;
  for (let next = start; ; ) {
    next = yield* pages.from(next);
    if (next < log.end) continue;
    if (!isLive) {
      isLive = true;
      yield CAUGHT_UP;
      // No commit is told of while the reader takes what it was given.
      continue;
    }
    yield WAIT;
  }
}

function firstPosition(log: EventLog, { from }: LogSubscription): number {
  if (from === 'start') return 0;
  return from === 'end' ? log.end : Math.min(from + 1, log.end);
}

/** All events, a page at a time. */
class Pages {
  readonly #present;

  constructor(
    private readonly log: EventLog,
    request: LogSubscription,
  ) {
    this.#present = presenter(log, request);
  }

  /** Answers one page of events from a position on; returns where the next page starts, which is the end of the log when there is none. */
  *from(start: number): Generator<Step, number> {
    const { end, events } = this.log;
    const first = events.next(start);
    if (first === undefined) return end;
    const to = Math.min(first + PAGE_BYTES, end);
    for (const event of events.range(first, to)) yield this.#present(event);
    return to;
  }
}

/**
 * The events a filter lets through, and after every so many events, matching or not, a checkpoint, so that a
 * subscriber to rare events can resume near the end of the log.
 */
class FilteredPages {
  readonly #present;
  readonly #wanted;
  #passed = 0;

  constructor(
    private readonly log: EventLog,
    request: LogSubscription,
    private readonly filter: FilterRequest,
  ) {
    this.#present = presenter(log, request);
    this.#wanted = eventFilter(log, filter);
  }

  /** Answers one page of events from a position on; returns where the next page starts, which is the end of the log when there is none. */
  *from(start: number): Generator<Step, number> {
    const { end, events } = this.log;
    const keys = events.keys(start, KEY_PAGE);
    for (const [{ position }, event] of pickedFrom(this.log, keys, this.#wanted)) {
      if (event) yield this.#present(event);
      if (this.#isCheckpointDue()) yield checkpoint(position);
    }
    const last = keys.at(-1);
    return last && keys.length === KEY_PAGE ? last.position + 1 : end;
  }

  #isCheckpointDue(): boolean {
    this.#passed++;
    if (this.filter.checkpointInterval === 0 || this.#passed < this.filter.checkpointInterval) return false;
    this.#passed = 0;
    return true;
  }
}
