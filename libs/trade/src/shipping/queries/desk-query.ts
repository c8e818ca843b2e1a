import { startingWith, type FacetFilter, type Match } from '#event-sourcing';
import { chosenFacets, facetedMatch, Flag, List, ListQuery, OneOf, Optional, Text } from '#platform';
import { EXPORT_CHANNEL_LABELS, TRANSPORT_MODE_LABELS } from '../../orders/labels.js';
import { SHIP_STATUSES, type ShipStatus } from '../batch-labels.js';
import { CUSTOMS_ROW_STATUSES, type CustomsRowStatus } from '../batch-standing.js';
import type { DeskRow } from '../shipping-desk.js';

/** The shipping desk: filters, order and page. A filter with several values lets through rows with any of them; all filters hold. */
export class DeskQuery extends ListQuery {
  /** 发货状态 */
  @Optional()
  @List({ max: 20 })
  @OneOf(SHIP_STATUSES, { each: true })
  shipStatus?: ShipStatus[];

  @Optional()
  @List({ max: 20 })
  @OneOf(Object.keys(EXPORT_CHANNEL_LABELS), { each: true })
  exportChannel?: string[];

  @Optional()
  @List({ max: 20 })
  @OneOf(Object.keys(TRANSPORT_MODE_LABELS), { each: true })
  transportMode?: string[];

  /** A standing in the row 报关 of one of the batches (9710-R36). */
  @Optional()
  @List({ max: 20 })
  @OneOf(CUSTOMS_ROW_STATUSES, { each: true, context: { rule: '9710-R36' } })
  customs?: CustomsRowStatus[];

  /** Only orders whose agreed ship date is over and that are not shipped, or only the others (9710-R58). */
  @Optional()
  @Flag({ context: { rule: '9710-R58' } })
  overdue?: boolean;

  /** Beginning of order no., buyer's e-mail or name, tracking no., 9710 order no. or declaration no. */
  @Optional()
  @Text(1, 100)
  keyword?: string;

  /** Newest first unless asked otherwise. */
  @Optional()
  @OneOf(['-createdAt', 'createdAt'])
  sort?: '-createdAt' | 'createdAt';
}

/** The filters that the kept counters know. */
export const countedFilter = ({ shipStatus, exportChannel, transportMode, customs }: DeskQuery): FacetFilter =>
  chosenFacets({ shipStatus, exportChannel, transportMode, customs });

/** Whether a filter is used that the kept counters do not know. */
export const needsCounting = ({ keyword, overdue }: DeskQuery): boolean => keyword !== undefined || overdue !== undefined;

/** Keyword and overdue. */
export const uncountedFilter = ({ keyword, overdue }: DeskQuery, now: Date): Match<DeskRow> => ({
  ...(keyword !== undefined && { keywords: startingWith(keyword.trim().toLowerCase()) }),
  ...(overdue !== undefined && { overdueFrom: overdue ? { $lte: now.toISOString() } : { $gt: now.toISOString() } }),
  // Orders without anything to ship yet are not on the desk.
  shipStatus: { $in: SHIP_STATUSES },
});

/** Which rows the desk shows. */
export const deskFilter = (query: DeskQuery, now: Date): Match<DeskRow> => facetedMatch(uncountedFilter(query, now), countedFilter(query));
