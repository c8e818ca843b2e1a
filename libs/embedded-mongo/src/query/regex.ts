import { BSONRegExp } from 'bson';
import { CommandError, notSupported } from '../errors.js';

const INLINE_FLAGS = /^\(\?([a-z]+)\)/;
const META = /[\\^$.|?*+()[\]{}]/;

/**
 * Translates a PCRE pattern into a JavaScript one.
 * @param pattern the expression; leading inline flags such as `(?i)` are honoured
 * @param options letters of `i`, `m`, `s`, `u`; `x` is refused
 */
export function toRegExp(pattern: string, options: string): RegExp {
  const inline = INLINE_FLAGS.exec(pattern);
  const flags = new Set([...options, ...(inline?.[1] ?? '')]);
  for (const flag of flags) {
    if (!'imsu'.includes(flag)) throw notSupported(`regular expression option '${flag}'`);
  }
  // PCRE without UTF mode differs from JavaScript's `u` in what it rejects, so `u` is only a statement about the text.
  flags.delete('u');
  try {
    return new RegExp(inline ? pattern.slice(inline[0].length) : pattern, [...flags].join(''));
  } catch (error) {
    throw new CommandError('BadValue', `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}

/** @returns the regular expression a value stands for, or undefined */
export const asRegExp = (value: unknown): RegExp | undefined => (value instanceof BSONRegExp ? toRegExp(value.pattern, value.options) : undefined);

/** @returns the literal text every match of a pattern must start with; empty if the pattern is not anchored or ignores case */
export function literalPrefix(expression: RegExp): string {
  if (!expression.source.startsWith('^') || expression.ignoreCase || expression.multiline || expression.source.includes('|')) return '';
  const body = expression.source.slice(1);
  const end = body.search(META);
  if (end < 0) return body;
  // A quantifier that allows zero occurrences makes the character before it optional.
  return '?*{'.includes(body[end] ?? '') ? body.slice(0, Math.max(0, end - 1)) : body.slice(0, end);
}
