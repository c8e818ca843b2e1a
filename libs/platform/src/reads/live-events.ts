import type { MessageEvent } from '@nestjs/common';
import { EMPTY, endWith, interval, map, merge, mergeMap, of, takeUntil, takeWhile, timer, type Observable } from 'rxjs';
import type { Change } from '#event-sourcing';

/** So often a silent stream shows that it is alive, milliseconds; proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 20_000;

/** So long a stream lasts, milliseconds; then the client reconnects by itself, and its credentials are looked at again. */
const LIFETIME_MS = 15 * 60_000;

/** Ends the heartbeat with the changes. */
const OVER: MessageEvent = {};

/**
 * Rows as they change, as server-sent events: `sync` says that the resource is to be read (again), an event of the type (`order` if none is given) carries
 * what is shown of a row; undefined shows nothing of it. The stream ends with the changes, or after a quarter of an hour.
 */
export const liveEvents = <Row>(changes: Observable<Change<Row>>, shown: (row: Extract<Change<Row>, { kind: 'row' }>['row']) => object | undefined, type = 'order'): Observable<MessageEvent> => {
  const events = changes.pipe(
    mergeMap((change): Observable<MessageEvent> => {
      if (change.kind === 'sync') return of({ type: 'sync', id: change.token, data: {} });
      const data = shown(change.row);
      return data === undefined ? EMPTY : of({ type, id: change.token, data });
    }),
    endWith(OVER),
  );
  const heartbeat = interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ comment: 'alive' })));
  return merge(events, heartbeat).pipe(
    takeWhile((event) => event !== OVER),
    takeUntil(timer(LIFETIME_MS)),
  );
};
