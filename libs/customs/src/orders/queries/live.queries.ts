import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import { EMPTY, endWith, interval, map, merge, mergeMap, of, takeUntil, takeWhile, timer, type Observable } from 'rxjs';
import { ReadModels, companyId, type Actor, type Change } from '#event-sourcing';
import { orderDashboard } from '../order-dashboard.js';
import { orderDetail } from '../order-detail.js';
import { orderListItem } from './order-list-item.js';
import { orderPage } from './order-page.js';
import type { CompanyQuery } from './read-query.js';

/** So often a silent stream shows that it is alive, milliseconds; proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 20_000;

/** So long a stream lasts, milliseconds; then the client reconnects by itself, and its credentials are looked at again. */
const LIFETIME_MS = 15 * 60_000;

/** Orders as they change, as server-sent events: `sync` says that the resource is to be read (again), `order` carries it as it is now. */
@Injectable()
export class LiveQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** The rows of the order list, drafts left out. Throws a `Refusal` for a foreign company. */
  list(actor: Actor, { companyId: company }: CompanyQuery, after: string | undefined): Observable<MessageEvent> {
    const orders = this.readModels.of(orderDashboard).for(actor, company === undefined ? undefined : companyId(company));
    return asEvents(orders.changes({ after }), (row) => (row.orderedAt === null ? undefined : orderListItem(row, actor)));
  }

  /** One order, as its page shows it. Rejects with `NotFound` if the caller may not see it. */
  async order(actor: Actor, orderNo: string, after: string | undefined): Promise<Observable<MessageEvent>> {
    const orders = this.readModels.of(orderDetail).for(actor);
    await orders.get('customsOrder', orderNo);
    return asEvents(orders.changes({ after, id: orderNo }), (row) => orderPage(row, actor));
  }
}

/** Ends the heartbeat with the changes. */
const OVER: MessageEvent = {};

const asEvents = <Row>(changes: Observable<Change<Row>>, shown: (row: Extract<Change<Row>, { kind: 'row' }>['row']) => object | undefined): Observable<MessageEvent> => {
  const events = changes.pipe(
    mergeMap((change): Observable<MessageEvent> => {
      if (change.kind === 'sync') return of({ type: 'sync', id: change.token, data: {} });
      const data = shown(change.row);
      return data === undefined ? EMPTY : of({ type: 'order', id: change.token, data });
    }),
    endWith(OVER),
  );
  const heartbeat = interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ comment: 'alive' })));
  return merge(events, heartbeat).pipe(
    takeWhile((event) => event !== OVER),
    takeUntil(timer(LIFETIME_MS)),
  );
};
