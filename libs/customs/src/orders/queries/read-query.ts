import { InstantString, Optional, Pattern, Text, WholeNumber } from '#platform';

const COMPANY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const ORDER_NO = /^\d{6}-\d{5}$/;

/** What every read can be asked for. */
export class ReadQuery {
  /** Answer only from data that reflect the log up to this position, as a command has answered it; also header `X-Min-Position`. */
  @Optional()
  @WholeNumber(0, Number.MAX_SAFE_INTEGER)
  minPosition?: number;
}

/** A read that roles working across companies can narrow to one. */
export class CompanyQuery extends ReadQuery {
  @Optional()
  @Pattern(COMPANY_ID, { en: 'must be a company id', zh: '必须是公司编号' })
  companyId?: string;
}

/** A list that is walked forward. */
export class ListQuery extends CompanyQuery {
  /** Rows of a page at most; 20 if not given. */
  @Optional()
  @WholeNumber(1, 100)
  limit?: number;

  /** `nextCursor` of the page before. */
  @Optional()
  @Text(1, 1000)
  cursor?: string;
}

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
