import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { type BookingView, RescheduleBookingCommand } from '../../contracts/index.js';
import { bookingNotFound } from '../../domain/calendar-errors.js';
import { BookingRepository } from '../../infrastructure/booking.repository.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';
import { BookingScope } from '../slots/booking-scope.js';
import { SlotEngines } from '../slots/slot-engines.js';
import { SlotRefusals, startOf } from '../slots/slot-refusals.js';

@CommandHandler(RescheduleBookingCommand)
export class RescheduleBookingHandler implements ICommandHandler<RescheduleBookingCommand> {
  constructor(
    private readonly engines: SlotEngines,
    private readonly refusals: SlotRefusals,
    private readonly bookings: BookingRepository,
    private readonly views: BookingViews,
    private readonly clock: Clock,
    private readonly scope: BookingScope,
  ) {}

  async execute({ input }: RescheduleBookingCommand): Promise<BookingView> {
    const start = startOf(input.startsAt);
    const booking = await this.bookings.lock(input.bookingId);
    if (!booking) throw bookingNotFound(input.bookingId);
    booking.assertOwnedBy(input.customerId);
    booking.assertMovable(this.clock.now());
    const { serviceId, staffId: presentStaffId } = booking.snapshot;
    const staffId = (await this.scope.staffFor(input.staffId ?? presentStaffId)) ?? presentStaffId;
    // Before the version: a repeated request names the one it saw the first time (RFC 9110, 13.1.1 lets it succeed).
    if (booking.isAt(start, staffId)) return this.views.get(booking.id);
    booking.assertVersion(input.expectedVersion);

    const wanted = { serviceId, staffId, shape: booking.shape, ignoring: { bookingId: booking.id } };
    const { engine, now, staleHoldIds } = await this.engines.around(start, wanted, { before: 0, after: 0 });
    const verdict = engine.check(start);
    if (!verdict.free) throw await this.refusals.refuse(verdict.refusal, start, wanted);
    await this.bookings.expire(staleHoldIds, now);
    booking.moveTo(start, staffId);
    if (!(await this.bookings.move(booking))) throw await this.refusals.refuse('slot_taken', start, wanted);
    return this.views.get(booking.id);
  }
}
