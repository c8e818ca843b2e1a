import type { Bilingual } from '#event-sourcing';
import { fieldConstraint, type FieldOptions } from './field-constraint.js';

// Controls, lone surrogates, line separators and bidirectional overrides: invisible, unprintable in customs messages, or able to disguise a text.
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
const UNSAFE_BUT_LINES = /[\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|(?![\n\r\t])\p{Cc}/u;
const SURROGATE_PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g;

/** Length in characters (Unicode code points), as people and class-validator count. */
const lengthOf = (value: string): number => value.length - (value.match(SURROGATE_PAIRS)?.length ?? 0);

const textCheck = (unsafe: RegExp) => (min: number, max: number) => (value: unknown) => {
  if (typeof value !== 'string' || unsafe.test(value)) return false;
  const length = lengthOf(value);
  return length <= max && length >= min && (min === 0 || value.trim() !== '');
};

const text = fieldConstraint<[min: number, max: number]>({
  name: 'text',
  text: (min, max) => ({
    en: `must be a text of ${min} to ${max} characters, not blank, without control characters`,
    zh: `必须是 ${min} 至 ${max} 个字符的文本，不能全为空白，不能含控制字符`,
  }),
  check: textCheck(UNSAFE),
});

const multilineText = fieldConstraint<[min: number, max: number]>({
  name: 'multilineText',
  text: (min, max) => ({
    en: `must be a text of ${min} to ${max} characters, not blank, without control characters other than line breaks and tabs`,
    zh: `必须是 ${min} 至 ${max} 个字符的文本，不能全为空白，除换行和制表符外不能含控制字符`,
  }),
  check: textCheck(UNSAFE_BUT_LINES),
});

const pattern = fieldConstraint<[pattern: RegExp, text: Bilingual]>({
  name: 'pattern',
  text: (_, message) => message,
  check: (regex) => (value) => typeof value === 'string' && regex.test(value),
});

const oneOf = fieldConstraint<[values: readonly string[]]>({
  name: 'oneOf',
  text: (values) => ({ en: `must be one of ${values.join(', ')}`, zh: `必须是以下之一：${values.join(', ')}` }),
  check: (values) => {
    const allowed = new Set<unknown>(values);
    return (value) => allowed.has(value);
  },
});

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const instant = fieldConstraint<[]>({
  name: 'instant',
  text: () => ({ en: 'must be an instant in UTC such as 2022-06-21T08:00:00Z', zh: '必须是 UTC 时间，例如 2022-06-21T08:00:00Z' }),
  check: () => (value) => {
    if (typeof value !== 'string' || !ISO_UTC.test(value)) return false;
    const date = new Date(value);
    // Date rolls 31 February over to March; such a day does not exist.
    return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === value.slice(0, 19);
  },
});

/** One line of text, `min` to `max` characters (code points); blank only if `min` is 0; no control characters or bidirectional overrides. */
export const Text = (min: number, max: number, options?: FieldOptions): PropertyDecorator => text([min, max], options);

/** As `Text`, with line breaks and tabs allowed. */
export const MultilineText = (min: number, max: number, options?: FieldOptions): PropertyDecorator => multilineText([min, max], options);

/** A string that matches; `message` says in both languages what is asked for. The expression must be anchored and not global. */
export const Pattern = (regex: RegExp, message: Bilingual, options?: FieldOptions): PropertyDecorator => {
  if (regex.global || regex.sticky) throw new Error(`@Pattern ${String(regex)}: a global or sticky expression keeps state between checks`);
  return pattern([regex, message], options);
};

/** One of the listed strings. */
export const OneOf = (values: readonly string[], options?: FieldOptions): PropertyDecorator => oneOf([values], options);

/** An instant in UTC, ISO 8601 with seconds (milliseconds optional) and `Z`. */
export const InstantString = (options?: FieldOptions): PropertyDecorator => instant([], options);
