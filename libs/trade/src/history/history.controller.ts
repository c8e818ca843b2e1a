import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, type Answered, type ListAnswer } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import type { TradeAuditRow } from './audit-log.js';
import { TradeAuditQuery } from './audit-query.js';
import { HistoryQueries } from './history.queries.js';
import type { TradeTimelineRow } from './timeline.js';

/** The timeline and the audit log of a trade order, and the audit log of all of trade. */
@Controller('v1')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class HistoryController {
  constructor(@Inject(HistoryQueries) private readonly history: HistoryQueries) {}

  @Get('trade-orders/:orderNo/timeline')
  timeline(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    return this.history.timeline(actor, orderNo, query, minPosition);
  }

  @Get('trade-orders/:orderNo/audit')
  @Allow('exporter', 'ops', 'auditor')
  audit(@OrderNo() orderNo: string, @Query() query: ListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeAuditRow>>> {
    return this.history.audit(actor, orderNo, query, minPosition);
  }

  /** Assurance services, credit lines, consignments and exchange rates too. */
  @Get('trade-audit-log')
  @Allow('exporter', 'ops', 'auditor')
  auditLog(@Query() query: TradeAuditQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TradeAuditRow>>> {
    return this.history.auditLog(actor, query, minPosition);
  }
}
