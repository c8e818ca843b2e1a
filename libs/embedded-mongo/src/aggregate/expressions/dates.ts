import { Int32, Long, Timestamp } from 'bson';
import { CommandError } from '../../errors.js';
import { isDoc, type Doc } from '../../bson/values.js';
import { missing, named, namedOperands, unary, whole, wrongType, type Builder } from './arguments.js';
import { dateFromString, dateToString } from './date-text.js';
import { dateAdd, dateDiff, dateTrunc } from './date-units.js';
import { dayOfYear, fromIsoWeek, fromLocal, isoDayOfWeek, isoWeek, isoWeekYear, momentOf, toLocal, utc, weekOfYear, type LocalTime } from './time-zones.js';

/** An operator that takes one part of a date, given alone or as `{ date, timezone }`. */
const part =
  (read: (local: LocalTime) => unknown): Builder =>
  (operand, compile, operator) => {
    const single = Array.isArray(operand) && operand.length === 1 ? (operand as unknown[])[0] : operand;
    const { date, timezone } = isDoc(single) && 'date' in single ? namedOperands(single, operator, ['date'], ['timezone']) : { date: single };
    const [moment, zone] = [compile(date), timezone === undefined ? undefined : compile(timezone)];
    return (scope) => {
      const [value, name] = [moment(scope), zone?.(scope)];
      return missing(value) || (zone && missing(name)) ? null : read(toLocal(momentOf(operator, value), name));
    };
  };

const int = (read: (local: LocalTime) => number): Builder => part((local) => new Int32(read(local)));

function dateToParts({ date, timezone, iso8601 }: Doc, operator: string): Doc | null {
  if (missing(date) || timezone === null || iso8601 === null) return null;
  const local = toLocal(momentOf(operator, date), timezone);
  const time = { hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds(), millisecond: local.getUTCMilliseconds() };
  const parts = iso8601 === true
    ? { isoWeekYear: isoWeekYear(local), isoWeek: isoWeek(local), isoDayOfWeek: isoDayOfWeek(local), ...time }
    : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate(), ...time };
  return Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, new Int32(value)]));
}

function dateFromParts(values: Doc, operator: string): Date | null {
  if (Object.values(values).some(missing)) return null;
  const number = (name: string, otherwise: number): number => (values[name] === undefined ? otherwise : whole(operator, values[name]));
  const iso = 'isoWeekYear' in values;
  const year = number(iso ? 'isoWeekYear' : 'year', 0);
  if (year < 1 || year > 9999 || iso === 'year' in values) throw new CommandError('BadValue', `${operator} requires either 'year' or 'isoWeekYear', between 1 and 9999`);
  const day = iso ? fromIsoWeek(year, number('isoWeek', 1), number('isoDayOfWeek', 1)).getTime() : utc(year, number('month', 1) - 1, number('day', 1));
  const time = ((number('hour', 0) * 60 + number('minute', 0)) * 60 + number('second', 0)) * 1000 + number('millisecond', 0);
  return fromLocal(new Date(day + time), values['timezone']);
}

const ofTimestamp = (read: (value: Timestamp) => number): Builder =>
  unary((value, operator) => {
    if (!(value instanceof Timestamp)) throw wrongType(operator, 'a timestamp', value);
    return Long.fromNumber(read(value));
  });

export const dateOperators: Readonly<Record<string, Builder>> = {
  $year: int((local) => local.getUTCFullYear()),
  $month: int((local) => local.getUTCMonth() + 1),
  $dayOfMonth: int((local) => local.getUTCDate()),
  $hour: int((local) => local.getUTCHours()),
  $minute: int((local) => local.getUTCMinutes()),
  $second: int((local) => local.getUTCSeconds()),
  $millisecond: int((local) => local.getUTCMilliseconds()),
  $dayOfYear: int(dayOfYear),
  $dayOfWeek: int((local) => local.getUTCDay() + 1),
  $isoDayOfWeek: int(isoDayOfWeek),
  $week: int(weekOfYear),
  $isoWeek: int(isoWeek),
  $isoWeekYear: part((local) => Long.fromNumber(isoWeekYear(local))),
  $dateToParts: named(['date'], ['timezone', 'iso8601'], dateToParts),
  $dateFromParts: named([], ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', 'timezone'], dateFromParts),
  $dateToString: named(['date'], ['format', 'timezone', 'onNull'], dateToString),
  $dateFromString: named(['dateString'], ['format', 'timezone', 'onNull', 'onError'], dateFromString),
  $dateAdd: named(['startDate', 'unit', 'amount'], ['timezone'], dateAdd(1)),
  $dateSubtract: named(['startDate', 'unit', 'amount'], ['timezone'], dateAdd(-1)),
  $dateDiff: named(['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek'], dateDiff),
  $dateTrunc: named(['date', 'unit'], ['binSize', 'timezone', 'startOfWeek'], dateTrunc),
  $tsSecond: ofTimestamp((value) => value.getHighBitsUnsigned()),
  $tsIncrement: ofTimestamp((value) => value.getLowBitsUnsigned()),
};
