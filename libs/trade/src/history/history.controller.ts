import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor, AuditRow } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, type Answered, type ListAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import { HistoryQueries } from './history.queries.js';
import type { TradeTimelineRow } from './timeline.js';

/** The timeline and the audit log of a trade order. */
@Controller('v1/trade-orders/:orderNo')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class HistoryController {
  constructor(@Inject(HistoryQueries) private readonly history: HistoryQueries) {}

  @Get('timeline')
  timeline(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    return this.history.timeline(actor, orderNo, query, minPosition);
  }

  @Get('audit')
  @Allow('exporter', 'ops', 'auditor')
  audit(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<AuditRow>>> {
    return this.history.audit(actor, orderNo, query, minPosition);
  }
}
