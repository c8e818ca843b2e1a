import { Inject, Injectable } from '@nestjs/common';
import { ReadModels, companyId, countFacets, type Actor, type Facets, type Kept, type Page, type PageRequest, type ScopedReader } from '#event-sourcing';
import { DEFAULT_LIMIT } from '#platform';
import { COUNTED_FIELDS, countedValues, orderDashboard, type OrderRow } from '../order-dashboard.js';
import { orderFacets, type OrderFacets } from './order-list-facets.js';
import { orderListItem, type OrderListItem } from './order-list-item.js';
import { countedFilter, listFilter, needsCounting, uncountedFilter, type OrderListQuery } from './order-list-query.js';

/** A page of the order list. */
export interface OrderList {
  readonly items: readonly OrderListItem[];
  /** All orders that the filters let through, exactly. */
  readonly total: number;
  readonly facets: OrderFacets;
  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** 全部订单 for one caller. */
@Injectable()
export class OrderListQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** Throws a `Refusal` for a foreign company or a bad cursor, `StoreUnavailable` if the list does not get to `minPosition` in time. */
  async list(actor: Actor, query: OrderListQuery, minPosition: number | undefined): Promise<OrderList> {
    const reader = this.readModels.of(orderDashboard).for(actor, query.companyId === undefined ? undefined : companyId(query.companyId));
    await reader.atLeast(minPosition);
    const { limit = DEFAULT_LIMIT, cursor, sort } = query;
    const request: PageRequest<OrderRow> = { where: listFilter(query), order: { field: 'orderedAt', direction: sort === 'orderedAt' ? 1 : -1 }, limit, cursor };
    const { page, facets } = await (needsCounting(query) ? searched(reader, query, request) : browsed(reader, query, request));
    return { items: page.items.map((row) => orderListItem(row, actor)), total: facets.total, facets: orderFacets(facets), nextCursor: page.nextCursor };
  }
}

interface Found {
  readonly page: Page<Kept<OrderRow>>;
  readonly facets: Facets;
}

/** By filters that the kept counters know: costs as much as the page is long. */
const browsed = async (reader: ScopedReader<OrderRow>, query: OrderListQuery, request: PageRequest<OrderRow>): Promise<Found> => {
  const [page, facets] = await Promise.all([reader.page(request), reader.facets(countedFilter(query))]);
  return { page, facets };
};

/** Matches up to which it is cheaper to sort them all than to walk the whole list in order until a page of them is found. */
const FEW = 20_000;

/** By keyword or dates: the counters are counted from the matching rows. */
const searched = async (reader: ScopedReader<OrderRow>, query: OrderListQuery, request: PageRequest<OrderRow>): Promise<Found> => {
  // Dates narrow too; with both, the store finds out which of them does it better.
  const narrowedBy = query.orderedFrom === undefined && query.orderedTo === undefined ? 'keywords' : undefined;
  const groups = await reader.groups(uncountedFilter(query), COUNTED_FIELDS, narrowedBy);
  const matches = groups.reduce((sum, { count }) => sum + count, 0);
  const page = await reader.page({ ...request, narrowedBy: matches <= FEW ? narrowedBy : undefined });
  const cells = groups.map(({ values, count }) => ({ values: countedValues(values), count }));
  return { page, facets: countFacets(cells, countedFilter(query)) };
};
