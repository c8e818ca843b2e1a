import { BSONRegExp, Int32 } from 'bson';
import { CommandError } from '../../errors.js';
import { isNumber } from '../../bson/values.js';
import type { Doc } from '../../bson/values.js';
import { toRegExp } from '../../query/regex.js';
import { integer, missing, named, nullable, positional, text, whole, type Builder } from './arguments.js';
import { convertTo } from './types.js';

/** Null becomes the empty text, numbers and dates their text. */
const coerced = (operator: string, value: unknown): string => (missing(value) ? '' : isNumber(value) || value instanceof Date ? String(convertTo('string', value)) : text(operator, value));

const cased = (change: (value: string) => string): Builder => positional([1, 1], ([value], operator) => change(coerced(operator, value)));
/** Letters beyond ASCII keep their case, as in MongoDB. */
const lower = (value: string): string => value.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upper = (value: string): string => value.replace(/[a-z]+/g, (letters) => letters.toUpperCase());

const WHITESPACE = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

function trimming(sides: { readonly left: boolean; readonly right: boolean }): Builder {
  return named(['input'], ['chars'], (values, operator) => {
    const { input, chars = WHITESPACE } = values;
    if (missing(input) || missing(chars)) return null;
    const cut = new Set(text(operator, chars));
    const points = [...text(operator, input)];
    let [start, end] = [0, points.length];
    while (sides.left && start < end && cut.has(points[start] ?? '')) start++;
    while (sides.right && end > start && cut.has(points[end - 1] ?? '')) end--;
    return points.slice(start, end).join('');
  });
}

function replacing(all: boolean): Builder {
  return named(['input', 'find', 'replacement'], [], ({ input, find, replacement }, operator) => {
    if (missing(input) || missing(find) || missing(replacement)) return null;
    const [whole, part, by] = [text(operator, input), text(operator, find), text(operator, replacement)];
    return all ? whole.replaceAll(part, () => by) : whole.replace(part, () => by);
  });
}

/** Finds matches of a regular expression; their positions count code points. */
function matches({ input, regex, options }: Doc, operator: string, global: boolean): Doc[] {
  if (missing(input) || missing(regex)) return [];
  const subject = text(operator, input);
  const flags = options === undefined || options === null ? (regex instanceof BSONRegExp ? regex.options : '') : text(operator, options);
  const expression = toRegExp(regex instanceof BSONRegExp ? regex.pattern : text(operator, regex), flags);
  const found = subject.matchAll(new RegExp(expression.source, `${expression.flags}g`));
  const result: Doc[] = [];
  for (const match of found) {
    result.push({ match: match[0], idx: integer([...subject.slice(0, match.index)].length), captures: match.slice(1).map((capture: string | undefined) => capture ?? null) });
    if (!global) break;
  }
  return result;
}

const searching = (answer: (found: readonly Doc[]) => unknown, global: boolean): Builder =>
  named(['input', 'regex'], ['options'], (values, operator) => answer(matches(values, operator, global)));

function substringOfPoints([value, from, count]: readonly unknown[], operator: string): string {
  const start = whole(operator, from);
  const length = whole(operator, count);
  if (start < 0 || length < 0) throw new CommandError('BadValue', `${operator}: the starting index and the length must be non-negative integers`);
  return [...coerced(operator, value)].slice(start, start + length).join('');
}

function substringOfBytes([value, from, count]: readonly unknown[], operator: string): string {
  const bytes = Buffer.from(coerced(operator, value), 'utf8');
  const start = whole(operator, from);
  const length = whole(operator, count);
  if (start < 0) throw new CommandError('BadValue', `${operator}: starting index must be non-negative`);
  const end = length < 0 ? bytes.length : Math.min(bytes.length, start + length);
  const splits = (at: number): boolean => at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80;
  if (splits(start) || splits(end)) throw new CommandError('BadValue', `${operator}: invalid range, it would split a UTF-8 character`);
  return bytes.toString('utf8', start, Math.max(start, end));
}

/** Finds a text in another by units of bytes or code points. */
const positionIn = (unitsOf: (value: string) => readonly (string | number)[]): Builder =>
  positional([2, 4], ([value, part, from, to], operator) => {
    if (missing(value)) return null;
    const [units, wanted] = [unitsOf(text(operator, value)), unitsOf(text(operator, part))];
    const start = from === undefined ? 0 : whole(operator, from);
    const end = Math.min(units.length, to === undefined ? units.length : whole(operator, to));
    if (start < 0 || end < 0) throw new CommandError('BadValue', `${operator} requires positions that are not negative`);
    for (let at = start; at + wanted.length <= end; at++) if (wanted.every((unit, n) => units[at + n] === unit)) return new Int32(at);
    return new Int32(-1);
  });

export const stringOperators: Readonly<Record<string, Builder>> = {
  $concat: nullable([0, Infinity], (values, operator) => values.map((value) => text(operator, value)).join('')),
  $toLower: cased(lower),
  $toUpper: cased(upper),
  $strcasecmp: positional([2, 2], ([a, b], operator) => new Int32(Math.sign(Buffer.compare(Buffer.from(upper(coerced(operator, a))), Buffer.from(upper(coerced(operator, b))))))),
  $trim: trimming({ left: true, right: true }),
  $ltrim: trimming({ left: true, right: false }),
  $rtrim: trimming({ left: false, right: true }),
  $replaceOne: replacing(false),
  $replaceAll: replacing(true),
  $split: nullable([2, 2], ([value, by], operator) => {
    const separator = text(operator, by);
    if (separator === '') throw new CommandError('BadValue', '$split requires a non-empty separator');
    return text(operator, value).split(separator);
  }),
  $strLenBytes: positional([1, 1], ([value], operator) => integer(Buffer.byteLength(text(operator, value)))),
  $strLenCP: positional([1, 1], ([value], operator) => integer([...text(operator, value)].length)),
  $substr: positional([3, 3], substringOfBytes),
  $substrBytes: positional([3, 3], substringOfBytes),
  $substrCP: positional([3, 3], substringOfPoints),
  $indexOfBytes: positionIn((value) => [...Buffer.from(value)]),
  $indexOfCP: positionIn((value) => [...value]),
  $regexMatch: searching((found) => found.length > 0, false),
  $regexFind: searching(([first]) => first ?? null, false),
  $regexFindAll: searching((found) => found, true),
};
