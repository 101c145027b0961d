import { Query } from '@nestjs/cqrs';
import { formatLocalDate } from '../../domain/local-date.js';
import { formatIntervals, type WallTimes } from '../../domain/working-hours.js';
import type { ExceptionFilter, HoursException } from '../../infrastructure/hours.repository.js';

export interface ExceptionView {
  id: string;
  /** null: the whole business. */
  staffId: string | null;
  /** YYYY-MM-DD. */
  date: string;
  /** No interval means closed. */
  intervals: WallTimes[];
  note: string | null;
}

/** Exceptions by date; one more than `limit` when there is one. */
export class ListExceptionsQuery extends Query<ExceptionView[]> {
  constructor(
    readonly filter: ExceptionFilter,
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}

export const exceptionView = ({ id, staffId, day, intervals, note }: HoursException): ExceptionView => ({
  id,
  staffId,
  date: formatLocalDate(day),
  intervals: formatIntervals(intervals),
  note,
});
