import type { StoredEvent } from '../storage/event-table.js';
import { firstReadable, type StreamState } from '../storage/stream-state.js';
import { decodeContent } from '../wire/record.js';
import type { Streams } from './streams.js';

/** Revisions looked at per query. EventStoreDB's own page, which shows in when it reports the first revision. */
export const STREAM_PAGE = 32;

/** The readable events among one page of revisions. */
export interface StreamPage {
  readonly events: StoredEvent[];
  /** The revision the next page starts with. */
  readonly next: number;
  readonly isEnd: boolean;
}

/**
 * Reads up to `count` revisions from `from` on, leaving out what the stream's metadata hides. A page that lies
 * before the first readable revision is empty and leads there.
 */
export function pageForwards(streams: Streams, stream: Readonly<StreamState>, from: number, count: number): StreamPage {
  const to = from + count - 1;
  const first = firstReadable(stream);
  if (to < first) return { events: [], next: first, isEnd: false };
  const isEnd = to >= stream.lastRevision;
  const events = readable(streams, stream, Math.max(from, first), to);
  return { events, next: isEnd ? stream.lastRevision + 1 : to + 1, isEnd };
}

/** Reads up to `count` revisions from `from` down. */
export function pageBackwards(streams: Streams, stream: Readonly<StreamState>, from: number, count: number): StreamPage {
  const first = firstReadable(stream);
  const last = Math.min(from, stream.lastRevision);
  const start = Math.max(first, last - count + 1);
  const events = last < first ? [] : readable(streams, stream, start, last).reverse();
  return { events, next: start - 1, isEnd: start <= first };
}

function readable(streams: Streams, stream: Readonly<StreamState>, from: number, to: number): StoredEvent[] {
  const events = streams.range(stream, from, to);
  const { maxAge } = stream.metadata;
  if (maxAge === undefined) return events;
  const oldest = streams.log.now() - maxAge;
  return events.filter((event) => decodeContent(event.record).createdAt >= oldest);
}
