import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/kernel';
import { ApplyDeliveryStatusCommand } from '../../contracts/thread.commands.js';
import type { Message } from '../../domain/message.js';
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
    const message =
      (await this.messages.lockOutbound(channelId, providerMessageId)) ??
      (await this.afterSends(channelId, providerMessageId));
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

  /** The provider may report of a message while its answer to the send is being recorded: one of the two must see the other. */
  private async afterSends(channelId: string, providerMessageId: string): Promise<Message | null> {
    await this.messages.holdSends(channelId);
    return this.messages.lockOutbound(channelId, providerMessageId);
  }
}
