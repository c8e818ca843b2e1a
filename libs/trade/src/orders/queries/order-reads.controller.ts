import { Get, Headers, Inject, Query, Res, Sse, type MessageEvent } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';
import type { Actor } from '#event-sourcing';
import { CompanyQuery, CurrentActor, MinPosition, ReadQuery, type ListAnswer } from '#platform';
import { OrderNo } from '../http/order-no.adapter.js';
import type { OrderPage } from './order-item.js';
import { OrderQuery } from './order-query.js';
import { TodoQuery, type TodoItem } from './todo-item.js';
import { OrderQueries, type OrderList } from './order.queries.js';
import type { Side } from './side.js';

/** What both parties read of their orders. Live updates are server-sent events; `Last-Event-ID` goes on where the connection broke. */
export abstract class OrderReadsController {
  /** As which party the orders are read. */
  protected abstract readonly side: Side;

  constructor(@Inject(OrderQueries) private readonly orders: OrderQueries) {}

  @Get()
  list(@Query() query: OrderQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<OrderList> {
    return this.orders.list(this.side, actor, query, minPosition);
  }

  /** 待办 (TA-R27). */
  @Get('todos')
  todos(@Query() query: TodoQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<TodoItem>> {
    return this.orders.todos(this.side, actor, query, minPosition);
  }

  @Sse('live')
  liveList(@Query() query: CompanyQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Observable<MessageEvent> {
    return this.orders.liveList(this.side, actor, query, after);
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
    const page = await this.orders.page(this.side, actor, orderNo, minPosition);
    void reply.header('etag', `"${page.revision}"`);
    return page;
  }

  @Sse(':orderNo/live')
  livePage(@OrderNo() orderNo: string, @Query() _: ReadQuery, @Headers('last-event-id') after: string | undefined, @CurrentActor() actor: Actor): Promise<Observable<MessageEvent>> {
    return this.orders.livePage(this.side, actor, orderNo, after);
  }
}
