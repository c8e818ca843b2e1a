import { compareDecimals, currencyByCustomsCode, customsUnit, decimalText, isCustomsParty, sumDecimals, ZERO } from '#reference-data';
import type { DeclaredOrder } from '../messages/ceb303-schema.js';

/** Why customs does not take an order: an error code of table 7-2 of the standard and what it is about. */
export interface Objection {
  readonly code: string;
  readonly info: string;
}

const parameterError = (info: string): Objection => ({ code: '-301008', info: `参数校验失败: ${info}` });

const UPPER_CASE_GUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
const COMPACT_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;
/** A foreign platform without a customs code. */
const NO_CODE = '无';

/** The instant of a CEB C14 time, which is Beijing's; undefined if there is no such time. */
export const instantOf = (compact: string): Date | undefined => {
  const [, year, month, day, hour, minute, second] = COMPACT_TIME.exec(compact) ?? [];
  if (year === undefined) return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = new Date(`${local}+08:00`);
  const exists = !Number.isNaN(instant.getTime()) && new Date(`${local}Z`).toISOString().startsWith(local);
  return exists ? instant : undefined;
};

type Check = (order: DeclaredOrder) => Objection | undefined;

const oneOf = (field: string, allowed: readonly string[], code = '-301008'): Check => ({ head }) =>
  allowed.includes(head[field] ?? '') ? undefined : { code, info: `${field} 代码错误: ${head[field] ?? ''}` };

const allSatisfy = (field: string, satisfies: (value: string) => boolean): Check => ({ lines }) => {
  const wrong = lines.findIndex((line) => !satisfies(line[field] ?? ''));
  return wrong < 0 ? undefined : parameterError(`第${wrong + 1}行 ${field}: ${lines[wrong]?.[field] ?? ''}`);
};

/** What the schema cannot see, in the order in which it is looked at. */
const CHECKS: readonly Check[] = [
  oneOf('appType', ['1', '2', '3'], '-301009'),
  oneOf('appStatus', ['1', '2']),
  oneOf('orderType', ['E', 'B', 'W']),
  ({ head }) => (UPPER_CASE_GUID.test(head['guid'] ?? '') ? undefined : parameterError('guid 应为36位大写')),
  ({ head }) => (instantOf(head['appTime'] ?? '') ? undefined : parameterError(`appTime 无效: ${head['appTime'] ?? ''}`)),
  ({ head }) => (head['ebpCode'] === NO_CODE || isCustomsParty(head['ebpCode'] ?? '') ? undefined : { code: '-10102', info: '电商平台代码无效' }),
  ({ head }) => (isCustomsParty(head['ebcCode'] ?? '') ? undefined : { code: '-10102', info: '电商企业代码无效' }),
  ({ head }) => (currencyByCustomsCode(head['currency'] ?? '') ? undefined : parameterError(`币制代码错误: ${head['currency'] ?? ''}`)),
  ({ lines }) => (lines.length > 0 ? undefined : { code: '-301001', info: '订单表体为空' }),
  ({ lines }) => (new Set(lines.map(({ gnum }) => gnum)).size === lines.length ? undefined : { code: '-301002', info: '商品序号重复' }),
  ({ lines }) => (lines.every(({ gnum }, index) => gnum === String(index + 1)) ? undefined : parameterError('商品序号应从1开始连续')),
  ({ head, lines }) => (lines.every(({ currency }) => currency === head['currency']) ? undefined : parameterError('表头与表体币制不一致')),
  allSatisfy('unit', (code) => customsUnit(code) !== undefined),
  allSatisfy('qty', (value) => decimalText(value) !== undefined && decimalText(value) !== ZERO),
  allSatisfy('price', (value) => decimalText(value) !== undefined),
  allSatisfy('totalPrice', (value) => decimalText(value) !== undefined),
  ({ head }) => (decimalText(head['goodsValue'] ?? '') && decimalText(head['freight'] ?? '') ? undefined : parameterError('金额不能为负')),
  ({ head, lines }) => {
    const sum = sumDecimals(lines.flatMap((line) => decimalText(line['totalPrice'] ?? '') ?? []));
    const declared = decimalText(head['goodsValue'] ?? '');
    return sum !== undefined && declared !== undefined && compareDecimals(sum, declared) === 0 ? undefined : parameterError('goodsValue 与表体总价合计不符');
  },
];

/** The first thing customs objects to in an order taken for itself. */
export const objectionTo = (order: DeclaredOrder): Objection | undefined => {
  for (const check of CHECKS) {
    const objection = check(order);
    if (objection) return objection;
  }
  return undefined;
};
