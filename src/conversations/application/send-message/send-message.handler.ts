import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SERVICE_WINDOW_MS } from '#contracts/channels';
import { Clock, DomainError, newId } from '#libs/kernel';
import type { MessageView } from '../../contracts/thread.views.js';
import { type Message, toMessageView } from '../../domain/message.js';
import { replyWindow } from '../../domain/reply-window.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';
import { WINDOW_CLOSED } from '../claim-send/claim-send.handler.js';
import { SendMessageCommand } from './send-message.command.js';

@CommandHandler(SendMessageCommand)
export class SendMessageHandler implements ICommandHandler<SendMessageCommand> {
  constructor(
    private readonly threads: ThreadRepository,
    private readonly messages: MessageRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: SendMessageCommand): Promise<MessageView> {
    const now = this.clock.now();
    const thread = await this.threads.lock(input.threadId);
    const { provider, owner } = thread.snapshot();
    if (provider === 'api')
      throw new DomainError(
        'conflict',
        'thread.channel_inline',
        'This thread is answered in the response of the API call that opened it; nothing can be sent to it.',
      );
    const { replyMode } = replyWindow(thread.snapshot(), SERVICE_WINDOW_MS[provider], now);
    if (replyMode === 'template') throw new DomainError('conflict', WINDOW_CLOSED.code, WINDOW_CLOSED.detail);
    if (owner === 'bot' || owner === 'queued') thread.assign(input.agentId);

    const id = newId();
    const seq = thread.reply({ id, text: input.text, now, byPerson: true, queue: true });
    const message: Message = {
      id,
      threadId: thread.id,
      channelId: thread.snapshot().channelId,
      seq,
      direction: 'outbound',
      author: { kind: 'agent', id: input.agentId },
      parts: [{ kind: 'text', text: input.text }],
      text: input.text,
      asks: false,
      status: 'queued',
      error: null,
      dedupeKey: null,
      externalId: null,
      replyTo: null,
      turnId: null,
      generation: null,
      sendStartedAt: null,
      sendDoubtedAt: null,
      sentAt: now,
      createdAt: now,
    };
    await this.messages.insert(message, thread.snapshot().customerId);
    await this.threads.save(thread);
    return toMessageView(message);
  }
}
