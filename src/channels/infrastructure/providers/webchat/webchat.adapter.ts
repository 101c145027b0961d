import { Inject, Injectable } from '@nestjs/common';
import { Emitter } from '@socket.io/redis-emitter';
import type { Redis } from 'ioredis';
import { Clock, ProviderError } from '#libs/kernel';
import { REDIS } from '#libs/redis';
import {
  type ChannelAccount,
  ChannelAdapter,
  type OutboundMessage,
  type SendReceipt,
} from '../../../domain/channel-adapter.js';
import type { InboundFact } from '../../../domain/inbound.js';
import { CHAT_NAMESPACE, MESSAGE_EVENT, roomOf, TYPING_EVENT, type WebchatMessage } from './webchat.wire.js';

/**
 * The business's own web page. A message is emitted to whoever has the page open, through Redis, so that any process can
 * do it; a page that is away finds it in the history when it comes back, which is why sending is as good as delivered.
 */
@Injectable()
export class WebchatAdapter extends ChannelAdapter {
  readonly provider = 'webchat';
  readonly maxTextLength = 4096;
  private readonly emitter;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly clock: Clock,
  ) {
    super();
    this.emitter = new Emitter(redis).of(CHAT_NAMESPACE);
  }

  interpret(payload: Record<string, unknown>, receivedAt: Date): InboundFact {
    const { visitorId, id, text } = payload;
    if (typeof visitorId !== 'string' || typeof id !== 'string' || typeof text !== 'string')
      return { fact: 'ignored', reason: 'not a message of the chat page' };
    return {
      fact: 'message',
      externalId: id,
      sender: { keys: [{ kind: 'visitor', value: visitorId }] },
      parts: [{ kind: 'text', text }],
      sentAt: receivedAt,
    };
  }

  send(account: ChannelAccount, message: OutboundMessage): Promise<SendReceipt> {
    if (this.redis.status !== 'ready')
      return Promise.reject(
        new ProviderError('webchat', 'transient', 'Redis is away, so no page can be reached'),
      );
    const wire: WebchatMessage = {
      id: message.id,
      clientId: null,
      author: 'assistant',
      text: message.text,
      at: this.clock.now().toISOString(),
    };
    this.emitter.to(roomOf(account.channelId, message.to)).emit(MESSAGE_EVENT, wire);
    return Promise.resolve({ providerMessageId: message.id, status: 'delivered' });
  }

  showTyping(account: ChannelAccount, to: string): Promise<void> {
    this.emitter.to(roomOf(account.channelId, to)).emit(TYPING_EVENT);
    return Promise.resolve();
  }
}
