import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ReadModels, type Actor } from '#event-sourcing';
import { Allow, CurrentActor, ListQuery, MinPosition, OneOf, Optional, Pattern, answerList, type Answered, type ListAnswer } from '#platform';
import { creditStatement, type CreditMovement } from './statement.js';

const ORDER_NO = /^\d{17}$/;

/** The movements of a credit line, of one order or of one kind. */
class StatementQuery extends ListQuery {
  @Optional()
  @Pattern(ORDER_NO, { en: 'must be an order number of 17 digits', zh: '必须是 17 位订单号' })
  orderNo?: string;

  @Optional()
  @OneOf(['SET', 'RESERVED', 'RELEASED'])
  kind?: CreditMovement['kind'];
}

/** The statement of the caller's credit line, newest movement first; the platform's roles read those of all companies. */
@Controller('v1/credit-line/movements')
@Allow('exporter', 'ops', 'auditor')
export class CreditStatementController {
  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  @Get()
  movements(@Query() query: StatementQuery, @MinPosition() minPosition: number | undefined, @CurrentActor() actor: Actor): Promise<ListAnswer<Answered<CreditMovement>>> {
    const { orderNo, kind } = query;
    return answerList({ from: this.readModels.of(creditStatement), actor, where: { orderNo, kind }, order: { field: 'position', direction: -1 }, query, minPosition });
  }
}
