import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CLOCK, ReadModels, companyId, type Actor, type Clock, type Facets, type PartyReader, type ScopedReader } from '#event-sourcing';
import { answerFacetedList, counters, DEFAULT_LIMIT, liveEvents, type CompanyQuery, type Counter, type FacetedList, type ListAnswer } from '#platform';
import { EXPORT_CHANNEL_LABELS, ORDER_STATUS_LABELS, PROTECTION_LABELS, TRANSPORT_MODE_LABELS } from '../labels.js';
import { COUNTED_FIELDS, countedValues, orderBook, type OrderRow } from '../order-book.js';
import { TODO_TOPICS } from '../todos.js';
import { orderItem, orderPage, type OrderItem, type OrderPage } from './order-item.js';
import { countedFilter, listOrder, needsCounting, uncountedFilter, type OrderQuery } from './order-query.js';
import type { Side } from './side.js';
import { TODO_FIELDS, todoItem, type TodoItem, type TodoQuery } from './todo-item.js';

/** The counters beside a list, each under all filters but its own. */
export interface OrderFacets {
  readonly status: readonly Counter[];
  readonly protection: readonly Counter[];
  readonly exportChannel: readonly Counter[];
  readonly transportMode: readonly Counter[];
}

/** A page of an order list. */
export type OrderList = FacetedList<OrderItem, OrderFacets>;

const orderFacets = ({ byDimension }: Facets): OrderFacets => ({
  status: counters(ORDER_STATUS_LABELS, byDimension['status']),
  protection: counters(PROTECTION_LABELS, byDimension['protection']),
  exportChannel: counters(EXPORT_CHANNEL_LABELS, byDimension['exportChannel']),
  transportMode: counters(TRANSPORT_MODE_LABELS, byDimension['transportMode']),
});

/** Trade orders for one caller: the supplier's own, the buyer's that name his address. What is another's is answered as what does not exist: `NotFound`. */
@Injectable()
export class OrderQueries {
  constructor(
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws a `Refusal` for a foreign company or a bad cursor, `StoreUnavailable` if the list does not get to `minPosition` in time. */
  async list(side: Side, actor: Actor, query: OrderQuery, minPosition: number | undefined): Promise<OrderList> {
    const reader = this.readerFor(side, actor, query);
    await reader.atLeast(minPosition);
    return answerFacetedList({
      ...{ reader, query, counted: countedFilter(query), uncounted: uncountedFilter(query), fields: COUNTED_FIELDS, dimensions: countedValues, order: listOrder(query) },
      // Counters are kept for suppliers.
      keptFacets: side === 'buyer' || needsCounting(query) ? undefined : (filter) => this.ownersReader(actor, query).facets(filter),
      item: (row) => orderItem(row, actor),
      counters: orderFacets,
    });
  }

  /** What is to be done with the orders, the first that is due first. */
  async todos(side: Side, actor: Actor, query: TodoQuery, minPosition: number | undefined): Promise<ListAnswer<TodoItem>> {
    const reader = this.readerFor(side, actor, query);
    await reader.atLeast(minPosition);
    const where = { [TODO_FIELDS[side]]: { $in: query.topic ?? TODO_TOPICS }, companyId: query.companyId };
    const order = { field: 'dueAt', direction: 1 } as const;
    const [page, total] = await Promise.all([reader.page({ where, order, limit: query.limit ?? DEFAULT_LIMIT, cursor: query.cursor }), reader.count(where)]);
    const now = this.clock.now();
    return { items: page.items.flatMap((row) => todoItem(row, side, now)), total, nextCursor: page.nextCursor };
  }

  /** One order. */
  async page(side: Side, actor: Actor, orderNo: string, minPosition: number | undefined): Promise<OrderPage> {
    const reader = this.readerFor(side, actor);
    await reader.atLeast(minPosition, orderNo);
    return orderPage(await reader.get('tradeOrder', orderNo), actor);
  }

  /** The rows of the list as they change. Throws a `Refusal` for a foreign company. */
  liveList(side: Side, actor: Actor, query: CompanyQuery, after: string | undefined): Observable<MessageEvent> {
    return liveEvents(this.readerFor(side, actor, query).changes({ after }), (row) => (query.companyId === undefined || row.companyId === query.companyId ? orderItem(row, actor) : undefined));
  }

  /** One order as it changes. */
  async livePage(side: Side, actor: Actor, orderNo: string, after: string | undefined): Promise<Observable<MessageEvent>> {
    const reader = this.readerFor(side, actor);
    await reader.get('tradeOrder', orderNo);
    return liveEvents(reader.changes({ after, id: orderNo }), (row) => orderPage(row, actor));
  }

  private readerFor(side: Side, actor: Actor, query: CompanyQuery = {}): PartyReader<OrderRow> {
    return side === 'buyer' ? this.readModels.of(orderBook).forParty(actor, 'buyer') : this.ownersReader(actor, query);
  }

  private ownersReader(actor: Actor, { companyId: company }: CompanyQuery): ScopedReader<OrderRow> {
    return this.readModels.of(orderBook).for(actor, company === undefined ? undefined : companyId(company));
  }
}
