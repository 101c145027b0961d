import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { type BookingView, ConfirmBookingCommand } from '../../contracts/index.js';
import { holdNotFound } from '../../domain/calendar-errors.js';
import { BookingRepository } from '../../infrastructure/booking.repository.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';

@CommandHandler(ConfirmBookingCommand)
export class ConfirmBookingHandler implements ICommandHandler<ConfirmBookingCommand> {
  constructor(
    private readonly bookings: BookingRepository,
    private readonly views: BookingViews,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: ConfirmBookingCommand): Promise<BookingView> {
    const booking = await this.bookings.lock(input.holdId);
    if (!booking) throw holdNotFound(input.holdId);
    if (booking.confirm(this.clock.now(), input.threadId)) await this.bookings.save(booking);
    return this.views.get(booking.id);
  }
}
