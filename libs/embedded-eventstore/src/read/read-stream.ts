import { isSoftDeleted, isTombstoned, NO_EVENT, type StreamState } from '../storage/stream-state.js';
import { invalidArgument, streamDeleted } from '../rpc-error.js';
import type { StreamRead } from './read-request.js';
import { firstStreamPosition, lastStreamPosition, streamNotFound, type Step } from './answers.js';
import { presenter } from './presenter.js';
import type { Streams } from './streams.js';
import { pageBackwards, pageForwards, STREAM_PAGE } from './stream-pages.js';

/**
 * Answers a read of one stream, a page of the database at a time, as fast as the caller takes the answers.
 *
 * @throws RpcError FAILED_PRECONDITION when the stream has a tombstone; INVALID_ARGUMENT when read forwards from its end
 */
export function* readStream(streams: Streams, request: StreamRead): Generator<Step> {
  const stream = streams.get(request.stream);
  if (isTombstoned(stream)) throw streamDeleted(request.stream);
  if (stream.lastRevision === NO_EVENT || isSoftDeleted(stream)) {
    yield streamNotFound(request.stream);
    return;
  }
  yield* request.backwards ? backwards(streams, stream, request) : forwards(streams, stream, request);
  if (request.compatibility >= 1) yield lastStreamPosition(streams.get(request.stream).lastRevision);
}

function* forwards(streams: Streams, stream: Readonly<StreamState>, request: StreamRead): Generator<Step> {
  if (request.from === 'end') throw invalidArgument('a stream cannot be read forwards from its end');
  const present = presenter(streams.log, request);
  let next = request.from === 'start' ? 0 : request.from;
  for (let left = request.count; left > 0; ) {
    const page = pageForwards(streams, stream, next, Math.min(STREAM_PAGE, left));
    if (page.events.length === 0 && request.compatibility >= 1) yield firstStreamPosition(page.next);
    for (const event of page.events) yield present(event);
    if (page.isEnd) return;
    next = page.next;
    left -= page.events.length;
  }
}

function* backwards(streams: Streams, stream: Readonly<StreamState>, request: StreamRead): Generator<Step> {
  const present = presenter(streams.log, request);
  let next = startOfBackwards(request, stream);
  for (let left = request.count; left > 0; ) {
    const page = pageBackwards(streams, stream, next, Math.min(STREAM_PAGE, left));
    for (const event of page.events) yield present(event);
    if (page.isEnd) return;
    next = page.next;
    left -= page.events.length;
  }
}

function startOfBackwards({ from }: StreamRead, stream: Readonly<StreamState>): number {
  if (from === 'start') return 0;
  return from === 'end' ? stream.lastRevision : from;
}
