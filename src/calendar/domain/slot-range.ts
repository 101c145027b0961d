import { DomainError } from '#libs/kernel';
import { ceilToMinute, type EpochDay, type EpochMinute, MINUTES_PER_DAY, toInstant } from './local-date.js';
import type { TimeZone } from './time-zone.js';

/** An end of a range: an instant, or a local date of the business, which is meant as a whole. */
export type RangeEdge = { readonly instant: Date } | { readonly date: EpochDay };
export interface SlotRange {
  readonly from: EpochMinute;
  /** Exclusive. */
  readonly to: EpochMinute;
}

export const MAX_RANGE_DAYS = 62;

/** Where a range begins, or where it ends (exclusive). */
export const instantOf = (zone: TimeZone, edge: RangeEdge, end: 'from' | 'to'): Date =>
  'instant' in edge ? edge.instant : toInstant(zone.toUtc(end === 'to' ? edge.date + 1 : edge.date, 0));

/** Errors: `calendar.invalid_range` (invalid) at `to`. */
export const rangeOf = (zone: TimeZone, from: RangeEdge, to: RangeEdge): SlotRange => {
  const start = ceilToMinute(instantOf(zone, from, 'from'));
  const end = ceilToMinute(instantOf(zone, to, 'to'));
  if (end <= start) {
    throw DomainError.invalid('calendar.invalid_range', 'to', '"to" must be after "from".');
  }
  // An hour more: 62 local dates may hold the end of summer time.
  if (end - start > MAX_RANGE_DAYS * MINUTES_PER_DAY + 60) {
    throw DomainError.invalid(
      'calendar.invalid_range',
      'to',
      `Ask for at most ${MAX_RANGE_DAYS} days at a time.`,
    );
  }
  return { from: start, to: end };
};
