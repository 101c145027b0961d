import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type BookingView, HoldSlotCommand } from '../../contracts/index.js';
import { Booking } from '../../domain/booking.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';
import { SlotPlacer } from '../slots/slot-placer.js';

@CommandHandler(HoldSlotCommand)
export class HoldSlotHandler implements ICommandHandler<HoldSlotCommand> {
  constructor(
    private readonly placer: SlotPlacer,
    private readonly views: BookingViews,
  ) {}

  async execute({ input }: HoldSlotCommand): Promise<BookingView> {
    const { idempotencyKey } = input;
    const id = await this.placer.place(
      { ...input, notes: null, source: 'assistant' },
      (request, { holdTtlSeconds }, now) =>
        Booking.hold(request, { expiresAt: new Date(now.getTime() + holdTtlSeconds * 1000), idempotencyKey }),
    );
    return this.views.get(id);
  }
}
