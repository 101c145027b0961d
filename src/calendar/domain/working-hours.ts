import { DomainError } from '#libs/kernel';
import { type EpochDay, MINUTES_PER_DAY, weekdayOf } from './local-date.js';

/** Wall-clock minutes of a day: [from, to), 0 <= from < to <= 1440. */
export type WallInterval = readonly [from: number, to: number];
export interface WallTimes {
  /** HH:mm, 00:00 to 23:59. */
  readonly from: string;
  /** HH:mm, 00:01 to 24:00. */
  readonly to: string;
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

const parseTime = (text: string, pointer: string): number => {
  if (text === '24:00') return MINUTES_PER_DAY;
  const [, hours, minutes] = TIME.exec(text) ?? [];
  if (hours === undefined) {
    throw DomainError.invalid(
      'calendar.invalid_hours',
      pointer,
      `"${text.slice(0, 16)}" is not a time of day. Write HH:mm, 00:00 to 24:00.`,
    );
  }
  return Number(hours) * 60 + Number(minutes);
};

const formatTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export const formatIntervals = (intervals: readonly WallInterval[]): WallTimes[] =>
  intervals.map(([from, to]) => ({ from: formatTime(from), to: formatTime(to) }));

/**
 * Reads the intervals of one date, in any order, into sorted ones. Touching intervals are allowed; a night shift is
 * two, split at midnight. Errors: `calendar.invalid_hours` (invalid) at `pointer/<index>/from|to`.
 */
export const parseIntervals = (times: readonly WallTimes[], pointer: string): WallInterval[] => {
  const intervals = times.map(({ from, to }, index): WallInterval => {
    const start = parseTime(from, `${pointer}/${index}/from`);
    const end = parseTime(to, `${pointer}/${index}/to`);
    if (start >= end) {
      throw DomainError.invalid(
        'calendar.invalid_hours',
        `${pointer}/${index}/to`,
        `${from}-${to} does not end after it starts. Split a night shift at 24:00 and go on at 00:00 of the next day.`,
      );
    }
    return [start, end];
  });
  intervals.sort((a, b) => a[0] - b[0]);
  intervals.forEach(([from], index) => {
    const previous = intervals[index - 1];
    if (previous && previous[1] > from) {
      throw DomainError.invalid(
        'calendar.invalid_hours',
        pointer,
        `${formatTime(previous[0])}-${formatTime(previous[1])} and the interval from ${formatTime(from)} overlap. Join them.`,
      );
    }
  });
  return intervals;
};

/** Sorted intervals that cover what any of the given ones covers. */
export const unionOf = (intervals: readonly WallInterval[]): WallInterval[] => {
  const union: [number, number][] = [];
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = union.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else union.push([from, to]);
  }
  return union;
};

/** An interval of a weekday (ISO, 1 is Monday), as it is stored. */
export type WeeklyInterval = readonly [weekday: number, from: number, to: number];

/** Sorted rows by weekday. */
export const weeklyHoursOf = (rows: readonly WeeklyInterval[]): Map<number, WallInterval[]> => {
  const weekly = new Map<number, WallInterval[]>();
  for (const [weekday, from, to] of rows) {
    const day = weekly.get(weekday);
    if (day) day.push([from, to]);
    else weekly.set(weekday, [[from, to]]);
  }
  return weekly;
};

const CLOSED: readonly WallInterval[] = [];

/**
 * When one person works. An exception replaces the weekly hours of its date; one of the person beats one of the whole
 * business (a volunteer on a holiday, a day off on a long Saturday).
 */
export class WorkingHours {
  constructor(
    /** By ISO weekday. */
    private readonly weekly: ReadonlyMap<number, readonly WallInterval[]>,
    private readonly own: ReadonlyMap<EpochDay, readonly WallInterval[]> = new Map(),
    private readonly businessWide: ReadonlyMap<EpochDay, readonly WallInterval[]> = new Map(),
  ) {}

  on(day: EpochDay): readonly WallInterval[] {
    return this.own.get(day) ?? this.businessWide.get(day) ?? this.weekly.get(weekdayOf(day)) ?? CLOSED;
  }
}
