import { Int32, Long } from 'bson';
import { CommandError } from '../../errors.js';
import type { Doc } from '../../bson/values.js';
import { missing, text, whole } from './arguments.js';
import { DAY_MS, fromLocal, momentOf, toLocal, utc, type LocalTime } from './time-zones.js';

const FIXED_MS: Readonly<Record<string, number>> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS };
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** Bins are counted from here, in local time. */
const REFERENCE = { days: utc(2000, 0, 1) / DAY_MS, months: 2000 * 12, weekday: 6 };

function unitOf(operator: string, unit: unknown): string {
  const name = text(operator, unit);
  if (!(name in FIXED_MS) && !(name in MONTHS)) throw new CommandError('FailedToParse', `unknown time unit value: ${name}`);
  return name;
}

function weekStart(operator: string, value: unknown): number {
  if (missing(value)) return 0;
  const name = text(operator, value).toLowerCase();
  const day = WEEKDAYS.findIndex((weekday) => weekday === name || weekday.slice(0, 3) === name);
  if (day < 0) throw new CommandError('FailedToParse', `unknown day of week value: ${name}`);
  return day;
}

const monthNumber = (local: LocalTime): number => local.getUTCFullYear() * 12 + local.getUTCMonth();
const dayNumber = (local: LocalTime): number => Math.floor(local.getTime() / DAY_MS);
const weekNumber = (local: LocalTime, start: number): number => Math.floor((dayNumber(local) - REFERENCE.days + REFERENCE.weekday - start) / 7);

/** @returns a date so many units later; a day the month does not have becomes its last one */
export function addUnits(moment: Date, unit: string, amount: number, zone: unknown): Date {
  const fixed = FIXED_MS[unit];
  if (fixed !== undefined && fixed < DAY_MS) return new Date(moment.getTime() + amount * fixed);
  const local = toLocal(moment, zone);
  if (fixed !== undefined) return fromLocal(new Date(local.getTime() + amount * fixed), zone);
  const month = monthNumber(local) + amount * (MONTHS[unit] ?? 1);
  const lastDay = new Date(utc(Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, 0)).getUTCDate();
  const day = utc(Math.floor(month / 12), ((month % 12) + 12) % 12, Math.min(local.getUTCDate(), lastDay));
  return fromLocal(new Date(day + (local.getTime() - dayNumber(local) * DAY_MS)), zone);
}

/** @returns how many boundaries of a unit lie between two dates */
function difference(start: LocalTime, end: LocalTime, unit: string, firstDay: number): number {
  if (unit === 'week') return weekNumber(end, firstDay) - weekNumber(start, firstDay);
  const months = MONTHS[unit];
  if (months !== undefined) return Math.floor(monthNumber(end) / months) - Math.floor(monthNumber(start) / months);
  const fixed = FIXED_MS[unit] ?? 1;
  return Math.floor(end.getTime() / fixed) - Math.floor(start.getTime() / fixed);
}

/** @returns the beginning of the bin a date is in */
export function truncate(moment: Date, unit: string, binSize: number, zone: unknown, firstDay: number): Date {
  const local = toLocal(moment, zone);
  const down = (value: number): number => Math.floor(value / binSize) * binSize;
  const months = MONTHS[unit];
  if (months !== undefined) {
    const size = months * binSize;
    const month = REFERENCE.months + Math.floor((monthNumber(local) - REFERENCE.months) / size) * size;
    return fromLocal(new Date(utc(Math.floor(month / 12), month % 12, 1)), zone);
  }
  if (unit === 'week') {
    // The first week of bins is the first that begins in 2000.
    const offset = (firstDay - REFERENCE.weekday + 7) % 7;
    const weeks = Math.floor((dayNumber(local) - REFERENCE.days - offset) / 7);
    return fromLocal(new Date((REFERENCE.days + offset + down(weeks) * 7) * DAY_MS), zone);
  }
  const fixed = FIXED_MS[unit] ?? 1;
  const origin = REFERENCE.days * DAY_MS;
  if (fixed === DAY_MS) return fromLocal(new Date(origin + down(dayNumber(local) - REFERENCE.days) * DAY_MS), zone);
  const start = fromLocal(new Date(origin), zone).getTime();
  return new Date(start + Math.floor((moment.getTime() - start) / (fixed * binSize)) * fixed * binSize);
}

/** `$dateAdd`, or with the sign turned `$dateSubtract`. */
export const dateAdd = (sign: 1 | -1) => ({ startDate, unit, amount, timezone }: Doc, operator: string): Date | null => {
  if (missing(startDate) || missing(unit) || missing(amount) || timezone === null) return null;
  return addUnits(momentOf(operator, startDate), unitOf(operator, unit), sign * whole(operator, amount), timezone);
};

export function dateDiff({ startDate, endDate, unit, timezone, startOfWeek }: Doc, operator: string): Long | null {
  if (missing(startDate) || missing(endDate) || missing(unit) || timezone === null || startOfWeek === null) return null;
  const [start, end] = [toLocal(momentOf(operator, startDate), timezone), toLocal(momentOf(operator, endDate), timezone)];
  return Long.fromNumber(difference(start, end, unitOf(operator, unit), weekStart(operator, startOfWeek)));
}

export function dateTrunc({ date, unit, binSize, timezone, startOfWeek }: Doc, operator: string): Date | null {
  if (missing(date) || missing(unit) || binSize === null || timezone === null || startOfWeek === null) return null;
  const size = whole(operator, binSize ?? new Int32(1));
  if (size < 1) throw new CommandError('BadValue', `${operator} requires 'binSize' to be greater than 0`);
  return truncate(momentOf(operator, date), unitOf(operator, unit), size, timezone, weekStart(operator, startOfWeek));
}
