import { startingWith, type FacetFilter, type Match } from '#event-sourcing';
import { chosenFacets, InstantString, List, ListQuery, OneOf, Optional, Text } from '#platform';
import type { OrderRow } from '../order-book.js';
import { EXPORT_CHANNELS, PROTECTIONS, TRADE_ORDER_STATUSES, TRANSPORT_MODES, type ExportChannel, type Protection, type TradeOrderStatus, type TransportMode } from '../values.js';

/** The orders of a list and their order. A filter with several values lets through rows with any of them; all filters hold. */
export class OrderQuery extends ListQuery {
  @Optional()
  @List({ max: 20 })
  @OneOf(TRADE_ORDER_STATUSES, { each: true })
  status?: TradeOrderStatus[];

  @Optional()
  @List({ max: 20 })
  @OneOf(PROTECTIONS, { each: true })
  protection?: Protection[];

  @Optional()
  @List({ max: 20 })
  @OneOf(EXPORT_CHANNELS, { each: true, context: { rule: 'TA-C1' } })
  exportChannel?: ExportChannel[];

  @Optional()
  @List({ max: 20 })
  @OneOf(TRANSPORT_MODES, { each: true, context: { rule: 'TA-R25' } })
  transportMode?: TransportMode[];

  /** Beginning of order no., buyer's e-mail or name, or the name of goods. */
  @Optional()
  @Text(1, 100)
  keyword?: string;

  /** First instant of drafting, inclusive. */
  @Optional()
  @InstantString()
  draftedFrom?: string;

  /** Last instant of drafting, exclusive. */
  @Optional()
  @InstantString()
  draftedTo?: string;

  /** Newest first unless asked otherwise; `shipBy` puts what is to be shipped soonest first. */
  @Optional()
  @OneOf(['-draftedAt', 'draftedAt', '-shipBy', 'shipBy'])
  sort?: '-draftedAt' | 'draftedAt' | '-shipBy' | 'shipBy';
}

/** The filters that counters know. */
export const countedFilter = ({ status, protection, exportChannel, transportMode }: OrderQuery): FacetFilter =>
  chosenFacets({ status, protection, exportChannel, transportMode });

/** Whether a filter is used that the kept counters do not know. */
export const needsCounting = ({ keyword, draftedFrom, draftedTo }: OrderQuery): boolean => (keyword ?? draftedFrom ?? draftedTo) !== undefined;

/** An instant as rows keep it, with milliseconds, so that texts compare as instants do. */
const kept = (instant: string): string => new Date(instant).toISOString();

/** Supplier, keyword and dates. */
export const uncountedFilter = ({ companyId, keyword, draftedFrom, draftedTo }: OrderQuery): Match<OrderRow> => ({
  companyId,
  ...(keyword !== undefined && { keywords: startingWith(keyword.trim().toLowerCase()) }),
  ...((draftedFrom ?? draftedTo) !== undefined && { draftedAt: { ...(draftedFrom !== undefined && { $gte: kept(draftedFrom) }), ...(draftedTo !== undefined && { $lt: kept(draftedTo) }) } }),
});

/** In which order. */
export const listOrder = ({ sort = '-draftedAt' }: OrderQuery): { readonly field: 'draftedAt' | 'shipBy'; readonly direction: 1 | -1 } => ({
  field: sort.endsWith('shipBy') ? 'shipBy' : 'draftedAt',
  direction: sort.startsWith('-') ? -1 : 1,
});
