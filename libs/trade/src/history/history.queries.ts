import { Inject, Injectable } from '@nestjs/common';
import { NotFound, ReadModels, streamName, type Actor } from '#event-sourcing';
import { answerList, type Answered, type ListAnswer, type ListQuery, type ListRequest } from '#platform';
import { tradeOrder } from '../orders/order.js';
import { tradeAuditLog, type TradeAuditRow } from './audit-log.js';
import { tradeAuditMatch, type TradeAuditQuery } from './audit-query.js';
import { buyersAuditItem, type BuyersAuditItem } from './buyers-audit-item.js';
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
  async audit(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TradeAuditRow>>> {
    return audited({ from: this.readModels.of(tradeAuditLog), actor, query, minPosition }, orderNo);
  }

  /** The same for the order's buyer, from its submission on. */
  async buyersAudit(actor: Actor, orderNo: string, query: ListQuery, minPosition: number | undefined): Promise<ListAnswer<BuyersAuditItem>> {
    const from = { for: (buyer: Actor) => this.readModels.of(tradeAuditLog).forParty(buyer, 'buyer') };
    const { items, ...list } = await audited({ from, actor, query, minPosition }, orderNo);
    return { ...list, items: items.map(buyersAuditItem) };
  }

  /** Who did what to orders, services, credit lines, consignments and rates, newest first. */
  auditLog(actor: Actor, query: TradeAuditQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TradeAuditRow>>> {
    return answerList({ from: this.readModels.of(tradeAuditLog), actor, where: tradeAuditMatch(query), order: { field: 'position', direction: -1 }, query, minPosition });
  }
}

type Wanted<Row extends object> = Omit<ListRequest<Row>, 'where' | 'order' | 'defaultLimit'>;

const audited = async (wanted: Wanted<TradeAuditRow>, orderNo: string): Promise<ListAnswer<Answered<TradeAuditRow>>> =>
  existing(orderNo, await answerList({ ...wanted, where: { stream: streamName(tradeOrder.category, orderNo) }, order: { field: 'position', direction: -1 } }));

const entries = async (wanted: Wanted<TradeTimelineRow>, orderNo: string): Promise<ListAnswer<Answered<TradeTimelineRow>>> =>
  existing(orderNo, await answerList({ ...wanted, where: { orderNo }, order: { field: 'revision', direction: 1 }, defaultLimit: TIMELINE_LIMIT }));

/** Every order has at least the entry of its beginning. */
const existing = <Item>(orderNo: string, list: ListAnswer<Item>): ListAnswer<Item> => {
  if (list.total === 0) throw new NotFound(tradeOrder.category, orderNo);
  return list;
};
