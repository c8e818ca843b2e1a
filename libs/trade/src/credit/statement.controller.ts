import { Controller, Get, Headers, Inject, Query, Sse, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CompanyQuery, CurrentActor, ListQuery, MinPosition, OneOf, Optional, Pattern, type ListAnswer } from '#platform';
import { ORDER_NO, ORDER_NO_TEXT } from '../orders/order-number.js';
import { StatementQueries, type StatementItem } from './statement.queries.js';
import { MOVEMENT_KINDS, type CreditMovement } from './statement.js';

/** The movements of a credit line, of one order or of one kind. */
export class StatementQuery extends ListQuery {
  @Optional()
  @Pattern(ORDER_NO, ORDER_NO_TEXT, { context: { rule: 'TA-R11' } })
  orderNo?: string;

  @Optional()
  @OneOf(MOVEMENT_KINDS, { context: { rule: 'TA-R11' } })
  kind?: CreditMovement['kind'];
}

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
