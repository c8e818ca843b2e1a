import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor, AuditRow } from '#event-sourcing';
import { Allow, CurrentActor, MinPosition, type Answered, type ListAnswer } from '#platform';
import type { TodoRow } from '../notices-todos.js';
import type { NoticeRow } from '../notices.js';
import type { SupportCaseRow } from '../support-cases.js';
import { FeedQueries } from './feeds.queries.js';
import { OfOrderQuery, OrderAuditQuery } from './read-query.js';

/** Notices, to-dos, support cases and the audit log; each caller's own company, or all companies for the platform's roles. */
@Controller('v1')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class FeedsController {
  constructor(@Inject(FeedQueries) private readonly feeds: FeedQueries) {}

  @Get('notices')
  notices(@Query() query: OfOrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<NoticeRow>>> {
    return this.feeds.notices(actor, query, minPosition);
  }

  @Get('todos')
  todos(@Query() query: OfOrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<TodoRow>>> {
    return this.feeds.todos(actor, query, minPosition);
  }

  @Get('support-cases')
  supportCases(@Query() query: OfOrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<SupportCaseRow>>> {
    return this.feeds.supportCases(actor, query, minPosition);
  }

  @Get('audit-log')
  @Allow('exporter', 'ops', 'auditor')
  auditLog(@Query() query: OrderAuditQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<AuditRow>>> {
    return this.feeds.auditLog(actor, query, minPosition);
  }
}
