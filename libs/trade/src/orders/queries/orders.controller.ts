import { Controller, Get, Headers, Inject, Query, Res, Sse, type MessageEvent } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CompanyQuery, CurrentActor, MinPosition, ReadQuery } from '#platform';
import { OrderNo } from '../http/order-no.adapter.js';
import type { OrderPage } from './order-item.js';
import { OrderQuery } from './order-query.js';
import { OrderQueries, type OrderList } from './order.queries.js';

/** Trade-assurance orders as suppliers have them: their own company's, or all for the platform's roles. Live updates are server-sent events; `Last-Event-ID` goes on where the connection broke. */
@Controller('v1/trade-orders')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class OrdersController {
  constructor(@Inject(OrderQueries) private readonly orders: OrderQueries) {}

  @Get()
  list(@Query() query: OrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<OrderList> {
    return this.orders.list('supplier', actor, query, minPosition);
  }

  @Sse('live')
  liveList(@Query() query: CompanyQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.orders.liveList('supplier', actor, query, after);
  }

  /** `ETag` is the revision, to be sent as `If-Match` with a command. */
  @Get(':orderNo')
  async page(
    @OrderNo() orderNo: string,
    @Query() _: ReadQuery,
    @MinPosition() minPosition: number | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderPage> {
    const page = await this.orders.page('supplier', actor, orderNo, minPosition);
    void reply.header('etag', `"${page.revision}"`);
    return page;
  }

  @Sse(':orderNo/live')
  livePage(@OrderNo() orderNo: string, @Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Promise<Observable<MessageEvent>> {
    return this.orders.livePage('supplier', actor, orderNo, after);
  }
}
