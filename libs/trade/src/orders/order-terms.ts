import { EMAIL } from '#access';
import { invalid, refuseIfAny, type Refusal } from '#event-sourcing';
import { DecimalString, Nested, NestedList, OneOf, Optional, Pattern, Text } from '#platform';
import { currencyByIso, decimalText, lineTotal, sumDecimals, ZERO, type DecimalText } from '#reference-data';
import type { OrderTerms } from './events.js';
import { EXPORT_CHANNELS, PROTECTIONS, TRANSPORT_MODES, type DraftingMode, type ExportChannel, type OrderedGoods, type Protection, type TransportMode } from './values.js';

const N19_5 = { digits: 19, places: 5 } as const;
const CURRENCY = { en: 'must be an ISO 4217 code of 3 capital letters, e.g. USD', zh: '必须是 ISO 4217 币制代码（3 位大写字母），例如 USD' };
const DATE = { en: 'must be a day such as 2026-03-01', zh: '必须是日期，例如 2026-03-01' };

export class GoodsLineInput {
  @Text(1, 250, { context: { rule: 'TA-R7' } })
  name!: string;

  @DecimalString({ ...N19_5, moreThan: '0' }, { context: { rule: 'TA-R7' } })
  qty!: string;

  /** The seller's unit, e.g. `pieces`. */
  @Text(1, 20, { context: { rule: 'TA-R7' } })
  unit!: string;

  @DecimalString({ ...N19_5, min: '0' }, { context: { rule: 'TA-R7' } })
  unitPrice!: string;
}

export class ShipDateInput {
  @Pattern(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, DATE, { context: { rule: 'TA-R16' } })
  date!: string;

  /** IANA time zone. */
  @Text(1, 64, { context: { rule: 'TA-R16' } })
  zone!: string;
}

/** What both sides are to agree on, as typed by the supplier. */
export class OrderTermsInput {
  @Pattern(EMAIL, { en: 'must be an e-mail address', zh: '必须是电子邮箱地址' }, { context: { rule: 'TA-R4' } })
  buyerEmail!: string;

  /** 买家姓名, as the shipping desk shows it. */
  @Optional()
  @Text(1, 100, { context: { rule: 'TA-R4' } })
  buyerName?: string;

  @NestedList(() => GoodsLineInput, { min: 1, max: 100 }, { context: { rule: 'TA-R7' } })
  lines!: GoodsLineInput[];

  /** Total to be collected. */
  @DecimalString({ ...N19_5, moreThan: '0' }, { context: { rule: 'TA-R7' } })
  amount!: string;

  @Pattern(/^[A-Z]{3}$/, CURRENCY, { context: { rule: 'TA-R7' } })
  currency!: string;

  @OneOf(PROTECTIONS, { context: { rule: 'TA-R8' } })
  protection!: Protection;

  @OneOf(EXPORT_CHANNELS, { context: { rule: 'TA-C1' } })
  exportChannel!: ExportChannel;

  @OneOf(TRANSPORT_MODES, { context: { rule: 'TA-R25' } })
  transportMode!: TransportMode;

  /** 约定发货 */
  @Nested(() => ShipDateInput, { context: { rule: 'TA-R16' } })
  agreedShipDate!: ShipDateInput;
}

const canonical = (text: string): DecimalText => decimalText(text) ?? ZERO;

const goodsOf = (inputs: readonly GoodsLineInput[], problems: Refusal[]): readonly OrderedGoods[] =>
  inputs.map(({ name, qty, unit, unitPrice }, index) => {
    const total = lineTotal(canonical(qty), canonical(unitPrice));
    if (total === undefined) problems.push(invalid('TA-R7', `lines[${index}]`, { en: 'quantity × unit price does not fit N19,5', zh: '数量 × 单价超出 N19,5' }));
    return { lineNo: index + 1, name, qty: canonical(qty), unit, unitPrice: canonical(unitPrice), total: total ?? ZERO };
  });

const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const isDay = (date: string): boolean => {
  const day = new Date(`${date}T00:00:00.000Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
};

const dateProblems = (day: ShipDateInput): readonly Refusal[] => [
  ...(isDay(day.date) ? [] : [invalid('TA-R16', 'agreedShipDate.date', { en: 'is no day of the calendar', zh: '不是有效日期' })]),
  ...(isZone(day.zone) ? [] : [invalid('TA-R16', 'agreedShipDate.zone', { en: 'is no IANA time zone', zh: '不是有效的 IANA 时区' })]),
];

/** Online, the lines make up the total; an attached contract may have more to it than its goods. */
const amountProblems = (amount: string, sum: DecimalText | undefined, mode: DraftingMode): readonly Refusal[] => {
  if (mode === 'ATTACHMENT' || sum === canonical(amount)) return [];
  const expected = sum ?? 'N19,5';
  return [invalid('TA-R7', 'amount', { en: `must be the sum of the lines = ${expected}`, zh: `必须等于商品合计 = ${expected}` }, { expected, actual: amount })];
};

/** The terms as they are kept. Throws `Refusal`(s) naming every field at fault. */
export const checkedTerms = (input: OrderTermsInput, mode: DraftingMode): OrderTerms => {
  const { buyerEmail, buyerName, amount, currency, protection, exportChannel, transportMode, agreedShipDate } = input;
  const problems: Refusal[] = [...dateProblems(agreedShipDate)];
  if (!currencyByIso(currency)) problems.push(invalid('TA-R7', 'currency', { en: `customs knows no currency ${currency}`, zh: `海关币制表中没有 ${currency}` }));
  const lines = goodsOf(input.lines, problems);
  problems.push(...amountProblems(amount, sumDecimals(lines.map(({ total }) => canonical(total))), mode));
  refuseIfAny(problems);
  const { date, zone } = agreedShipDate;
  const buyer = { buyerEmail: buyerEmail.toLowerCase(), ...(buyerName !== undefined && { buyerName }) };
  return { ...buyer, lines, amount: canonical(amount), currency, protection, exportChannel, transportMode, agreedShipDate: { date, zone } };
};
