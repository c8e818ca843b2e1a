import { randomUUID } from 'node:crypto';
import { isSoftDeleted, isTombstoned, NO_EVENT, TOMBSTONE, type StreamState } from '../storage/stream-state.js';
import { streamDeleted } from '../rpc-error.js';
import type { StreamSubscription } from './read-request.js';
import { CAUGHT_UP, confirmation, WAIT, type Step } from './answers.js';
import { presenter } from './presenter.js';
import type { Streams } from './streams.js';
import { pageForwards, STREAM_PAGE } from './stream-pages.js';

/**
 * Answers a subscription to one stream: what is there after the start, and then what is written. Nothing is queued
 * for a slow reader; it is served from the database when it takes more.
 *
 * @throws RpcError FAILED_PRECONDITION when the stream has, or gets, a tombstone
 */
export function* subscribeToStream(streams: Streams, request: StreamSubscription): Generator<Step> {
  const present = presenter(streams.log, request);
  const isClosed = isTombstoned(streams.get(request.stream));
  if (isClosed && request.from !== 'end') throw streamDeleted(request.stream);
  yield confirmation(randomUUID());
  let next = firstRevision(streams.get(request.stream), request);
  let isLive = request.from === 'end';
  if (isLive) yield CAUGHT_UP;
  for (;;) {
    const stream = streams.get(request.stream);
    if (isTombstoned(stream) && !isClosed) yield* endByTombstone(streams, stream, present);
    const page = pageForwards(streams, stream, next, STREAM_PAGE);
    for (const event of page.events) yield present(event);
    // A soft delete hides everything but leaves the way on to the next revision.
    if (page.isEnd || !isSoftDeleted(stream)) next = Math.max(next, page.next);
    if (hasMore(streams.get(request.stream), next)) continue;
    if (!isLive && stream.lastRevision !== NO_EVENT && !isSoftDeleted(stream)) {
      isLive = true;
      yield CAUGHT_UP;
      continue;
    }
    yield WAIT;
  }
}

/** Also asks for what was written while the reader took what it was given: no commit is told of while it does. */
function hasMore(stream: Readonly<StreamState>, next: number): boolean {
  return next <= stream.lastRevision && !isSoftDeleted(stream);
}

function firstRevision(stream: Readonly<StreamState>, { from }: StreamSubscription): number {
  if (from === 'start') return 0;
  return from === 'end' ? stream.lastRevision + 1 : from + 1;
}

function* endByTombstone(
  streams: Streams,
  stream: Readonly<StreamState>,
  present: ReturnType<typeof presenter>,
): Generator<Step> {
  const [tombstone] = streams.range(stream, TOMBSTONE, TOMBSTONE);
  if (tombstone) yield present(tombstone);
  throw streamDeleted(stream.name);
}
