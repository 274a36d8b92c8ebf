import type { Instant } from '../kernel/clock.ts';
import type { Holiday, OpeningHours, OpenSpan } from './opening-hours.ts';

/** What a clock on the wall shows. */
interface WallTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekday: number;
  /** Since midnight, as the clock shows them. */
  readonly minutes: number;
}

/**
 * Whether a company is open. A span follows the clock on the wall: an hour that the change to winter time repeats
 * counts twice, and one that the change to summer time skips never comes.
 * @param timeZone a name of the IANA database; one that is none is read as UTC (`isTimeZone` tells)
 */
export function isOpen(hours: OpeningHours, at: Instant, timeZone: string): boolean {
  const now = wallTime(at, timeZone);
  return !hours.holidays.some((holiday) => isOn(holiday, now.date)) && hours.week.some((span) => includes(span, now));
}

export function isTimeZone(name: string): boolean {
  return formatter(name) !== undefined;
}

function isOn({ date }: Holiday, today: string): boolean {
  return date === today || date === today.slice('YYYY-'.length);
}

function includes({ days, from, to }: OpenSpan, { weekday, minutes }: WallTime): boolean {
  return days.includes(weekday) && minutesOf(from) <= minutes && minutes < minutesOf(to);
}

/** Of `HH:MM`; what is none is never reached. */
function minutesOf(time: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  return Number(hours) * 60 + Number(minutes);
}

function wallTime(at: Instant, timeZone: string): WallTime {
  const shows = (formatter(timeZone) ?? formatter('UTC'))?.formatToParts(at) ?? [];
  const parts = new Map(shows.map(({ type, value }) => [type, value]));
  const shown = (part: Intl.DateTimeFormatPartTypes): string => parts.get(part) ?? '';
  const date = `${shown('year')}-${shown('month')}-${shown('day')}`;
  return {
    date,
    weekday: weekdays.indexOf(shown('weekday')) + 1,
    minutes: minutesOf(`${shown('hour')}:${shown('minute')}`),
  };
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

// Making one takes a hundred times as long as using it, and there are only so many time zones.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...({ year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' } as const),
      ...({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
    });
    formatters.set(timeZone, made);
    return made;
  } catch {
    return undefined;
  }
}
