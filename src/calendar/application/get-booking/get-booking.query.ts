import { Query } from '@nestjs/cqrs';
import type { BookingView } from '../../contracts/index.js';

/** Error: `calendar.booking_not_found`. */
export class GetBookingQuery extends Query<BookingView> {
  constructor(readonly bookingId: string) {
    super();
  }
}
