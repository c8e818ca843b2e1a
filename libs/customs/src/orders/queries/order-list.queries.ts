import { Inject, Injectable } from '@nestjs/common';
import { ReadModels, companyId, type Actor } from '#event-sourcing';
import { answerFacetedList, type FacetedList } from '#platform';
import { COUNTED_FIELDS, countedValues, orderDashboard } from '../order-dashboard.js';
import { orderFacets, type OrderFacets } from './order-list-facets.js';
import { orderListItem, type OrderListItem } from './order-list-item.js';
import { countedFilter, needsCounting, uncountedFilter, type OrderListQuery } from './order-list-query.js';

/** A page of the order list. */
export type OrderList = FacetedList<OrderListItem, OrderFacets>;

/** 全部订单 for one caller. */
@Injectable()
export class OrderListQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** Throws a `Refusal` for a foreign company or a bad cursor, `StoreUnavailable` if the list does not get to `minPosition` in time. */
  async list(actor: Actor, query: OrderListQuery, minPosition: number | undefined): Promise<OrderList> {
    const reader = this.readModels.of(orderDashboard).for(actor, query.companyId === undefined ? undefined : companyId(query.companyId));
    await reader.atLeast(minPosition);
    return answerFacetedList({
      ...{ reader, query, counted: countedFilter(query), uncounted: uncountedFilter(query), fields: COUNTED_FIELDS, dimensions: countedValues },
      keptFacets: needsCounting(query) ? undefined : (filter) => reader.facets(filter),
      // Dates narrow too; with both, the store finds out which of them does it better.
      narrowedBy: query.orderedFrom === undefined && query.orderedTo === undefined ? 'keywords' : undefined,
      order: { field: 'orderedAt', direction: query.sort === 'orderedAt' ? 1 : -1 },
      item: (row) => orderListItem(row, actor),
      counters: orderFacets,
    });
  }
}
