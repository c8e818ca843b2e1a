import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, type Answered, type ListAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import type { BuyersAuditItem } from './buyers-audit-item.js';
import { HistoryQueries } from './history.queries.js';
import type { TradeTimelineRow } from './timeline.js';

/** The timeline and the audit log of an order for its buyer (TA-R14). */
@Controller('v1/purchases/:orderNo')
@Allow('buyer')
export class PurchaseHistoryController {
  constructor(@Inject(HistoryQueries) private readonly history: HistoryQueries) {}

  @Get('timeline')
  timeline(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    return this.history.buyersTimeline(actor, orderNo, query, minPosition);
  }

  @Get('audit')
  audit(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<BuyersAuditItem>> {
    return this.history.buyersAudit(actor, orderNo, query, minPosition);
  }
}
