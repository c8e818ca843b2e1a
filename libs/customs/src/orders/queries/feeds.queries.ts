import { Inject, Injectable } from '@nestjs/common';
import { ReadModels, streamName, type Actor, type AuditRow } from '#event-sourcing';
import { answerList, auditMatch, type Answered, type ListAnswer } from '#platform';
import { auditLog } from '../audit-log.js';
import { notices, type NoticeRow } from '../notices.js';
import { todos, type TodoRow } from '../notices-todos.js';
import { customsOrder } from '../order.js';
import { supportCases, type SupportCaseRow } from '../support-cases.js';
import type { OfOrderQuery, OrderAuditQuery } from './read-query.js';

/** The lists of what happened and of what is to be done, newest first, for one caller. */
@Injectable()
export class FeedQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** Every message there ever was (9710-R56). */
  notices(actor: Actor, query: OfOrderQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<NoticeRow>>> {
    const where = { orderNo: query.orderNo };
    return answerList({ from: this.readModels.of(notices), actor, where, order: { field: 'position', direction: -1 }, query, minPosition });
  }

  /** What is still to be done. */
  todos(actor: Actor, query: OfOrderQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<TodoRow>>> {
    const where = { orderNo: query.orderNo };
    return answerList({ from: this.readModels.of(todos), actor, where, order: { field: 'since', direction: -1 }, query, minPosition });
  }

  /** Transmissions that technical staff look into (9710-R21). */
  supportCases(actor: Actor, query: OfOrderQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<SupportCaseRow>>> {
    const where = { orderNo: query.orderNo };
    return answerList({ from: this.readModels.of(supportCases), actor, where, order: { field: 'openedAt', direction: -1 }, query, minPosition });
  }

  /** Who did what, in the order of the log. */
  auditLog(actor: Actor, query: OrderAuditQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<AuditRow>>> {
    const where = { ...auditMatch(query), stream: query.orderNo === undefined ? undefined : streamName(customsOrder.category, query.orderNo) };
    return answerList({ from: this.readModels.of(auditLog), actor, where, order: { field: 'position', direction: -1 }, query, minPosition });
  }
}
