import { Inject, Injectable } from '@nestjs/common';
import { NotFound, ReadModels, streamName, type Actor, type AuditRow } from '#event-sourcing';
import { answerList, type Answered, type ListAnswer, type ListQuery, type ListRequest } from '#platform';
import { tradeOrder } from '../orders/order.js';
import { tradeAuditLog } from './audit-log.js';
import { tradeTimeline, type TradeTimelineRow } from './timeline.js';

/** A timeline is read as a whole where it can be. */
const TIMELINE_LIMIT = 100;

/** What became of one trade order, for one caller. What the caller may not see is answered as what does not exist: `NotFound`. */
@Injectable()
export class HistoryQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** Oldest entry first. */
  timeline(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    return entries({ from: this.readModels.of(tradeTimeline), actor, query, minPosition }, orderNo);
  }

  /** What the buyer sees of it: from the order's submission on. */
  buyersTimeline(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TradeTimelineRow>>> {
    const from = { for: (buyer: Actor) => this.readModels.of(tradeTimeline).forParty(buyer, 'buyer') };
    return entries({ from, actor, query, minPosition }, orderNo);
  }

  /** Who did what to the order and its batches, newest first. */
  async audit(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<AuditRow>>> {
    const where = { stream: streamName(tradeOrder.category, orderNo) };
    return existing(orderNo, await answerList({ from: this.readModels.of(tradeAuditLog), actor, where, order: { field: 'position', direction: -1 }, query, minPosition }));
  }
}

const entries = async (request: Omit<ListRequest<TradeTimelineRow>, 'where' | 'order' | 'defaultLimit'>, orderNo: string): Promise<ListAnswer<Answered<TradeTimelineRow>>> =>
  existing(orderNo, await answerList({ ...request, where: { orderNo }, order: { field: 'revision', direction: 1 }, defaultLimit: TIMELINE_LIMIT }));

/** Every order has at least the entry of its beginning. */
const existing = <Item>(orderNo: string, list: ListAnswer<Item>): ListAnswer<Item> => {
  if (list.total === 0) throw new NotFound(tradeOrder.category, orderNo);
  return list;
};
