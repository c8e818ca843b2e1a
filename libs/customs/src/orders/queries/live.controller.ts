import { Controller, Headers, Inject, Query, Sse, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CompanyQuery, CurrentActor, ReadQuery } from '#platform';
import { OrderNo } from '../http/order-no.adapter.js';
import { LiveQueries } from './live.queries.js';

/** Live updates as server-sent events. `Last-Event-ID` goes on where the connection broke; where that is not possible, a `sync` says so. */
@Controller('v1/customs-orders')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class LiveController {
  constructor(@Inject(LiveQueries) private readonly live: LiveQueries) {}

  @Sse('live')
  list(@Query() query: CompanyQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.live.list(actor, query, after);
  }

  @Sse(':orderNo/live')
  order(@OrderNo() orderNo: string, @Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Promise<Observable<MessageEvent>> {
    return this.live.order(actor, orderNo, after);
  }
}
