import { AuditQuery, CompanyQuery, ListQuery, Optional, Pattern, WholeNumber } from '#platform';

const ORDER_NO = /^\d{6}-\d{5}$/;
const ORDER_NO_TEXT = { en: 'must be an order number such as 185002-45864', zh: '必须是订单号，例如 185002-45864' };

/** A list of what belongs to orders. */
export class OfOrderQuery extends ListQuery {
  @Optional()
  @Pattern(ORDER_NO, ORDER_NO_TEXT)
  orderNo?: string;
}

/** The draft box, with page numbers (9710-R34). */
export class DraftBoxQuery extends CompanyQuery {
  @Optional()
  @WholeNumber(1, 100_000, { context: { rule: '9710-R34' } })
  page?: number;
}

/** The audit log, of one order or of all. */
export class OrderAuditQuery extends AuditQuery {
  @Optional()
  @Pattern(ORDER_NO, ORDER_NO_TEXT)
  orderNo?: string;
}
