import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ReadModels, companyId, type Actor } from '#event-sourcing';
import { liveEvents, type CompanyQuery } from '#platform';
import { orderDashboard } from '../order-dashboard.js';
import { orderDetail } from '../order-detail.js';
import { orderListItem } from './order-list-item.js';
import { orderPage } from './order-page.js';

/** Orders as they change, as server-sent events: `sync` says that the resource is to be read (again), `order` carries it as it is now. */
@Injectable()
export class LiveQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** The rows of the order list, drafts left out. Throws a `Refusal` for a foreign company. */
  list(actor: Actor, { companyId: company }: CompanyQuery, after: string | undefined): Observable<MessageEvent> {
    const orders = this.readModels.of(orderDashboard).for(actor, company === undefined ? undefined : companyId(company));
    return liveEvents(orders.changes({ after }), (row) => (row.orderedAt === null ? undefined : orderListItem(row, actor)));
  }

  /** One order, as its page shows it. Rejects with `NotFound` if the caller may not see it. */
  async order(actor: Actor, orderNo: string, after: string | undefined): Promise<Observable<MessageEvent>> {
    const orders = this.readModels.of(orderDetail).for(actor);
    await orders.get('customsOrder', orderNo);
    return liveEvents(orders.changes({ after, id: orderNo }), (row) => orderPage(row, actor));
  }
}
