import { HttpProblem, PublicUnlimited } from '#platform';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { HeldOrder } from '../customs/register.js';
import { Store } from '../store.js';

/** What customs holds. */
@Controller('orders')
@PublicUnlimited()
export class OrdersController {
  constructor(@Inject(Store) private readonly store: Store) {}

  /** The order of this number that was changed last; 404 if customs never held one. */
  @Get(':orderNo')
  show(@Param('orderNo') orderNo: string): HeldOrder {
    const [latest] = this.store.ordersNumbered(orderNo).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    if (latest === undefined) throw new HttpProblem(404, 'not-found', { en: 'customs holds no such order', zh: '海关没有此订单' });
    return latest;
  }

  /** Marks the order as used in a declared list, after which customs refuses changes and deletions (-301011). 409 for a deleted one. */
  @Post(':orderNo/declared')
  @HttpCode(200)
  declare(@Param('orderNo') orderNo: string): HeldOrder {
    const order = this.show(orderNo);
    if (order.state === 'deleted') throw new HttpProblem(409, 'deleted', { en: 'the order has been deleted', zh: '订单已删除' });
    const declared: HeldOrder = { ...order, state: 'declared', updatedAt: new Date().toISOString() };
    this.store.putOrder(declared);
    return declared;
  }
}
