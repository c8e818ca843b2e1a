import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor, AuditRow } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, ReadQuery, type Answered, type ListAnswer } from '#platform';
import type { TimelineRow } from '../customs-timeline.js';
import { OrderNo } from '../http/order-no.adapter.js';
import type { OrderPage } from './order-page.js';
import { OrderPageQueries } from './order-page.queries.js';

/** One order: its page, its customs log, its audit log. */
@Controller('v1/customs-orders/:orderNo')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class OrderPageController {
  constructor(@Inject(OrderPageQueries) private readonly orders: OrderPageQueries) {}

  /** 订单详情; `ETag` is the revision, to be sent as `If-Match` with a command. */
  @Get()
  async page(
    @OrderNo() orderNo: string,
    @Query() _: ReadQuery,
    @MinPosition() minPosition: number | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderPage> {
    const page = await this.orders.page(actor, orderNo, minPosition);
    void reply.header('etag', `"${page.revision}"`);
    return page;
  }

  /** 通关日志, oldest entry first. */
  @Get('timeline')
  timeline(
    @OrderNo() orderNo: string,
    @Query() query: ListQuery,
    @MinPosition() minPosition: number | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<ListAnswer<Answered<TimelineRow>>> {
    return this.orders.timeline(actor, orderNo, query, minPosition);
  }

  /** Who did what to the order, newest first. */
  @Get('audit')
  @Allow('exporter', 'ops', 'auditor')
  audit(
    @OrderNo() orderNo: string,
    @Query() query: ListQuery,
    @MinPosition() minPosition: number | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<ListAnswer<Answered<AuditRow>>> {
    return this.orders.audit(actor, orderNo, query, minPosition);
  }
}
