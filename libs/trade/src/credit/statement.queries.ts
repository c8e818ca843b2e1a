import { Inject, Injectable, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ReadModels, companyId, type Actor } from '#event-sourcing';
import { answerList, answered, liveEvents, type Answered, type CompanyQuery, type ListAnswer } from '#platform';
import { allowedCreditActions, type CreditAction } from './actions.js';
import { creditStatement, type CreditMovement } from './statement.js';
import type { StatementQuery } from './statement-query.js';

/** A movement as it is answered. */
export type StatementItem = Answered<CreditMovement> & {
  /** What the caller may do with the credit line now. */
  readonly actions: readonly CreditAction[];
};

/** The movements of credit lines for one caller. */
@Injectable()
export class StatementQueries {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** Newest first. Throws a `Refusal` for a foreign company or a bad cursor. */
  async list(actor: Actor, query: StatementQuery, minPosition: number | undefined): Promise<ListAnswer<StatementItem>> {
    const where = { orderNo: query.orderNo, kind: query.kind };
    const { items, ...list } = await answerList({ from: this.readModels.of(creditStatement), actor, where, order: { field: 'position', direction: -1 }, query, minPosition });
    return { ...list, items: items.map((row) => item(row, actor)) };
  }

  /** Movements as they happen: `movement` with a row of the statement. Throws a `Refusal` for a foreign company. */
  live(actor: Actor, { companyId: company }: CompanyQuery, after: string | undefined): Observable<MessageEvent> {
    const movements = this.readModels.of(creditStatement).for(actor, company === undefined ? undefined : companyId(company));
    return liveEvents(movements.changes({ after }), (row) => item(answered<CreditMovement>(row), actor), 'movement');
  }
}

const item = (row: Answered<CreditMovement>, { roles }: Actor): StatementItem => ({ ...row, actions: allowedCreditActions(roles) });
