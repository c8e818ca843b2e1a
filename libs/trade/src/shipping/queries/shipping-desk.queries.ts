import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CLOCK, ReadModels, companyId, type Actor, type Clock, type Facets, type ScopedReader } from '#event-sourcing';
import { answerFacetedList, answerList, counters, liveEvents, type Answered, type CompanyQuery, type Counter, type FacetedList, type ListAnswer, type ListQuery } from '#platform';
import { EXPORT_CHANNEL_LABELS, TRANSPORT_MODE_LABELS } from '../../orders/labels.js';
import { CUSTOMS_ROW_LABELS, SHIP_STATUS_LABELS } from '../batch-labels.js';
import { exchangeRates, type ExchangeRateRow } from '../rates/exchange-rates.js';
import { DESK_COUNTED, deskDimensions, shippingDesk, type DeskRow } from '../shipping-desk.js';
import { deskItem, type DeskItem } from './desk-item.js';
import { countedFilter, needsCounting, uncountedFilter, type DeskQuery } from './desk-query.js';

/** The counters beside the desk, each under all filters but its own. */
export interface DeskFacets {
  readonly shipStatus: readonly Counter[];
  readonly exportChannel: readonly Counter[];
  readonly transportMode: readonly Counter[];
  readonly customs: readonly Counter[];
}

/** A page of the desk. */
export type Desk = FacetedList<DeskItem, DeskFacets>;

const deskFacets = ({ byDimension }: Facets): DeskFacets => ({
  shipStatus: counters(SHIP_STATUS_LABELS, byDimension['shipStatus']),
  exportChannel: counters(EXPORT_CHANNEL_LABELS, byDimension['exportChannel']),
  transportMode: counters(TRANSPORT_MODE_LABELS, byDimension['transportMode']),
  customs: counters(CUSTOMS_ROW_LABELS, byDimension['customs']),
});

/** 发货台 for one caller: its own company's orders, or all for the platform's roles. */
@Injectable()
export class ShippingDeskQueries {
  constructor(
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Throws a `Refusal` for a foreign company or a bad cursor, `StoreUnavailable` if the desk does not get to `minPosition` in time. */
  async list(actor: Actor, query: DeskQuery, minPosition: number | undefined): Promise<Desk> {
    const reader = this.readerFor(actor, query);
    await reader.atLeast(minPosition);
    const now = this.clock.now();
    return answerFacetedList({
      ...{ reader, query, counted: countedFilter(query), uncounted: uncountedFilter(query, now), fields: DESK_COUNTED, dimensions: deskDimensions },
      keptFacets: needsCounting(query) ? undefined : (filter) => reader.facets(filter),
      order: { field: 'draftedAt', direction: query.sort === 'createdAt' ? 1 : -1 },
      item: (row) => deskItem(row, actor, now),
      counters: deskFacets,
    });
  }

  /** One order with its batches. Throws `NotFound` if the caller may not see it. */
  async order(actor: Actor, orderNo: string, minPosition: number | undefined): Promise<DeskItem> {
    const reader = this.readModels.of(shippingDesk).for(actor);
    await reader.atLeast(minPosition, orderNo);
    return deskItem(await reader.get('tradeOrder', orderNo), actor, this.clock.now());
  }

  /** The rows of the desk as they change. Throws a `Refusal` for a foreign company. */
  liveList(actor: Actor, query: CompanyQuery, after: string | undefined): Observable<MessageEvent> {
    return liveEvents(this.readerFor(actor, query).changes({ after }), (row) => (row.shipStatus === null ? undefined : deskItem(row, actor, this.clock.now())));
  }

  /** One order as it changes. Rejects with `NotFound` if the caller may not see it. */
  async liveOrder(actor: Actor, orderNo: string, after: string | undefined): Promise<Observable<MessageEvent>> {
    const reader = this.readModels.of(shippingDesk).for(actor);
    await reader.get('tradeOrder', orderNo);
    return liveEvents(reader.changes({ after, id: orderNo }), (row) => deskItem(row, actor, this.clock.now()));
  }

  /** The register of exchange rates, the newest first (9710-C12). */
  rates(actor: Actor, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<ExchangeRateRow>>> {
    return answerList({ from: this.readModels.of(exchangeRates), actor, where: {}, order: { field: 'effectiveFrom', direction: -1 }, query, minPosition });
  }

  private readerFor(actor: Actor, { companyId: company }: CompanyQuery): ScopedReader<DeskRow> {
    return this.readModels.of(shippingDesk).for(actor, company === undefined ? undefined : companyId(company));
  }
}
