import { Query } from '@nestjs/cqrs';
import type { BookingView } from '../../contracts/index.js';
import type { RangeEdge } from '../../domain/slot-range.js';
import type { BookingFilter } from '../../infrastructure/booking-views.repository.js';

/** Bookings by start; one more than `limit` when there is one. Error: `calendar.unknown_cursor`. */
export class ListBookingsQuery extends Query<BookingView[]> {
  constructor(
    /** By start; a local date of the business is meant as a whole. */
    readonly filter: Omit<BookingFilter, 'from' | 'to'> & { from?: RangeEdge; to?: RangeEdge },
    readonly limit: number,
    readonly startingAfter?: string,
  ) {
    super();
  }
}
