import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { ReleaseHoldsCommand } from '../../contracts/index.js';
import { BookingRepository } from '../../infrastructure/booking.repository.js';

@CommandHandler(ReleaseHoldsCommand)
export class ReleaseHoldsHandler implements ICommandHandler<ReleaseHoldsCommand> {
  constructor(
    private readonly bookings: BookingRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ threadId }: ReleaseHoldsCommand): Promise<{ released: number }> {
    return { released: await this.bookings.releaseThread(threadId, this.clock.now()) };
  }
}
