import { Controller, Get, Headers, Inject, Query, Sse, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CompanyQuery, CurrentActor, MinPosition, ReadQuery } from '#platform';
import { OrderNo } from '../orders/http/order-no.adapter.js';
import type { DeskItem } from './queries/desk-item.js';
import { DeskQuery } from './queries/desk-query.js';
import { ShippingDeskQueries, type Desk } from './queries/shipping-desk.queries.js';

/** 发货台. Live updates are server-sent events; `Last-Event-ID` goes on where the connection broke. */
@Controller('v1/shipping-desk')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class ShippingDeskController {
  constructor(@Inject(ShippingDeskQueries) private readonly desk: ShippingDeskQueries) {}

  @Get()
  list(@Query() query: DeskQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<Desk> {
    return this.desk.list(actor, query, minPosition);
  }

  @Sse('live')
  liveList(@Query() query: CompanyQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.desk.liveList(actor, query, after);
  }

  @Get(':orderNo')
  order(@OrderNo() orderNo: string, @Query() _: ReadQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<DeskItem> {
    return this.desk.order(actor, orderNo, minPosition);
  }

  @Sse(':orderNo/live')
  liveOrder(@OrderNo() orderNo: string, @Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Promise<Observable<MessageEvent>> {
    return this.desk.liveOrder(actor, orderNo, after);
  }
}
