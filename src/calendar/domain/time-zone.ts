import { DomainError } from '#libs/kernel';
import { type EpochDay, type EpochMinute, MINUTES_PER_DAY } from './local-date.js';

const IANA_NAME = /^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2}))?/;
/** Years of days for one zone; a zone that is asked about more than that starts over. */
const MAX_CACHED_DAYS = 4096;

/**
 * Wall-clock arithmetic of one IANA zone. A wall-clock time that a change of the clocks skips or repeats is read as
 * Temporal's "compatible" does: a skipped time is moved forward by the length of the gap, of a repeated one the first is meant.
 *
 * Asking Intl for an offset costs some 10 µs, so offsets at UTC midnights are kept: they tell the days without a
 * change, which are all but two or so a year, and such a day is plain addition.
 */
export class TimeZone {
  private static readonly known = new Map<string, TimeZone>();
  private readonly midnightOffsets = new Map<EpochDay, number>();

  private constructor(
    readonly name: string,
    private readonly intl: Intl.DateTimeFormat,
  ) {}

  /** Errors: `calendar.unknown_time_zone` (invalid, at `pointer`). */
  static of(name: string, pointer = '/timeZone'): TimeZone {
    const known = this.known.get(name);
    if (known) return known;
    const intl = IANA_NAME.test(name) ? formatterOf(name) : null;
    if (!intl) {
      throw DomainError.invalid(
        'calendar.unknown_time_zone',
        pointer,
        `"${name.slice(0, 64)}" is not an IANA time zone. Use a name such as "Europe/Kyiv" or "UTC".`,
      );
    }
    const zone = new TimeZone(name, intl);
    this.known.set(name, zone);
    return zone;
  }

  /** Minutes that local time is ahead of UTC at an instant. */
  offsetAt(minute: EpochMinute): number {
    const [, sign, hours, minutes] = OFFSET.exec(this.intl.format(minute * 60_000)) ?? [];
    if (!sign) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }

  /** The offset that holds all through a local date, or null when the clocks change on it or next to it. */
  offsetOn(day: EpochDay): number | null {
    const before = this.midnightOffset(day - 1);
    return before === this.midnightOffset(day + 2) ? before : null;
  }

  /** The instant of a wall-clock time; `minuteOfDay` from 0 to 1440. */
  toUtc(day: EpochDay, minuteOfDay: number): EpochMinute {
    const local = day * MINUTES_PER_DAY + minuteOfDay;
    const constant = this.offsetOn(day);
    if (constant !== null) return local - constant;
    const before = this.offsetAt(local - MINUTES_PER_DAY);
    const after = this.offsetAt(local + MINUTES_PER_DAY);
    const early = local - before;
    if (this.offsetAt(early) === before) return early;
    const late = local - after;
    return this.offsetAt(late) === after ? late : early;
  }

  /** Wall-clock minutes since 1970-01-01T00:00 local time. */
  toLocal(minute: EpochMinute): number {
    const offset = this.offsetOn(Math.floor(minute / MINUTES_PER_DAY));
    return minute + (offset ?? this.offsetAt(minute));
  }

  dayOf(minute: EpochMinute): EpochDay {
    return Math.floor(this.toLocal(minute) / MINUTES_PER_DAY);
  }

  /** The first minute after `from` and before `to` at which the offset is another than at `from`, or null. */
  changeWithin(from: EpochMinute, to: EpochMinute): EpochMinute | null {
    const offset = this.offsetAt(from);
    let same = from;
    let changed = to - 1;
    if (changed <= from || this.offsetAt(changed) === offset) return null;
    while (changed - same > 1) {
      const middle = (same + changed) >> 1;
      if (this.offsetAt(middle) === offset) same = middle;
      else changed = middle;
    }
    return changed;
  }

  private midnightOffset(day: EpochDay): number {
    const cached = this.midnightOffsets.get(day);
    if (cached !== undefined) return cached;
    if (this.midnightOffsets.size >= MAX_CACHED_DAYS) this.midnightOffsets.clear();
    const offset = this.offsetAt(day * MINUTES_PER_DAY);
    this.midnightOffsets.set(day, offset);
    return offset;
  }
}

const formatterOf = (name: string): Intl.DateTimeFormat | null => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
};
