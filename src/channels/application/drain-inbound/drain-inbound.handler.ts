import { Injectable } from '@nestjs/common';
import { InboundStored } from '#contracts/channels';
import {
  ApplyDeliveryStatusCommand,
  ChangeAddressCommand,
  ReceiveMessageCommand,
} from '#contracts/conversations';
import type { DomainEvent } from '#libs/kernel';
import { Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import type { InboundFact } from '../../domain/inbound.js';
import { ChannelAdapters } from '../../infrastructure/channel-adapters.js';
import { type InboundEvent, InboundEventRepository } from '../../infrastructure/inbound-event.repository.js';

type Fate = { status: 'processed' | 'ignored'; note: string | null };

/**
 * Handles what waits in one lane (one customer of one channel), in the order it came. The rows are locked in that
 * order, so a second job of the lane waits for the first and finds the rest; other lanes are not in its way.
 */
@Injectable()
@HandlesEvent({ event: InboundStored, name: 'channels.drain-inbound', queue: 'inbound' })
export class DrainInboundHandler extends EventHandler<{ channelId: string; lane: string }> {
  constructor(
    private readonly events: InboundEventRepository,
    private readonly adapters: ChannelAdapters,
    private readonly dispatcher: Dispatcher,
  ) {
    super();
  }

  async handle({ payload }: DomainEvent<{ channelId: string; lane: string }>): Promise<void> {
    for (const event of await this.events.lockPending(payload.channelId, payload.lane)) {
      const fact = this.adapters.get(event.provider).interpret(event.payload, event.receivedAt);
      const { status, note } = await this.act(event, fact);
      await this.events.finish(event.id, status, note);
    }
  }

  private async act(event: InboundEvent, fact: InboundFact): Promise<Fate> {
    const { channelId, provider, receivedAt, externalId: dedupeKey } = event;
    switch (fact.fact) {
      case 'message': {
        const { sender, externalId, parts, sentAt, replyTo } = fact;
        const input = {
          channelId,
          provider,
          sender,
          dedupeKey,
          externalId,
          parts,
          sentAt,
          receivedAt,
          replyTo,
        };
        const { duplicate } = await this.dispatcher.request(new ReceiveMessageCommand(input));
        return { status: 'processed', note: duplicate ? 'duplicate of a message that came before' : null };
      }
      case 'status': {
        const { providerMessageId, status, at, recipient, error } = fact;
        const { outcome } = await this.dispatcher.request(
          new ApplyDeliveryStatusCommand({ channelId, providerMessageId, status, at, recipient, error }),
        );
        return { status: 'processed', note: outcome };
      }
      case 'address-changed': {
        const { from, to, text, sentAt } = fact;
        const input = { channelId, from: from.keys, to, dedupeKey, text, sentAt, receivedAt };
        const { changed } = await this.dispatcher.request(new ChangeAddressCommand(input));
        return changed
          ? { status: 'processed', note: null }
          : { status: 'ignored', note: 'the number that changed is not known on this channel' };
      }
      case 'ignored':
        return { status: 'ignored', note: fact.reason };
    }
  }
}
