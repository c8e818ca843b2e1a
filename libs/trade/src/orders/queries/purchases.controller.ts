import { Controller, Get, Headers, Inject, Query, Res, Sse, type MessageEvent } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { Allow, CurrentActor, MinPosition, ReadQuery } from '#platform';
import { OrderNo } from '../http/order-no.adapter.js';
import type { OrderPage } from './order-item.js';
import { OrderQuery } from './order-query.js';
import { OrderQueries, type OrderList } from './order.queries.js';

/** Trade-assurance orders as buyers have them: those that name the caller's verified address and were submitted, whoever supplies them (TA-R13, TA-R14). */
@Controller('v1/purchases')
@Allow('buyer')
export class PurchasesController {
  constructor(@Inject(OrderQueries) private readonly orders: OrderQueries) {}

  @Get()
  list(@Query() query: OrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<OrderList> {
    return this.orders.list('buyer', actor, query, minPosition);
  }

  @Sse('live')
  liveList(@Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.orders.liveList('buyer', actor, {}, after);
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
    const page = await this.orders.page('buyer', actor, orderNo, minPosition);
    void reply.header('etag', `"${page.revision}"`);
    return page;
  }

  @Sse(':orderNo/live')
  livePage(@OrderNo() orderNo: string, @Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Promise<Observable<MessageEvent>> {
    return this.orders.livePage('buyer', actor, orderNo, after);
  }
}
