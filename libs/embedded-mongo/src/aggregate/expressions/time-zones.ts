import { ObjectId, Timestamp } from 'bson';
import { CommandError } from '../../errors.js';
import { wrongType } from './arguments.js';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Local time of a zone, held in the UTC fields of a Date. */
export type LocalTime = Date;

const OFFSET = /^([+-])(\d{2}):?(\d{2})?$/;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' });
    formats.set(zone, made);
    return made;
  } catch {
    throw new CommandError('BadValue', `unrecognized time zone identifier: "${zone}"`);
  }
}

/** @returns the minutes a zone (`+08:00`, `Asia/Shanghai`) is ahead of UTC at a moment; 0 without a zone. @throws CommandError BadValue for an unknown zone */
export function offsetOf(moment: Date, zone: unknown): number {
  if (zone === undefined || zone === 'UTC' || zone === 'GMT' || zone === 'Z') return 0;
  if (typeof zone !== 'string') throw wrongType('timezone', 'a string', zone);
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const parts = new Map(formatOf(zone).formatToParts(moment).map(({ type, value }) => [type, value]));
  const field = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const year = parts.get('era') === 'BC' ? 1 - field('year') : field('year');
  const local = utc(year, field('month') - 1, field('day'), field('hour'), field('minute'), field('second'));
  return Math.round((local - Math.floor(moment.getTime() / 1000) * 1000) / MINUTE_MS);
}

/** As `Date.UTC`, for the years below 100 too. */
export function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime();
}

export const toLocal = (moment: Date, zone: unknown): LocalTime => new Date(moment.getTime() + offsetOf(moment, zone) * MINUTE_MS);

/** @returns the moment of a local time; where a clock change leaves two or none, one that the zone's offset before the change gives */
export function fromLocal(local: LocalTime, zone: unknown): Date {
  const guess = new Date(local.getTime() - offsetOf(local, zone) * MINUTE_MS);
  return new Date(local.getTime() - offsetOf(guess, zone) * MINUTE_MS);
}

/** @returns the moment a date, a timestamp or the making of an ObjectId stands for. @throws CommandError TypeMismatch */
export function momentOf(operator: string, value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.getHighBitsUnsigned() * 1000);
  throw wrongType(operator, 'a date', value);
}

/** Days since 1 January, the first being 1. */
export const dayOfYear = (local: LocalTime): number => Math.floor((local.getTime() - utc(local.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;

/** Monday is 1, Sunday 7. */
export const isoDayOfWeek = (local: LocalTime): number => local.getUTCDay() || 7;

/** Weeks begin on Sunday; the days before the first Sunday are in week 0. */
export const weekOfYear = (local: LocalTime): number => Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7);

/** ISO 8601: a week belongs to the year its Thursday is in. */
const thursdayOf = (local: LocalTime): LocalTime => new Date(local.getTime() + (4 - isoDayOfWeek(local)) * DAY_MS);

export const isoWeekYear = (local: LocalTime): number => thursdayOf(local).getUTCFullYear();
export const isoWeek = (local: LocalTime): number => Math.ceil(dayOfYear(thursdayOf(local)) / 7);

/** @returns midnight of a day given by ISO year, week and day of week; numbers beyond the year carry over */
export function fromIsoWeek(year: number, week: number, day: number): LocalTime {
  const fourth = new Date(utc(year, 0, 4));
  return new Date(fourth.getTime() + ((week - 1) * 7 + day - isoDayOfWeek(fourth)) * DAY_MS);
}
