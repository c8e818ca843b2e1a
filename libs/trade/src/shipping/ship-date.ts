/** A calendar day in a time zone: the agreed ship date (约定发货) is one, `2022-06-21 (PST)`. */
export interface ZonedDay {
  /** `yyyy-MM-dd` */
  readonly date: string;
  /** IANA time zone, e.g. `America/Los_Angeles`. */
  readonly zone: string;
}

/** Later than every instant that is: what has no date sorts last by it. */
export const NEVER = '9999-12-31T23:59:59.999Z';

const DAY_MS = 86_400_000;

/** How far the zone is ahead of UTC at the instant, milliseconds. */
const offsetAt = (instant: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((candidate) => candidate.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(instant / 1000) * 1000;
};

/** The first instant after the day, ISO 8601 UTC: from then on what was due on it is overdue (9710-R58). */
export const endOf = ({ date, zone }: ZonedDay): string => {
  const local = Date.parse(`${date}T00:00:00.000Z`) + DAY_MS;
  // The offset that holds at the end of the day may differ from the one that holds now; the second look is at the right instant.
  const guess = local - offsetAt(local, zone);
  return new Date(local - offsetAt(guess, zone)).toISOString();
};
