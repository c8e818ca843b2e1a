import { invalid, refuseIfAny, type Refusal } from '#event-sourcing';
import { differs } from './batch-goods.js';
import { ZERO, currencyByIso, customsUnit, decimalText, isEnterpriseCode, lineTotal, sumDecimals, type DecimalText } from '#reference-data';
import type { OrderContentInput, OrderLineInput } from './content-input.js';
import type { LinkedBatch } from './order.js';
import type { DraftLine, OrderContent, OrderWarning, Totals } from './values.js';

/** Content as it goes into an event: canonical decimals, numbered lines, the totals row, and what the exporter should look at. */
export interface CheckedContent {
  readonly content: OrderContent;
  readonly totals: Totals;
  readonly warnings: readonly OrderWarning[];
}

/** The object without the fields that are undefined. */
const defined = <Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** A decimal in canonical form; notes a refusal if it does not fit N19,5. */
const decimalAt = (rule: string, field: string, text: string | undefined, problems: Refusal[]): DecimalText | undefined => {
  if (text === undefined) return undefined;
  const decimal = decimalText(text);
  if (decimal === undefined) problems.push(invalid(rule, field, { en: 'must fit N19,5 and not be negative', zh: '必须符合 N19,5 且不为负数' }));
  return decimal;
};

const checkLine = (input: OrderLineInput, index: number, problems: Refusal[]): DraftLine => {
  const at = (field: string): string => `lines[${index}].${field}`;
  const qty = decimalAt('9710-R8', at('qty'), input.qty, problems);
  const unitPrice = decimalAt('9710-R8', at('unitPrice'), input.unitPrice, problems);
  const total = decimalAt('9710-R9', at('total'), input.total, problems);
  if (qty === ZERO) problems.push(invalid('9710-R8', at('qty'), { en: 'must be more than 0', zh: '必须大于 0' }));
  if (input.unit !== undefined && !customsUnit(input.unit)) {
    problems.push(invalid('9710-R8', at('unit'), { en: `customs knows no unit ${input.unit}`, zh: `海关计量单位代码 ${input.unit} 不存在` }));
  }
  if (qty !== undefined && unitPrice !== undefined && total !== undefined) {
    const expected = lineTotal(qty, unitPrice);
    if (total !== expected) {
      const right = expected ?? 'N19,5';
      const text = { en: `must be quantity × unit price = ${right}`, zh: `总价必须等于数量 × 单价 = ${right}` };
      problems.push(invalid('9710-R9', at('total'), text, { expected: right, actual: total }));
    }
  }
  return { seq: index + 1, ...defined({ sku: input.sku, name: input.name, qty, unit: input.unit, unitPrice, total }) };
};

const sumAt = (field: 'qty' | 'total', lines: readonly DraftLine[], problems: Refusal[]): DecimalText => {
  const sum = sumDecimals(lines.flatMap((line) => decimalText(line[field] ?? '0') ?? []));
  if (sum === undefined) problems.push(invalid('9710-R9', 'lines', { en: `the sum of ${field} does not fit N19,5`, zh: '合计超出 N19,5' }));
  return sum ?? ZERO;
};

/**
 * Lines in canonical form with their totals row (9710-R9): totals are recomputed, half up to 5 decimals. Notes in `problems` unknown units, totals that
 * are not quantity × unit price, and sums beyond N19,5.
 */
const checkedLines = (inputs: readonly OrderLineInput[], problems: Refusal[]): { lines: readonly DraftLine[]; totals: Totals } => {
  const lines = inputs.map((input, index) => checkLine(input, index, problems));
  return { lines, totals: { qty: sumAt('qty', lines, problems), amount: sumAt('total', lines, problems) } };
};

/** As `checkContent`, for lines alone. */
export const checkLines = (inputs: readonly OrderLineInput[]): { lines: readonly DraftLine[]; totals: Totals } => {
  const problems: Refusal[] = [];
  const checked = checkedLines(inputs, problems);
  refuseIfAny(problems);
  return checked;
};

/** What blocks nothing but deserves a look: an export whose trade country is China (9710-C10), lines that are not the goods of the batch (9710-C15). */
export const warningsOf = ({ tradeCountry, lines }: Pick<OrderContent, 'tradeCountry' | 'lines'>, batch?: LinkedBatch): readonly OrderWarning[] => [
  ...(tradeCountry === 'CN' ? (['trade-country-is-china'] as const) : []),
  ...(batch !== undefined && differs(lines, batch) ? (['lines-differ-from-batch'] as const) : []),
];

/**
 * Checks what is there, complete or not (9710-R54), and brings it into canonical form. An order drafted for a batch keeps that batch's trade order,
 * named or not (TA-R20). Throws `Refusal`(s) naming each wrong field.
 */
export const checkContent = (input: OrderContentInput, batch?: LinkedBatch): CheckedContent => {
  const problems: Refusal[] = [];
  const { tradeAssuranceNo = batch?.tradeOrderNo, ebcCode, currency, remarkNo, tradeCountry } = input;
  if (batch !== undefined && tradeAssuranceNo !== batch.tradeOrderNo) {
    const text = { en: `the order was drafted for a batch of ${batch.tradeOrderNo}`, zh: `该订单属于信保订单 ${batch.tradeOrderNo} 的发货批次，不能更改` };
    problems.push(invalid('TA-R20', 'tradeAssuranceNo', text));
  }
  if (ebcCode !== undefined && !isEnterpriseCode(ebcCode)) {
    problems.push(invalid('9710-R6', 'ebcCode', { en: 'must be a 10-character customs enterprise code', zh: '必须是 10 位海关企业代码' }));
  }
  if (currency !== undefined && !currencyByIso(currency)) {
    problems.push(invalid('9710-R7', 'currency', { en: `customs knows no currency ${currency}`, zh: `海关币制表中没有 ${currency}` }));
  }
  const fees = {
    freight: decimalAt('9710-R7', 'freight', input.freight, problems),
    insurance: decimalAt('9710-R7', 'insurance', input.insurance, problems),
    miscFee: decimalAt('9710-R7', 'miscFee', input.miscFee, problems),
  };
  const { lines, totals } = checkedLines(input.lines ?? [], problems);
  refuseIfAny(problems);
  const scene = tradeAssuranceNo === undefined ? 'cross-border' : 'trade-assurance';
  const header = defined({ tradeAssuranceNo, ebcCode, currency, ...fees, remarkNo, tradeCountry });
  const content = { scene, ...header, lines } as const;
  return { content, totals, warnings: warningsOf(content, batch) };
};
