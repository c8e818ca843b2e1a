const OFFSET_MS = 8 * 3_600_000;

/** yyyyMMddHHmmss, then up to three digits of a fraction: receipts print 14 to 17 digits. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{0,3})$/;
const SEPARATORS = /[-:T. ]/g;
const LONGEST_PRINTED = 'yyyy-MM-ddTHH:mm:ss.SSS'.length;

/** `yyyy-MM-ddTHH:mm:ss.SSS` on a Beijing wall clock, without zone. */
const printed = (instant: Date): string => new Date(instant.getTime() + OFFSET_MS).toISOString().slice(0, LONGEST_PRINTED);

/** An instant as CEB's C14, `yyyyMMddHHmmss` in Beijing time; fractions of a second are cut off. Throws RangeError for an invalid date. */
export const compactBeijingTime = (instant: Date): string => printed(instant).replace(SEPARATORS, '').slice(0, 14);

/** An instant as the envelope prints it, `yyyy-MM-ddTHH:mm:ss` in Beijing time. Throws RangeError for an invalid date. */
export const beijingTime = (instant: Date): string => printed(instant).slice(0, 19);

/**
 * The instant of a customs time: 14 to 17 digits (or the same with the usual separators) on a Beijing wall clock, as CEB times carry no zone.
 * Undefined if it is no such time or no such date exists.
 */
export const parseBeijingTime = (text: string): Date | undefined => {
  const digits = text.length <= LONGEST_PRINTED ? text.replace(SEPARATORS, '') : '';
  const [, year, month, day, hour, minute, second, fraction = ''] = COMPACT.exec(digits) ?? [];
  if (year === undefined) return undefined;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}+08:00`);
  const exists = !Number.isNaN(instant.getTime()) && compactBeijingTime(instant) === digits.slice(0, 14);
  return exists ? instant : undefined;
};
