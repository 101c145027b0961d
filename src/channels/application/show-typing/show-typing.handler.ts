import { Injectable } from '@nestjs/common';
import { showsTyping } from '#contracts/channels';
import { GetThreadQuery, IdentityAddressQuery, TurnStarted } from '#contracts/conversations';
import { Settings } from '#libs/config';
import { currentTenant, type DomainEvent } from '#libs/kernel';
import { type Delivery, Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { ChannelAdapters } from '../../infrastructure/channel-adapters.js';
import { ChannelRepository } from '../../infrastructure/channel.repository.js';

type Started = { threadId: string; channelId: string };

/** Lets the customer see that an answer is being written. A courtesy: it is tried once and never stands in the way. */
@Injectable()
@HandlesEvent({ event: TurnStarted, name: 'channels.show-typing', attempts: 1, transactional: false })
export class ShowTypingHandler extends EventHandler<Started> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly channels: ChannelRepository,
    private readonly adapters: ChannelAdapters,
    private readonly settings: Settings,
  ) {
    super();
  }

  async handle({ payload }: DomainEvent<Started>, delivery: Delivery): Promise<void> {
    const target = await this.uow.run(async () => {
      if (!(await delivery.settle())) return null;
      const channel = await this.channels.find(payload.channelId);
      if (!channel || !showsTyping(channel.provider, this.settings.meta)) return null;
      const thread = await this.dispatcher.ask(new GetThreadQuery(payload.threadId));
      const address = await this.dispatcher.ask(new IdentityAddressQuery(thread.customer.identityId));
      const credentials = await this.channels.credentials(channel.id);
      return { channel, credentials, ...address };
    });
    if (!target) return;
    const { channel, credentials, address, lastExternalId } = target;
    const account = {
      tenantId: currentTenant(),
      channelId: channel.id,
      account: channel.account,
      credentials,
    };
    await this.adapters.get(channel.provider).showTyping(account, address, lastExternalId);
  }
}
