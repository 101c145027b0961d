import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { ApplyDeliveryStatusCommand } from '../../contracts/thread.commands.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ParkedStatusRepository } from '../../infrastructure/parked-status.repository.js';
import { DeliveryStatuses } from './delivery-statuses.js';

@CommandHandler(ApplyDeliveryStatusCommand)
export class ApplyDeliveryStatusHandler implements ICommandHandler<ApplyDeliveryStatusCommand> {
  constructor(
    private readonly messages: MessageRepository,
    private readonly parked: ParkedStatusRepository,
    private readonly statuses: DeliveryStatuses,
    private readonly clock: Clock,
  ) {}

  async execute({
    input,
  }: ApplyDeliveryStatusCommand): Promise<{ outcome: 'applied' | 'parked' | 'outdated' }> {
    const { channelId, providerMessageId, status, at, recipient = null, error = null } = input;
    const message = await this.messages.lockOutbound(channelId, providerMessageId);
    if (!message) {
      await this.parked.park(
        channelId,
        { providerMessageId, status, at, recipient, error },
        this.clock.now(),
      );
      return { outcome: 'parked' };
    }
    return { outcome: (await this.statuses.apply(message, status, error)) ? 'applied' : 'outdated' };
  }
}
