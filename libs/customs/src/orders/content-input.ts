import { DecimalString, NestedList, Optional, Pattern, Text } from '#platform';
import { MAX_LINES } from './limits.js';

/** Customs' N19,5. */
const N19_5 = { digits: 19, places: 5 } as const;

const UNIT = { en: 'must be a customs unit code of 3 digits, e.g. 007', zh: '必须是 3 位海关计量单位代码，例如 007' };
const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };
const COUNTRY = { en: 'must be an ISO 3166-1 alpha-2 code, e.g. US', zh: '必须是 ISO 3166-1 两位国家代码，例如 US' };
const EBC_CODE = { en: 'must be a customs enterprise code: 6 digits and 4 digits or capital letters', zh: '必须是 10 位海关企业代码：6 位数字加 4 位数字或大写字母' };
const TRADE_ASSURANCE_NO = { en: 'must be a trade-assurance number of 10 to 20 digits', zh: '必须是 10 至 20 位数字的信保订单号' };

/** A line as typed; lengths are CEB303's (9710-R8). A draft may leave any field out (9710-R54). */
export class OrderLineInput {
  /** The enterprise's own article number. */
  @Optional()
  @Text(1, 30)
  sku?: string;

  /** 商品名称 */
  @Optional()
  @Text(1, 250, { context: { rule: '9710-R8' } })
  name?: string;

  /** 成交数量 */
  @Optional()
  @DecimalString({ ...N19_5, moreThan: '0' }, { context: { rule: '9710-R8' } })
  qty?: string;

  /** 成交单位: customs unit code. */
  @Optional()
  @Pattern(/^\d{3}$/, UNIT, { context: { rule: '9710-R8' } })
  unit?: string;

  /** 单价 */
  @Optional()
  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: '9710-R8' } })
  unitPrice?: string;

  /** 总价: quantity × unit price (9710-R9). */
  @Optional()
  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: '9710-R9' } })
  total?: string;
}

/** All that an exporter fills in; anything may be missing until the order is sent. Company, supervision mode and channel are not among it (9710-R5). */
export class OrderContentInput {
  /** 信保订单号 */
  @Optional()
  @Pattern(/^\d{10,20}$/, TRADE_ASSURANCE_NO)
  tradeAssuranceNo?: string;

  /** 电商企业代码 (9710-R6, 9710-C14) */
  @Optional()
  @Pattern(/^\d{6}[0-9A-Z]{4}$/, EBC_CODE, { context: { rule: '9710-R6' } })
  ebcCode?: string;

  /** 币制 */
  @Optional()
  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: '9710-R7' } })
  currency?: string;

  /** 运费 */
  @Optional()
  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: '9710-R7' } })
  freight?: string;

  /** 保费 */
  @Optional()
  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: '9710-R7' } })
  insurance?: string;

  /** 杂费 */
  @Optional()
  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: '9710-R7' } })
  miscFee?: string;

  /** 备注号 */
  @Optional()
  @Text(1, 60)
  remarkNo?: string;

  /** 贸易国 */
  @Optional()
  @Pattern(/^[A-Z]{2}$/, COUNTRY)
  tradeCountry?: string;

  @Optional()
  @NestedList(() => OrderLineInput, { max: MAX_LINES }, { context: { rule: '9710-R8' } })
  lines?: OrderLineInput[];
}
