import { Injectable } from '@nestjs/common';
import pRetry from 'p-retry';
import { EnsureApiChannelCommand } from '#contracts/channels';
import { ReceiveMessageCommand } from '#contracts/conversations';
import { Clock, DomainError, newId } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import type { ComposedReply } from '../compose-reply/reply-composer.js';
import { TurnRunner } from '../compose-reply/turn-runner.js';

const MOST_RESUMPTIONS = 3;

export interface ProcessedMessage {
  readonly reply: ComposedReply;
  readonly durationMs: number;
}

/** An integrator's message, answered in the call: the same thread, turn and tools as on any channel. */
@Injectable()
export class ProcessMessageService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    private readonly turns: TurnRunner,
    private readonly clock: Clock,
  ) {}

  /** Errors: `ai.turn_in_progress`, `ai.answered_together` (409), `ai.thread_with_person` (409), `ai.reply_dropped` (409). */
  async process(input: { phone: string; text: string; conversationId: string }): Promise<ProcessedMessage> {
    const startedAt = this.clock.now();
    const { threadId, messageId } = await this.uow.run(() => this.receive(input, startedAt));
    let resumptions = 0;
    const turn = await pRetry(() => this.turn(threadId, messageId), {
      retries: 40,
      minTimeout: 50,
      maxTimeout: 1_000,
      // A turn that broke off is resumed by its key, and its tools' receipts: given up, it would block the conversation.
      shouldRetry: (error) =>
        error instanceof DomainError
          ? error.code === 'ai.turn_in_progress'
          : (resumptions += 1) <= MOST_RESUMPTIONS,
    });
    return { reply: turn, durationMs: Math.max(0, this.clock.now().getTime() - startedAt.getTime()) };
  }

  private async receive(input: { phone: string; text: string; conversationId: string }, now: Date) {
    const channel = await this.dispatcher.request(new EnsureApiChannelCommand());
    const id = newId();
    return this.dispatcher.request(
      new ReceiveMessageCommand({
        channelId: channel.id,
        provider: channel.provider,
        teamId: channel.teamId,
        sender: { keys: [{ kind: 'phone', value: input.phone }], phone: input.phone },
        dedupeKey: id,
        externalId: id,
        parts: [{ kind: 'text', text: input.text }],
        sentAt: now,
        receivedAt: now,
        threadRef: input.conversationId,
        scheduleTurn: false,
      }),
    );
  }

  private async turn(threadId: string, messageId: string): Promise<ComposedReply> {
    const turn = await this.turns.run({
      threadId,
      key: `api:${messageId}`,
      immediately: true,
      deliverInline: true,
    });
    if (turn.ran && turn.outcome === 'replied') return turn.reply;
    if (turn.ran)
      throw new DomainError(
        'conflict',
        'ai.reply_dropped',
        'A person took the conversation over; nothing was answered.',
      );
    if (turn.refusal === 'not-bot')
      throw new DomainError(
        'conflict',
        'ai.thread_with_person',
        'A person has this conversation. Release the thread to let the assistant answer again.',
        { facts: { threadId } },
      );
    throw turn.refusal === 'busy'
      ? new DomainError(
          'conflict',
          'ai.turn_in_progress',
          'Another message of this conversation is being answered.',
          {
            facts: { threadId },
          },
        )
      : new DomainError(
          'conflict',
          'ai.answered_together',
          'Another call of this conversation answered this message too.',
          {
            facts: { threadId },
          },
        );
  }
}
