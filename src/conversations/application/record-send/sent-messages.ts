import { Injectable } from '@nestjs/common';
import type { Message } from '../../domain/message.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ParkedStatusRepository } from '../../infrastructure/parked-status.repository.js';
import { DeliveryStatuses } from '../apply-delivery-status/delivery-statuses.js';

/** Notes that the provider took a message, and applies what it reported of it before we knew its id. */
@Injectable()
export class SentMessages {
  constructor(
    private readonly messages: MessageRepository,
    private readonly parked: ParkedStatusRepository,
    private readonly statuses: DeliveryStatuses,
  ) {}

  async accept(message: Message, providerMessageId: string, status: 'sent' | 'delivered'): Promise<void> {
    await this.messages.setStatus(message.id, status, { externalId: providerMessageId });
    await this.statuses.announceSent(message);
    let current: Message = { ...message, status, externalId: providerMessageId };
    for (const parked of await this.parked.take(message.channelId, providerMessageId))
      if (await this.statuses.apply(current, parked.status, parked.error))
        current = { ...current, status: parked.status };
  }
}
