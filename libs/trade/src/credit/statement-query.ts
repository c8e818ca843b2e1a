import { ListQuery, OneOf, Optional, Pattern } from '#platform';
import { ORDER_NO, ORDER_NO_TEXT } from '../orders/order-number.js';
import { MOVEMENT_KINDS, type CreditMovement } from './statement.js';

/** The movements of a credit line, of one order or of one kind. */
export class StatementQuery extends ListQuery {
  @Optional()
  @Pattern(ORDER_NO, ORDER_NO_TEXT, { context: { rule: 'TA-R11' } })
  orderNo?: string;

  @Optional()
  @OneOf(MOVEMENT_KINDS, { context: { rule: 'TA-R11' } })
  kind?: CreditMovement['kind'];
}
