import { chosenFacets, facetedMatch, Flag, InstantString, List, ListQuery, OneOf, Optional, Text } from '#platform';
import { startingWith, type FacetFilter, type Match } from '#event-sourcing';
import { DECLARATION_STATUSES, SERVICES, TRANSMISSION_STATUSES, type DeclarationStatus, type Instant, type OrderStatus, type Service, type TransmissionStatus } from '../values.js';
import type { OrderRow } from '../order-dashboard.js';
import { countriesNamed } from './countries.js';
import { EXPORT_MODE_LABELS, ORDER_TABS, PLACED_STATUSES, PROGRESS_STATUSES } from './order-vocabulary.js';

/** The order list: filters, order and page. A filter with several values lets through rows with any of them; all filters hold. */
export class OrderListQuery extends ListQuery {
  @Optional()
  @OneOf(['ALL', ...ORDER_TABS], { context: { rule: '9710-R38' } })
  tab?: 'ALL' | OrderStatus;

  @Optional()
  @List({ max: 20 })
  @OneOf(PLACED_STATUSES, { each: true })
  status?: OrderStatus[];

  /** 报关状态 (9710-R41). */
  @Optional()
  @List({ max: 20 })
  @OneOf(PROGRESS_STATUSES, { each: true, context: { rule: '9710-R41' } })
  progress?: OrderStatus[];

  @Optional()
  @List({ max: 20 })
  @OneOf(TRANSMISSION_STATUSES, { each: true })
  transmission?: TransmissionStatus[];

  @Optional()
  @List({ max: 20 })
  @OneOf(DECLARATION_STATUSES, { each: true })
  declaration?: DeclarationStatus[];

  @Optional()
  @List({ max: 20 })
  @OneOf(Object.keys(EXPORT_MODE_LABELS), { each: true, context: { rule: '9710-R39' } })
  exportMode?: string[];

  @Optional()
  @List({ max: 20 })
  @OneOf(SERVICES, { each: true, context: { rule: '9710-R40' } })
  service?: Service[];

  /** 只看信保发货订单 (9710-R41); false for the others only. */
  @Optional()
  @Flag({ context: { rule: '9710-R41' } })
  tradeAssurance?: boolean;

  /** Beginning of order no., remark no., trade-assurance no. or trade country, by code or name (9710-R42). */
  @Optional()
  @Text(1, 100, { context: { rule: '9710-R42' } })
  keyword?: string;

  /** First instant of 下单时间, inclusive (9710-R43). */
  @Optional()
  @InstantString({ context: { rule: '9710-R43' } })
  orderedFrom?: string;

  /** Last instant of 下单时间, exclusive (9710-R43). */
  @Optional()
  @InstantString({ context: { rule: '9710-R43' } })
  orderedTo?: string;

  /** Newest first unless asked otherwise (9710-R50). */
  @Optional()
  @OneOf(['-orderedAt', 'orderedAt'])
  sort?: '-orderedAt' | 'orderedAt';
}

/** Tab, status and progress all speak of the status; what lets an order through must be in each of them. */
const statuses = ({ tab, status, progress }: OrderListQuery): readonly OrderStatus[] | undefined => {
  const asked = [tab === undefined || tab === 'ALL' ? undefined : [tab], status, progress].filter((values) => values !== undefined);
  return asked.length === 0 ? undefined : PLACED_STATUSES.filter((value) => asked.every((values) => values.includes(value)));
};

const scenes = ({ tradeAssurance }: OrderListQuery): readonly string[] | undefined =>
  tradeAssurance === undefined ? undefined : [tradeAssurance ? 'trade-assurance' : 'cross-border'];

/** The filters that the kept counters know. */
export const countedFilter = (query: OrderListQuery): FacetFilter => {
  const { transmission, declaration, exportMode, service } = query;
  return chosenFacets({ status: statuses(query), transmission, declaration, exportMode, services: service, scene: scenes(query) });
};

/** Whether a filter is used that the kept counters do not know. */
export const needsCounting = ({ keyword, orderedFrom, orderedTo }: OrderListQuery): boolean => (keyword ?? orderedFrom ?? orderedTo) !== undefined;

/** A name of one letter would bring the countries of half the world. */
const MIN_NAME = 2;

const matching = (keyword: string): RegExp => {
  const text = keyword.trim().toLowerCase();
  const countries = text.length < MIN_NAME ? [] : countriesNamed(text);
  const beginning = startingWith(text);
  return countries.length === 0 ? beginning : new RegExp(`${beginning.source}|^(?:${countries.join('|').toLowerCase()})$`);
};

/** An instant as rows keep it, with milliseconds, so that texts compare as instants do. */
const kept = (instant: string): Instant => new Date(instant).toISOString();

/** Keyword and date range; drafts, which have no order date, are never listed. */
export const uncountedFilter = ({ keyword, orderedFrom, orderedTo }: OrderListQuery): Match<OrderRow> => ({
  orderedAt: { $gte: orderedFrom === undefined ? '' : kept(orderedFrom), ...(orderedTo !== undefined && { $lt: kept(orderedTo) }) },
  ...(keyword !== undefined && { keywords: matching(keyword) }),
});

/** Which rows the list shows. */
export const listFilter = (query: OrderListQuery): Match<OrderRow> => facetedMatch(uncountedFilter(query), countedFilter(query));
