/** A calendar date as the number of days since 1970-01-01. Dates have no zone. */
export type EpochDay = number;
/** An instant as whole minutes since 1970-01-01T00:00Z: every range of the calendar begins and ends on a minute. */
export type EpochMinute = number;

export const MINUTES_PER_DAY = 1440;
const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = MINUTES_PER_DAY * MS_PER_MINUTE;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day of a `YYYY-MM-DD` text, or null when it is not a date of the Gregorian calendar. */
export const parseLocalDate = (text: string): EpochDay | null => {
  if (!DATE.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  const day = ms / MS_PER_DAY;
  return formatLocalDate(day) === text ? day : null;
};

export const formatLocalDate = (day: EpochDay): string =>
  new Date(day * MS_PER_DAY).toISOString().slice(0, 10);

/** ISO weekday, 1 (Monday) to 7. */
export const weekdayOf = (day: EpochDay): number => ((((day + 3) % 7) + 7) % 7) + 1;

export const toEpochMinute = (instant: Date): EpochMinute => Math.floor(instant.getTime() / MS_PER_MINUTE);
/** The first whole minute that is not before the instant. */
export const ceilToMinute = (instant: Date): EpochMinute => Math.ceil(instant.getTime() / MS_PER_MINUTE);
export const toInstant = (minute: EpochMinute): Date => new Date(minute * MS_PER_MINUTE);
export const isOnMinute = (instant: Date): boolean => instant.getTime() % MS_PER_MINUTE === 0;

const TIMES = Array.from(
  { length: MINUTES_PER_DAY },
  (_, minute) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
);

/**
 * Writes many minutes as text with one Date a day instead of one a minute: a month of slots is thousands of instants,
 * and they come in order.
 */
export class MinuteFormatter {
  private day = Number.NaN;
  private date = '';

  /** `YYYY-MM-DDTHH:mm`. */
  format(minute: EpochMinute): string {
    const day = Math.floor(minute / MINUTES_PER_DAY);
    if (day !== this.day) {
      this.day = day;
      this.date = formatLocalDate(day);
    }
    return `${this.date}T${TIMES[minute - day * MINUTES_PER_DAY] ?? ''}`;
  }

  /** ISO-8601 in UTC, as `Date.toISOString` writes it. */
  iso(minute: EpochMinute): string {
    return `${this.format(minute)}:00.000Z`;
  }
}
