import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { type BookingView, CancelBookingCommand } from '../../contracts/index.js';
import { bookingNotFound } from '../../domain/calendar-errors.js';
import { BookingRepository } from '../../infrastructure/booking.repository.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';

@CommandHandler(CancelBookingCommand)
export class CancelBookingHandler implements ICommandHandler<CancelBookingCommand> {
  constructor(
    private readonly bookings: BookingRepository,
    private readonly views: BookingViews,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CancelBookingCommand): Promise<BookingView> {
    const now = this.clock.now();
    const booking = await this.bookings.lock(input.bookingId);
    if (!booking) throw bookingNotFound(input.bookingId);
    booking.assertOwnedBy(input.customerId);
    // A repeated request names the version it saw the first time (RFC 9110, 13.1.1 lets it succeed).
    if (!booking.isClosed(now)) booking.assertVersion(input.expectedVersion);
    if (booking.cancel(now, input.reason ?? null)) await this.bookings.save(booking);
    return this.views.get(booking.id);
  }
}
