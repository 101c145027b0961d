import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { MessageFailed, MessageProgressed, MessageSent } from '../../contracts/events.js';
import type { MessageStatus } from '../../contracts/thread.views.js';
import { advances } from '../../domain/delivery-status.js';
import type { Message, MessageError } from '../../domain/message.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';

/** Moves a locked message along its statuses, forward only. */
@Injectable()
export class DeliveryStatuses {
  constructor(
    private readonly messages: MessageRepository,
    private readonly outbox: Outbox,
  ) {}

  async apply(message: Message, status: MessageStatus, error: MessageError | null): Promise<boolean> {
    if (!advances(message.status, status)) return false;
    await this.messages.setStatus(message.id, status, error ? { error } : {});
    if (status === 'failed') await this.announceFailure(message, error?.code ?? 'unknown');
    else await this.announceProgress(message);
    return true;
  }

  async announceSent({ id: messageId, threadId, channelId }: Message): Promise<void> {
    await this.outbox.append(MessageSent.make(threadId, { threadId, messageId, channelId }));
  }

  async announceProgress({ id: messageId, threadId }: Message): Promise<void> {
    await this.outbox.append(MessageProgressed.make(threadId, { threadId, messageId }));
  }

  async announceFailure(message: Message, code: string): Promise<void> {
    await this.outbox.append(
      MessageFailed.make(message.threadId, { threadId: message.threadId, messageId: message.id, code }),
    );
  }
}
