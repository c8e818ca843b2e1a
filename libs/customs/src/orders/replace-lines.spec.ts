import { describe, expect, it } from '@jest/globals';
import { compileValidator } from '#platform';
import { CONTENT, PLEDGE, drafted, inReview, toModify, type OrderScenario } from './order.scenarios.js';
import { ReplaceLinesInput, replaceLines } from './replace-lines.js';
import { sendOrder } from './send-order.js';

const pasted = (text: string, order = drafted({})): OrderScenario => order.when(replaceLines, { text });

/** The refusals' texts in English. */
const complaints = (text: string): readonly string[] => drafted({}).refusals(replaceLines, { text }).map((refusal) => refusal.text.en);

describe('lines pasted from a spreadsheet', () => {
  it('9710-R11 replace all lines: name, quantity, unit by code or name, unit price, total, SKU', () => {
    const { lines, totals } = pasted('荔枝\t100\t个\t100\t10000\tLZ-1\r\n台灯\t1\t001\t2.50\t2.5\r\n').newest('LinesReplaced');
    expect(lines).toEqual([
      { seq: 1, name: '荔枝', qty: '100', unit: '007', unitPrice: '100', total: '10000', sku: 'LZ-1' },
      { seq: 2, name: '台灯', qty: '1', unit: '001', unitPrice: '2.5', total: '2.5' },
    ]);
    expect(totals).toEqual({ qty: '101', amount: '10002.5' });
  });

  it('9710-R11 follow a heading row in Chinese or English, whatever the order of its columns', () => {
    expect(pasted('序号\t*总价\t*商品名称\t*成交数量\t*成交单位\t*单价\n1\t6\t荔枝\t2\t个\t3').newest('LinesReplaced').lines).toEqual([
      { seq: 1, name: '荔枝', qty: '2', unit: '007', unitPrice: '3', total: '6' },
    ]);
    expect(pasted('SKU\tName\nA\tlychee').newest('LinesReplaced').lines).toEqual([{ seq: 1, sku: 'A', name: 'lychee' }]);
  });

  it('9710-R11 take quoted cells, grouped numbers, blank rows and blanks around cells', () => {
    const { lines } = pasted('"荔枝 ""妃子笑"""\t 1,000 \t个\t1,234.5\t1234500\n\n\t\t\t\t\n"桂味" 荔枝\t1\t个\n').newest('LinesReplaced');
    expect(lines).toEqual([
      { seq: 1, name: '荔枝 "妃子笑"', qty: '1000', unit: '007', unitPrice: '1234.5', total: '1234500' },
      { seq: 2, name: '"桂味" 荔枝', qty: '1', unit: '007' },
    ]);
  });

  it('9710-R11 9710-R54 may leave cells empty, which sending then asks for', () => {
    const order = pasted('荔枝\t\t个', drafted({ currency: 'USD' }));
    expect(order.newest('LinesReplaced').lines).toEqual([{ seq: 1, name: '荔枝', unit: '007' }]);
    expect(order.refusals(sendOrder, PLEDGE).map(({ details }) => details.field)).toEqual(['lines[0].qty', 'lines[0].unitPrice', 'lines[0].total']);
  });

  it('9710-R11 name row and column of everything that is wrong', () => {
    expect(complaints('荔枝\tmany\t个\t1\n\n荔枝\t-1\t筐子\t1.123456')).toEqual([
      'row 1, column 2 (quantity): is not a number',
      'row 3, column 2 (quantity): must not be negative',
      'row 3, column 3 (unit): customs knows no unit 筐子',
      'row 3, column 4 (unit price): has more than 5 decimals',
    ]);
    const [refusal] = drafted({}).refusals(replaceLines, { text: '荔枝\tmany' });
    expect(refusal).toMatchObject({ rule: '9710-R11', kind: 'invalid', details: { facts: { row: 1, column: 2 } } });
    expect(refusal?.text.zh).toBe('第 1 行第 2 列（成交数量）：不是数字');
  });

  it('9710-R11 refuse cells beyond the columns, texts that are too long or hold a line break', () => {
    expect(complaints('荔枝\t1\t个\t1\t1\tA\tmore')).toEqual(['row 1, column 7 (no column): there are more cells than columns']);
    expect(complaints('枝'.repeat(251))).toEqual(['row 1, column 1 (name): has more than 250 characters']);
    expect(complaints('"荔\n枝"')).toEqual(['row 1, column 1 (name): holds a line break or control character']);
  });

  it('9710-R9 name the row whose total is not quantity × unit price', () => {
    const refusals = drafted({}).refusals(replaceLines, { text: '商品名称\t数量\t单价\t总价\n荔枝\t2\t3\t6\n荔枝\t2\t3\t7\n荔枝\t2\t3\t8' });
    expect(refusals.map(({ rule, text, details }) => [rule, text.en, details.facts?.['row']])).toEqual([
      ['9710-R9', 'row 3: must be quantity × unit price = 6', 3],
      ['9710-R9', 'row 4: must be quantity × unit price = 6', 4],
    ]);
    expect(complaints('荔枝\t2\t个\t3\t7')).toEqual(['row 1: must be quantity × unit price = 6']);
  });

  it('9710-R11 are at most 100', () => {
    const line = '荔枝\t1\t个\t1\t1\n';
    expect(pasted(line.repeat(100)).newest('LinesReplaced').lines).toHaveLength(100);
    expect(complaints(line.repeat(101))).toEqual(['101 lines: an order has at most 100']);
  });

  it('9710-R11 are removed by an empty text', () => {
    expect(pasted('', drafted(CONTENT)).newest('LinesReplaced')).toMatchObject({ lines: [], totals: { qty: '0', amount: '0' } });
  });

  it('9710-R11 9710-R23 also replace those of a returned order, but not of one under review', () => {
    expect(pasted('荔枝\t1\t个\t1\t1', toModify()).state.content.lines).toHaveLength(1);
    expect(inReview().refusals(replaceLines, { text: '荔枝' })[0]?.kind).toBe('conflict');
  });

  it('may hold tabs and line breaks, but no other control characters', () => {
    const validate = compileValidator(ReplaceLinesInput);
    expect(validate({ text: 'a\tb\r\n' })).toEqual([]);
    expect(validate({ text: 'a\u0000b' })).toHaveLength(1);
  });
});
