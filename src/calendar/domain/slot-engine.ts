import { ceilToMinute, type EpochDay, type EpochMinute } from './local-date.js';
import type { SlotRefusal } from './slot-refusal.js';
import {
  at,
  type DayFrame,
  type Diary,
  diaryOf,
  firstEndingAfter,
  framesOf,
  type StaffCalendar,
} from './staff-diary.js';
import { TimeZone } from './time-zone.js';

export interface BookingRules {
  readonly timeZone: string;
  readonly minNoticeMinutes: number;
  /** A start is allowed up to the end of the local date that many days after today. */
  readonly horizonDays: number;
  readonly slotStepMinutes: number;
}

/** How long a service keeps a person. At most a day in all. */
export interface ServiceShape {
  readonly active: boolean;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
}

export interface Slot {
  readonly start: EpochMinute;
  /** Who is free, in the order in which they are chosen. */
  readonly staff: readonly StaffCalendar[];
}

export type Verdict =
  | { readonly free: true; readonly staff: readonly StaffCalendar[] }
  | { readonly free: false; readonly refusal: SlotRefusal };

/** The commonest reason wins; of equally common ones the one a customer can do most about. */
const REASON_ORDER: readonly SlotRefusal[] = [
  'slot_taken',
  'too_soon',
  'outside_hours',
  'beyond_horizon',
  'in_past',
];

/**
 * The one place that knows when a service can start. `list` and `check` answer from the same diaries and the same
 * ranges: a listed start is never refused and (on the grid) a start that would be accepted is always listed.
 *
 * Pure integer arithmetic on minutes: no date object a slot, which is what makes a month of a person some
 * microseconds. `busy` must cover the asked range and a day around it, or the fair order of staff is of part of a day.
 */
export class SlotEngine {
  private readonly zone: TimeZone;
  private readonly candidates: readonly StaffCalendar[];
  private readonly nowMinute: EpochMinute;
  private readonly earliest: EpochMinute;
  private readonly horizonEnd: EpochMinute;
  private readonly step: number;

  constructor(
    rules: BookingRules,
    private readonly service: ServiceShape,
    staff: readonly StaffCalendar[],
    now: Date,
  ) {
    this.zone = TimeZone.of(rules.timeZone);
    this.candidates = staff.filter(({ offersService }) => offersService);
    this.nowMinute = ceilToMinute(now);
    this.earliest = this.nowMinute + rules.minNoticeMinutes;
    this.horizonEnd = this.zone.toUtc(this.zone.dayOf(this.nowMinute) + rules.horizonDays + 1, 0);
    this.step = rules.slotStepMinutes;
  }

  /** Free starts on the grid in [from, to), soonest first. */
  list(
    from: EpochMinute,
    to: EpochMinute,
    limit = Number.POSITIVE_INFINITY,
  ): { slots: Slot[]; truncated: boolean } {
    const slots: Slot[] = [];
    const low = Math.max(from, this.earliest);
    const high = Math.min(to, this.horizonEnd);
    if (!this.service.active || low >= high) return { slots, truncated: false };
    const frames = this.framesAround(low, high);
    const diaries = this.candidates.map(({ hours }) => diaryOf(this.zone, hours, frames, this.step));
    const loads = this.candidates.map(({ busy }) => loadsOf(busy, frames));
    frames.forEach((_, index) => {
      if (slots.length > limit) return;
      const byStart = new Map<EpochMinute, StaffCalendar[]>();
      for (const member of this.fairOrder((candidate) => loads[candidate]?.[index] ?? 0)) {
        const diary = diaries[member];
        const calendar = this.candidates[member];
        if (diary && calendar) this.sweep(calendar, diary, index, low, high, byStart);
      }
      const starts = [...byStart.keys()].sort((a, b) => a - b);
      for (const start of starts) slots.push({ start, staff: byStart.get(start) ?? [] });
    });
    const truncated = slots.length > limit;
    if (truncated) slots.length = limit;
    return { slots, truncated };
  }

  /** The verdict on an exact start, on or off the grid: what a write asks. */
  check(start: EpochMinute): Verdict {
    const refusal = this.serviceRefusal() ?? this.timeRefusal(start);
    if (refusal) return { free: false, refusal };
    const frames = this.framesAround(start, start + 1);
    const today = this.zone.dayOf(start);
    const index = frames.findIndex(({ day }) => day === today);
    const loads = this.candidates.map(({ busy }) => loadsOf(busy, frames)[index] ?? 0);
    const refusals = this.candidates.map((calendar) =>
      this.refusalOf(calendar, diaryOf(this.zone, calendar.hours, frames, this.step), start),
    );
    const free = this.fairOrder((candidate) => loads[candidate] ?? 0).filter(
      (candidate) => refusals[candidate] === null,
    );
    if (free.length === 0) {
      return { free: false, refusal: refusals.includes('slot_taken') ? 'slot_taken' : 'outside_hours' };
    }
    return { free: true, staff: free.flatMap((candidate) => this.candidates[candidate] ?? []) };
  }

