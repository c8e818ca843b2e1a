import { CompanyQuery, InstantString, ListQuery, Optional, Pattern, Text, WholeNumber } from '#platform';

const ORDER_NO = /^\d{6}-\d{5}$/;

/** A list of what belongs to orders. */
export class OfOrderQuery extends ListQuery {
  @Optional()
  @Pattern(ORDER_NO, { en: 'must be an order number such as 185002-45864', zh: '必须是订单号，例如 185002-45864' })
  orderNo?: string;
}

/** The draft box, with page numbers (9710-R34). */
export class DraftBoxQuery extends CompanyQuery {
  @Optional()
  @WholeNumber(1, 100_000, { context: { rule: '9710-R34' } })
  page?: number;
}

/** The audit log and what it can be searched by. */
export class AuditQuery extends OfOrderQuery {
  @Optional()
  @Text(1, 200)
  actor?: string;

  /** Type of the event. */
  @Optional()
  @Text(1, 100)
  event?: string;

  @Optional()
  @Text(1, 200)
  correlationId?: string;

  /** First instant, inclusive. */
  @Optional()
  @InstantString()
  from?: string;

  /** Last instant, exclusive. */
  @Optional()
  @InstantString()
  to?: string;
}
