import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { BookingView } from '../../contracts/index.js';
import { bookingNotFound } from '../../domain/calendar-errors.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';
import { GetBookingQuery } from './get-booking.query.js';

@QueryHandler(GetBookingQuery)
export class GetBookingHandler implements IQueryHandler<GetBookingQuery> {
  constructor(private readonly views: BookingViews) {}

  async execute({ bookingId }: GetBookingQuery): Promise<BookingView> {
    const view = await this.views.find(bookingId);
    if (!view) throw bookingNotFound(bookingId);
    return view;
  }
}
