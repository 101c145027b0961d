import { type EpochDay, type EpochMinute, MINUTES_PER_DAY } from './local-date.js';
import type { TimeZone } from './time-zone.js';
import type { WallInterval, WorkingHours } from './working-hours.js';

/** What is known of one person: rules in wall-clock time, taken ranges in instants. */
export interface StaffCalendar {
  readonly staffId: string;
  readonly name: string;
  /** Does the service that is asked for. */
  readonly offersService: boolean;
  readonly hours: WorkingHours;
  /** Taken ranges with their buffers, flat: [from, to, from, to, ...], ascending and without overlap. */
  readonly busy: readonly EpochMinute[];
}

/** Instants of one local date. Days follow one another without gap or overlap, also when the clocks change. */
export interface DayFrame {
  readonly day: EpochDay;
  readonly start: EpochMinute;
  readonly end: EpochMinute;
  /** Offset of the whole date, null when the clocks change nearby. */
  readonly offset: number | null;
}

export const framesOf = (zone: TimeZone, first: EpochDay, last: EpochDay): DayFrame[] => {
  const frames: DayFrame[] = [];
  let start = zone.toUtc(first, 0);
  for (let day = first; day <= last; day++) {
    const end = zone.toUtc(day + 1, 0);
    frames.push({ day, start, end, offset: zone.offsetOn(day) });
    start = end;
  }
  return frames;
};

/** Starts to list, [first, first + step, ...) before `until`: one stretch of an interval with one offset. */
export interface GridRun {
  readonly first: EpochMinute;
  readonly until: EpochMinute;
}

/** The working time of one person over some days, in instants. */
export interface Diary {
  /** Merged working time, flat and ascending like `busy`: touching intervals are one. */
  readonly open: readonly EpochMinute[];
  /** By frame. */
  readonly runs: readonly (readonly GridRun[])[];
}

export const diaryOf = (
  zone: TimeZone,
  hours: WorkingHours,
  frames: readonly DayFrame[],
  step: number,
): Diary => {
  const open: EpochMinute[] = [];
  const runs = frames.map((frame) => {
    const dayRuns: GridRun[] = [];
    let crossed = false;
    for (const interval of hours.on(frame.day)) {
      const [from, to] = spanOf(zone, frame, interval);
      if (from >= to) continue;
      if (frame.offset === null) addRunsAcrossChange(zone, frame.day, interval[0], from, to, step, dayRuns);
      else dayRuns.push({ first: from, until: to });
      const last = open.length - 1;
      if (last >= 0 && open[last] === from) open[last] = to;
      else {
        crossed ||= last >= 0 && at(open, last) > from;
        open.push(from, to);
      }
    }
    if (crossed) mergeInPlace(open);
    return dayRuns;
  });
  return { open, runs };
};

/** A gap moves what it skips onto what follows it, so an interval is also kept inside its own date. */
const spanOf = (zone: TimeZone, frame: DayFrame, [from, to]: WallInterval): [EpochMinute, EpochMinute] =>
  frame.offset === null
    ? [Math.max(zone.toUtc(frame.day, from), frame.start), Math.min(zone.toUtc(frame.day, to), frame.end)]
    : [frame.start + from, frame.start + to];

/** The grid is a matter of the wall clock: after a change it goes on at 14:00 as on any other day, not an hour off. */
const addRunsAcrossChange = (
  zone: TimeZone,
  day: EpochDay,
  anchor: number,
  from: EpochMinute,
  to: EpochMinute,
  step: number,
  runs: GridRun[],
): void => {
  const localAnchor = day * MINUTES_PER_DAY + anchor;
  let start = from;
  while (start < to) {
    const end = zone.changeWithin(start, to) ?? to;
    const past = start + zone.offsetAt(start) - localAnchor;
    const first = start + ((step - (past % step)) % step);
    if (first < end) runs.push({ first, until: end });
    start = end;
  }
};

const mergeInPlace = (ranges: EpochMinute[]): void => {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([at(ranges, i), at(ranges, i + 1)]);
  pairs.sort((a, b) => a[0] - b[0]);
  ranges.length = 0;
  for (const [from, to] of pairs) {
    const last = ranges.length - 1;
    if (last >= 0 && from <= at(ranges, last)) ranges[last] = Math.max(at(ranges, last), to);
    else ranges.push(from, to);
  }
};

export const at = (ranges: readonly number[], index: number): number => ranges[index] ?? Number.NaN;

/** Index of the first range of a flat ascending list that ends after `minute`; the list's length when none does. */
export const firstEndingAfter = (ranges: readonly EpochMinute[], minute: EpochMinute): number => {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(ranges, 2 * middle + 1) > minute) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
};
