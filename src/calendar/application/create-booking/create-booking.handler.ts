import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type BookingView, CreateBookingCommand } from '../../contracts/index.js';
import { Booking } from '../../domain/booking.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';
import { BookingScope } from '../slots/booking-scope.js';
import { SlotPlacer } from '../slots/slot-placer.js';

@CommandHandler(CreateBookingCommand)
export class CreateBookingHandler implements ICommandHandler<CreateBookingCommand> {
  constructor(
    private readonly placer: SlotPlacer,
    private readonly views: BookingViews,
    private readonly scope: BookingScope,
  ) {}

  async execute({ input }: CreateBookingCommand): Promise<BookingView> {
    const placement = {
      ...input,
      staffId: await this.scope.staffFor(input.staffId),
      notes: input.notes ?? null,
      threadId: input.threadId ?? null,
      idempotencyKey: null,
    };
    return this.views.get(await this.placer.place(placement, (request) => Booking.confirmed(request)));
  }
}
