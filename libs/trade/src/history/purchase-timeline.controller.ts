import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, type Answered, type ListAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import { HistoryQueries } from './history.queries.js';
import type { TradeTimelineRow } from './timeline.js';

/** The timeline of an order for its buyer (TA-R14). */
@Controller('v1/purchases/:orderNo/timeline')
@Allow('buyer')
export class PurchaseTimelineController {
  constructor(@Inject(HistoryQueries) private readonly history: HistoryQueries) {}

  @Get()
  timeline(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    return this.history.buyersTimeline(actor, orderNo, query, minPosition);
  }
}