  /** Why [from, to) has no free start: the commonest refusal of the starts that the hours would list. */
  explain(from: EpochMinute, to: EpochMinute): SlotRefusal {
    const ofService = this.serviceRefusal();
    if (ofService) return ofService;
    const frames = this.framesAround(from, to);
    const tally = new Map<SlotRefusal, number>();
    for (const calendar of this.candidates) {
      const diary = diaryOf(this.zone, calendar.hours, frames, this.step);
      for (const { first, until } of diary.runs.flat()) {
        for (let start = first; start < Math.min(until, to); start += this.step) {
          if (start < from) continue;
          const refusal = this.timeRefusal(start) ?? this.refusalOf(calendar, diary, start);
          if (refusal) tally.set(refusal, (tally.get(refusal) ?? 0) + 1);
        }
      }
    }
    const highest = Math.max(0, ...tally.values());
    if (highest > 0) return REASON_ORDER.find((refusal) => tally.get(refusal) === highest) ?? 'slot_taken';
    const atStart = this.timeRefusal(from);
    return atStart !== null && atStart === this.timeRefusal(to - 1) ? atStart : 'outside_hours';
  }

  /** Up to `count` free starts of [from, to) nearest to `wanted`, soonest first; `wanted` itself is not one. */
  nearest(wanted: EpochMinute, from: EpochMinute, to: EpochMinute, count: number): Slot[] {
    return this.list(from, to)
      .slots.filter(({ start }) => start !== wanted)
      .sort((a, b) => Math.abs(a.start - wanted) - Math.abs(b.start - wanted) || a.start - b.start)
      .slice(0, count)
      .sort((a, b) => a.start - b.start);
  }

  private serviceRefusal(): SlotRefusal | null {
    if (!this.service.active) return 'service_inactive';
    return this.candidates.length === 0 ? 'staff_lacks_service' : null;
  }

  private timeRefusal(start: EpochMinute): SlotRefusal | null {
    if (start < this.nowMinute) return 'in_past';
    if (start < this.earliest) return 'too_soon';
    return start >= this.horizonEnd ? 'beyond_horizon' : null;
  }

  /** The service fits into the hours; with its buffers it overlaps nothing taken. Buffers may stick out of the hours. */
  private refusalOf(calendar: StaffCalendar, { open }: Diary, start: EpochMinute): SlotRefusal | null {
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes } = this.service;
    const end = start + durationMinutes;
    const stretch = firstEndingAfter(open, start);
    if (stretch >= open.length || at(open, stretch) > start || at(open, stretch + 1) < end)
      return 'outside_hours';
    const { busy } = calendar;
    for (let i = 0; i < busy.length && at(busy, i) < end + bufferAfterMinutes; i += 2) {
      if (at(busy, i + 1) > start - bufferBeforeMinutes) return 'slot_taken';
    }
    return null;
  }

  /** Adds the free starts of one person on one date: as `refusalOf`, but stepping from one taken range over to its end. */
  private sweep(
    calendar: StaffCalendar,
    { open, runs }: Diary,
    frame: number,
    low: EpochMinute,
    high: EpochMinute,
    byStart: Map<EpochMinute, StaffCalendar[]>,
  ): void {
    const { step } = this;
    const { durationMinutes, bufferBeforeMinutes, bufferAfterMinutes } = this.service;
    const { busy } = calendar;
    const after = durationMinutes + bufferAfterMinutes;
    for (const { first, until } of runs[frame] ?? []) {
      const closing = at(open, firstEndingAfter(open, first) + 1);
      const end = Math.min(until, high, closing - durationMinutes + 1);
      let start = first >= low ? first : first + Math.ceil((low - first) / step) * step;
      let next = firstEndingAfter(busy, start - bufferBeforeMinutes);
      while (start < end) {
        while (next < busy.length && at(busy, next + 1) <= start - bufferBeforeMinutes) next += 2;
        if (next < busy.length && at(busy, next) < start + after) {
          start += Math.ceil((at(busy, next + 1) + bufferBeforeMinutes - start) / step) * step;
          continue;
        }
        const free = byStart.get(start);
        if (!free) byStart.set(start, [calendar]);
        else if (free.at(-1) !== calendar) free.push(calendar);
        start += step;
      }
    }
  }

  /** Indexes of the candidates: who has least to do that day, then by name, then by id. */
  private fairOrder(load: (candidate: number) => number): number[] {
    return this.candidates
      .map((_, index) => index)
      .sort((a, b) => load(a) - load(b) || compareNames(this.candidates[a], this.candidates[b]));
  }

  /** A day on either side: hours of the night before and after may join into one stretch. */
  private framesAround(from: EpochMinute, to: EpochMinute): DayFrame[] {
    const first: EpochDay = this.zone.dayOf(from) - 1;
    return framesOf(this.zone, first, this.zone.dayOf(to - 1) + 2);
  }
}

/** Number of taken ranges that begin on each date. */
const loadsOf = (busy: readonly EpochMinute[], frames: readonly DayFrame[]): number[] => {
  const loads = new Array<number>(frames.length).fill(0);
  let frame = 0;
  for (let i = 0; i < busy.length; i += 2) {
    const from = at(busy, i);
    while (frame < frames.length && (frames[frame]?.end ?? 0) <= from) frame++;
    if (frame >= frames.length) break;
    if (from >= (frames[frame]?.start ?? 0)) loads[frame] = (loads[frame] ?? 0) + 1;
  }
  return loads;
};

const compareNames = (a: StaffCalendar | undefined, b: StaffCalendar | undefined): number => {
  if (!a || !b || a === b) return 0;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.staffId < b.staffId ? -1 : 1;
};
