import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Actor } from '#event-sourcing';
import { Allow, CurrentActor, MinPosition } from '#platform';
import { OrderListQuery } from './order-list-query.js';
import { OrderListQueries, type OrderList } from './order-list.queries.js';

/** 全部订单: exporters and brokers see their own company's orders, the platform's roles all. */
@Controller('v1/customs-orders')
@Allow('exporter', 'broker', 'reviewer', 'ops', 'auditor')
export class OrderListController {
  constructor(@Inject(OrderListQueries) private readonly orders: OrderListQueries) {}

  @Get()
  list(@Query() query: OrderListQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<OrderList> {
    return this.orders.list(actor, query, minPosition);
  }
}
