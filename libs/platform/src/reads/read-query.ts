import { WholeNumber } from '../validation/number-fields.js';
import { Optional } from '../validation/structure-fields.js';
import { Pattern, Text } from '../validation/text-fields.js';

const COMPANY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

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
