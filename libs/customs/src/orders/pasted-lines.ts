import { Refusal, refuseIfAny, type Bilingual } from '#event-sourcing';
import { checkDecimal, customsUnit, customsUnitByName, type DecimalProblem } from '#reference-data';
import type { OrderLineInput } from './content-input.js';
import { MAX_LINES } from './limits.js';
import { readTabSeparated, type PastedRow } from './tab-separated.js';

type Column = keyof OrderLineInput;

/** The grid's columns in their order, with the headings they are recognised by; 序号 is the grid's own count and not read. */
const COLUMNS: Readonly<Record<Column, { readonly label: Bilingual; readonly headings: readonly string[] }>> = {
  name: { label: { en: 'name', zh: '商品名称' }, headings: ['商品名称', '名称', 'name'] },
  qty: { label: { en: 'quantity', zh: '成交数量' }, headings: ['成交数量', '数量', 'qty', 'quantity'] },
  unit: { label: { en: 'unit', zh: '成交单位' }, headings: ['成交单位', '单位', 'unit'] },
  unitPrice: { label: { en: 'unit price', zh: '单价' }, headings: ['单价', 'unitprice', 'unit price', 'price'] },
  total: { label: { en: 'total', zh: '总价' }, headings: ['总价', 'total'] },
  sku: { label: { en: 'SKU', zh: '货号' }, headings: ['货号', 'sku'] },
};
const ORDER = Object.keys(COLUMNS) as Column[];
const SEQUENCE_HEADINGS = ['序号', 'seq', 'no.'];

const columnByHeading: ReadonlyMap<string, Column> = new Map(ORDER.flatMap((column) => COLUMNS[column].headings.map((heading) => [heading, column] as const)));

const headingOf = (cell: string): string => cell.replace(/^\*/, '').trim().toLowerCase();

/** Which column each cell belongs to if the row is a heading row; undefined if any cell is no heading. */
const headingsIn = ({ cells }: PastedRow): readonly (Column | undefined)[] | undefined => {
  const known = cells.every((cell) => columnByHeading.has(headingOf(cell)) || SEQUENCE_HEADINGS.includes(headingOf(cell)));
  return known ? cells.map((cell) => columnByHeading.get(headingOf(cell))) : undefined;
};

/** Spreadsheets print large numbers in groups of three. */
const GROUPED = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

const DECIMAL_PROBLEMS: Readonly<Record<DecimalProblem, Bilingual>> = {
  syntax: { en: 'is not a number', zh: '不是数字' },
  negative: { en: 'must not be negative', zh: '不能为负数' },
  'too-many-digits': { en: 'has more than 14 digits before the point', zh: '整数部分超过 14 位' },
  'too-many-decimals': { en: 'has more than 5 decimals', zh: '小数部分超过 5 位' },
};

type Read = { readonly value: string } | { readonly wrong: Bilingual };

const readDecimal = (cell: string): Read => {
  const checked = checkDecimal(GROUPED.test(cell) ? cell.replaceAll(',', '') : cell);
  return checked.ok ? { value: checked.value } : { wrong: DECIMAL_PROBLEMS[checked.problem] };
};

const readUnit = (cell: string): Read => {
  const unit = customsUnit(cell) ?? customsUnitByName(cell);
  return unit ? { value: unit.code } : { wrong: { en: `customs knows no unit ${cell}`, zh: `海关计量单位“${cell}”不存在` } };
};

const readText =
  (max: number) =>
  (cell: string): Read => {
    if (/[\p{Cc}\p{Cs}]/u.test(cell)) return { wrong: { en: 'holds a line break or control character', zh: '含换行或控制字符' } };
    return Array.from(cell).length <= max ? { value: cell } : { wrong: { en: `has more than ${max} characters`, zh: `超过 ${max} 个字符` } };
  };

const READERS: Readonly<Record<Column, (cell: string) => Read>> = {
  name: readText(250),
  qty: readDecimal,
  unit: readUnit,
  unitPrice: readDecimal,
  total: readDecimal,
  sku: readText(30),
};

const inCell = (row: number, index: number, column: Column | undefined, wrong: Bilingual): Refusal => {
  const label = column ? COLUMNS[column].label : { en: 'no column', zh: '无此列' };
  const text = { en: `row ${row}, column ${index + 1} (${label.en}): ${wrong.en}`, zh: `第 ${row} 行第 ${index + 1} 列（${label.zh}）：${wrong.zh}` };
  return new Refusal('9710-R11', text, { kind: 'invalid', field: 'text', facts: { row, column: index + 1 } });
};

const readRow = ({ number, cells }: PastedRow, columns: readonly (Column | undefined)[], problems: Refusal[]): OrderLineInput => {
  const line: OrderLineInput = {};
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const column = columns[index];
    if (column === undefined) {
      if (index >= columns.length) problems.push(inCell(number, index, undefined, { en: 'there are more cells than columns', zh: '单元格多于列数' }));
      continue;
    }
    const read = READERS[column](cell);
    if ('wrong' in read) problems.push(inCell(number, index, column, read.wrong));
    else line[column] = read.value;
  }
  return line;
};

/** A pasted line and the row it stood in. */
export interface PastedLine {
  readonly row: number;
  readonly line: OrderLineInput;
}

/**
 * The lines in text pasted from a spreadsheet (9710-R11): one a row, in the columns name, quantity, unit (code or Chinese name), unit price, total, SKU, or
 * in those that a heading row names. Cells may be empty. Throws `Refusal`(s) naming row and column of each wrong cell.
 */
export const readPastedLines = (text: string): readonly PastedLine[] => {
  const rows = readTabSeparated(text);
  const headings = rows[0] && headingsIn(rows[0]);
  const body = headings ? rows.slice(1) : rows;
  if (body.length > MAX_LINES) {
    const tooMany = { en: `${body.length} lines: an order has at most ${MAX_LINES}`, zh: `共 ${body.length} 行：每个订单最多 ${MAX_LINES} 行` };
    throw new Refusal('9710-R11', tooMany, { kind: 'invalid', field: 'text', facts: { lines: body.length } });
  }
  const problems: Refusal[] = [];
  const lines = body.map((row) => ({ row: row.number, line: readRow(row, headings ?? ORDER, problems) }));
  refuseIfAny(problems);
  return lines;
};
