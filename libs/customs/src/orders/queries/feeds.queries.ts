import { Inject, Injectable } from '@nestjs/common';
import { ReadModels, streamName, type Actor, type AuditRow, type Match } from '#event-sourcing';
import { answerList, type Answered, type ListAnswer } from '#platform';
import { auditLog } from '../audit-log.js';
import { notices, type NoticeRow } from '../notices.js';
import { todos, type TodoRow } from '../notices-todos.js';
import { customsOrder } from '../order.js';
import { supportCases, type SupportCaseRow } from '../support-cases.js';
import type { AuditQuery, OfOrderQuery } from './read-query.js';

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
  auditLog(actor: Actor, query: AuditQuery, minPosition: number | undefined): Promise<ListAnswer<Answered<AuditRow>>> {
    return answerList({ from: this.readModels.of(auditLog), actor, where: audited(query), order: { field: 'position', direction: -1 }, query, minPosition });
  }
}

const audited = ({ orderNo, actor, event, correlationId, from, to }: AuditQuery): Match<AuditRow> => ({
  stream: orderNo === undefined ? undefined : streamName(customsOrder.category, orderNo),
  actor,
  event,
  correlationId,
  at: from === undefined && to === undefined ? undefined : { ...(from !== undefined && { $gte: kept(from) }), ...(to !== undefined && { $lt: kept(to) }) },
});

/** An instant as rows keep it, with milliseconds, so that texts compare as instants do. */
const kept = (instant: string): string => new Date(instant).toISOString();
