import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RecordSendCommand } from '../../contracts/thread.commands.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { DeliveryStatuses } from '../apply-delivery-status/delivery-statuses.js';
import { SentMessages } from './sent-messages.js';

@CommandHandler(RecordSendCommand)
export class RecordSendHandler implements ICommandHandler<RecordSendCommand> {
  constructor(
    private readonly messages: MessageRepository,
    private readonly statuses: DeliveryStatuses,
    private readonly sent: SentMessages,
  ) {}

  async execute({ input: { messageId, outcome } }: RecordSendCommand): Promise<void> {
    const message = await this.messages.lock(messageId);
    // Another run of the same job was first; what it wrote stands.
    if (message?.status !== 'sending') return;
    switch (outcome.result) {
      case 'accepted':
        return this.sent.accept(message, outcome.providerMessageId, outcome.status);
      case 'not-sent':
        return this.messages.setStatus(messageId, 'queued');
      case 'failed':
        await this.messages.setStatus(messageId, 'failed', { error: outcome.error });
        return this.statuses.announceFailure(message, outcome.error.code);
    }
  }
}
