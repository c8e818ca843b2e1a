import { CommandError } from '../../errors.js';
import type { Doc } from '../../bson/values.js';
import { missing, text } from './arguments.js';
import { dayOfYear, fromIsoWeek, fromLocal, isoDayOfWeek, isoWeek, isoWeekYear, MINUTE_MS, momentOf, offsetOf, utc, weekOfYear, type LocalTime } from './time-zones.js';

const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

const WRITERS: Readonly<Record<string, (local: LocalTime, offset: number) => string>> = {
  Y: (local) => pad(local.getUTCFullYear(), 4),
  G: (local) => pad(isoWeekYear(local), 4),
  m: (local) => pad(local.getUTCMonth() + 1, 2),
  b: (local) => (MONTH_NAMES[local.getUTCMonth()] ?? '').slice(0, 3),
  B: (local) => MONTH_NAMES[local.getUTCMonth()] ?? '',
  d: (local) => pad(local.getUTCDate(), 2),
  H: (local) => pad(local.getUTCHours(), 2),
  M: (local) => pad(local.getUTCMinutes(), 2),
  S: (local) => pad(local.getUTCSeconds(), 2),
  L: (local) => pad(local.getUTCMilliseconds(), 3),
  j: (local) => pad(dayOfYear(local), 3),
  u: (local) => String(isoDayOfWeek(local)),
  w: (local) => String(local.getUTCDay() + 1),
  U: (local) => pad(weekOfYear(local), 2),
  V: (local) => pad(isoWeek(local), 2),
  z: (_, offset) => `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60), 2)}${pad(Math.abs(offset) % 60, 2)}`,
  Z: (_, offset) => `${offset < 0 ? '-' : '+'}${String(Math.abs(offset))}`,
  '%': () => '%',
};

/** `$dateToString`. */
export function dateToString({ date, format, timezone, onNull }: Doc, operator: string): unknown {
  if (missing(date)) return onNull ?? null;
  if (timezone === null || format === null) return null;
  const moment = momentOf(operator, date);
  const offset = offsetOf(moment, timezone);
  const local = new Date(moment.getTime() + offset * MINUTE_MS);
  const pattern = format === undefined ? `%Y-%m-%dT%H:%M:%S.%L${timezone === undefined || timezone === 'UTC' ? 'Z' : ''}` : text(operator, format);
  return pattern.replace(/%(.?)/gs, (_, letter: string) => {
    const write = Object.hasOwn(WRITERS, letter) ? WRITERS[letter] : undefined;
    if (!write) throw new CommandError('BadValue', `Invalid format character '%${letter}' in format string`);
    return write(local, offset);
  });
}

const READERS: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  G: '(?<G>\\d{4})',
  m: '(?<m>\\d{1,2})',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]+)',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  L: '(?<L>\\d{1,3})',
  j: '(?<j>\\d{1,3})',
  u: '(?<u>[1-7])',
  V: '(?<V>\\d{1,2})',
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
  Z: '(?<Z>[+-]\\d{1,3})',
  '%': '%',
};

const ISO = /^(?<Y>\d{4})-(?<m>\d{2})-(?<d>\d{2})(?:[T ](?<H>\d{2}):(?<M>\d{2})(?::(?<S>\d{2})(?:\.(?<L>\d{1,3})\d*)?)?(?<z>Z|[+-]\d{2}:?\d{2})?)?$/;

function patternOf(format: string): RegExp {
  const source = format.replace(/%(.?)|[\\^$.*+?()[\]{}|]/gs, (found, letter: string | undefined) => {
    if (!found.startsWith('%')) return `\\${found}`;
    const reader = Object.hasOwn(READERS, letter ?? '') ? READERS[letter ?? ''] : undefined;
    if (reader === undefined) throw new CommandError('BadValue', `Invalid format character '${found}' in format string`);
    return reader;
  });
  return new RegExp(`^${source}$`);
}

/** `$dateFromString`; without a format it reads ISO 8601. */
export function dateFromString(values: Doc, operator: string): unknown {
  const { dateString, format, timezone, onNull } = values;
  if (missing(dateString)) return onNull ?? null;
  if (timezone === null || format === null) return null;
  try {
    return parseDate(text(operator, dateString), format === undefined ? ISO : patternOf(text(operator, format)), timezone);
  } catch (error) {
    if ('onError' in values && error instanceof CommandError && error.codeName === 'ConversionFailure') return values['onError'];
    throw error;
  }
}

/** @throws CommandError ConversionFailure */
export function parseDate(value: string, pattern: RegExp = ISO, zone?: unknown): Date {
  const parts = pattern.exec(value)?.groups;
  const local = parts && localOf(parts);
  if (!local) throw new CommandError('ConversionFailure', `Error parsing date string '${value}'`);
  const { z, Z } = parts;
  if ((z ?? Z) === undefined) return fromLocal(local, zone);
  if (zone !== undefined) throw new CommandError('ConversionFailure', `you cannot pass in a date/time string with time zone information ('${z ?? Z ?? ''}') together with a timezone argument`);
  return new Date(local.getTime() - (z === undefined ? Number(Z) : offsetOf(local, z)) * MINUTE_MS);
}

function localOf({ Y, G, V, u, m, b, B, d, j, H, M, S, L }: Readonly<Record<string, string | undefined>>): LocalTime | undefined {
  const number = (part: string | undefined, otherwise: number): number => (part === undefined ? otherwise : Number(part));
  const name = (b ?? B ?? '').toLowerCase();
  const month = name === '' ? number(m, 1) - 1 : MONTH_NAMES.findIndex((full) => full.toLowerCase() === name || full.slice(0, 3).toLowerCase() === name);
  const [hour, minute, second] = [number(H, 0), number(M, 0), number(S, 0)];
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 59 || (Y ?? G) === undefined) return undefined;
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + number(L?.padEnd(3, '0'), 0);
  if (G !== undefined) return new Date(fromIsoWeek(Number(G), number(V, 1), number(u, 1)).getTime() + time);
  const [day, first] = j === undefined ? [number(d, 1), month] : [Number(j), 0];
  const date = new Date(utc(Number(Y), first, day));
  const exists = j !== undefined ? date.getUTCFullYear() === Number(Y) : date.getUTCMonth() === month;
  return exists ? new Date(date.getTime() + time) : undefined;
}
