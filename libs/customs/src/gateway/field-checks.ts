import type { Bilingual } from '#event-sourcing';
import { checkDecimal, sumDecimals, ZERO, type DecimalProblem, type DecimalText } from '#reference-data';
import { upperCaseGuid } from './guid.js';

/** Why a field cannot be written: where it is, which rule or format it breaks, and how, in both languages. */
export interface FieldProblem {
  readonly field: string;
  readonly rule: string;
  readonly reason: Bilingual;
}

/** Control characters (line breaks included), lone surrogates and the two characters that XML has no way to write. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

const DECIMAL_REASONS: Readonly<Record<DecimalProblem, Bilingual>> = {
  syntax: { en: 'is not a plain decimal number', zh: '不是十进制数字' },
  negative: { en: 'is negative', zh: '不能为负数' },
  'too-many-digits': { en: 'has more than 14 digits before the point', zh: '整数部分超过14位' },
  'too-many-decimals': { en: 'has more than 5 decimals', zh: '小数超过5位' },
};

/** Checks values one by one, gives each in the form to be written, and keeps what is wrong with them. */
export class FieldChecks {
  readonly problems: FieldProblem[] = [];

  constructor(
    /** The rule named where a caller names none. */
    private readonly format: string,
  ) {}

  refuse(field: string, reason: Bilingual, rule = this.format): void {
    this.problems.push({ field, rule, reason });
  }

  /** C..max: 1 to `max` characters (code points) that can be written on one line, without blanks around them. */
  text(field: string, value: string, max: number, rule = this.format): string {
    if (value.trim() === '') this.refuse(field, { en: 'is missing', zh: '不能为空' }, rule);
    else if (value.trim() !== value) this.refuse(field, { en: 'begins or ends with a blank', zh: '首尾不能有空格' }, rule);
    if (UNWRITABLE.test(value)) this.refuse(field, { en: 'holds a control character', zh: '含有控制字符' }, rule);
    if (Array.from(value).length > max) this.refuse(field, { en: `is longer than ${max} characters`, zh: `超过${max}个字符` }, rule);
    return value;
  }

  /** A guid, in upper case. */
  guid(field: string, value: string): string {
    const guid = upperCaseGuid(value);
    if (guid === undefined) this.refuse(field, { en: 'is not a guid', zh: '不是36位GUID' });
    return guid ?? value;
  }

  /** N19,5 in canonical form. */
  decimal(field: string, value: string, rule = this.format): DecimalText {
    const checked = checkDecimal(value);
    if (checked.ok) return checked.value;
    this.refuse(field, DECIMAL_REASONS[checked.problem], rule);
    return ZERO;
  }

  /** The sum, which must itself fit N19,5. */
  sum(field: string, values: readonly DecimalText[]): DecimalText {
    const sum = sumDecimals(values);
    if (sum === undefined) this.refuse(field, DECIMAL_REASONS['too-many-digits']);
    return sum ?? ZERO;
  }

  /** A looked-up value; undefined is refused as an unknown code and written as nothing. */
  known(field: string, code: string | undefined, rule = this.format): string {
    if (code === undefined) this.refuse(field, { en: 'is not in the code list of customs', zh: '不在海关代码表中' }, rule);
    return code ?? '';
  }
}
