import { Controller, Get, Headers, Inject, Query, Sse, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CompanyQuery, CurrentActor, MinPosition, type ListAnswer } from '#platform';
import { StatementQueries, type StatementItem } from './statement.queries.js';
import { StatementQuery } from './statement-query.js';

/** The statement of the caller's credit line, newest movement first; the platform's roles read those of all companies. Live updates are server-sent events. */
@Controller('v1/credit-line/movements')
@Allow('exporter', 'ops', 'auditor')
export class CreditStatementController {
  constructor(@Inject(StatementQueries) private readonly statement: StatementQueries) {}

  @Get()
  movements(@Query() query: StatementQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<StatementItem>> {
    return this.statement.list(actor, query, minPosition);
  }

  @Sse('live')
  live(@Query() query: CompanyQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.statement.live(actor, query, after);
  }
}
