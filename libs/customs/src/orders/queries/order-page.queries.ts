import { Inject, Injectable } from '@nestjs/common';
import { NotFound, ReadModels, streamName, type Actor, type AuditRow } from '#event-sourcing';
import { answerList, type Answered, type ListAnswer, type ListQuery } from '#platform';
import { auditLog } from '../audit-log.js';
import { customsTimeline, type TimelineRow } from '../customs-timeline.js';
import { customsOrder } from '../order.js';
import { orderDetail } from '../order-detail.js';
import { orderPage, type OrderPage } from './order-page.js';

/** A timeline is read as a whole where it can be. */
const TIMELINE_LIMIT = 100;

/** One order for one caller. What the caller may not see is answered as what does not exist: `NotFound`. */
@Injectable()
export class OrderPageQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** 订单详情, drafts too. */
  async page(actor: Actor, orderNo: string, minPosition: number | undefined): Promise<OrderPage> {
    const reader = this.readModels.of(orderDetail).for(actor);
    await reader.atLeast(minPosition, orderNo);
    return orderPage(await reader.get('customsOrder', orderNo), actor);
  }

  /** 通关日志, oldest first; kept for deleted drafts too (9710-R46). */
  async timeline(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TimelineRow>>> {
    const from = this.readModels.of(customsTimeline);
    const order = { field: 'revision', direction: 1 } as const;
    return existing(orderNo, await answerList({ from, actor, where: { orderNo }, order, query, minPosition, defaultLimit: TIMELINE_LIMIT }));
  }

  /** Who did what to the order, newest first. */
  async audit(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<AuditRow>>> {
    const where = { stream: streamName(customsOrder.category, orderNo) };
    const order = { field: 'position', direction: -1 } as const;
    return existing(orderNo, await answerList({ from: this.readModels.of(auditLog), actor, where, order, query, minPosition }));
  }
}

/** Every order has at least the entry of its beginning. */
const existing = <Item>(orderNo: string, list: ListAnswer<Item>): ListAnswer<Item> => {
  if (list.total === 0) throw new NotFound('customsOrder', orderNo);
  return list;
};
