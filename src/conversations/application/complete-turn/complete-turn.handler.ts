import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, newId } from '#libs/kernel';
import { CompleteTurnCommand, type TurnEnd } from '../../contracts/thread.commands.js';
import type { Thread } from '../../domain/thread.js';
import { IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';
import { type Turn, TurnRepository } from '../../infrastructure/turn.repository.js';

@CommandHandler(CompleteTurnCommand)
export class CompleteTurnHandler implements ICommandHandler<CompleteTurnCommand> {
  constructor(
    private readonly threads: ThreadRepository,
    private readonly turns: TurnRepository,
    private readonly messages: MessageRepository,
    private readonly identities: IdentityRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CompleteTurnCommand): Promise<{ outcome: TurnEnd; messageId: string | null }> {
    const now = this.clock.now();
    const found = await this.turns.findById(input.turnId);
    if (!found) throw new Error(`there is no turn ${input.turnId}`);
    const thread = await this.threads.lock(found.threadId);
    // Again, now that the thread is locked: another attempt may have ended it.
    const turn = await this.turns.findById(input.turnId);
    if (turn?.status !== 'running') return { outcome: 'dropped', messageId: null };
    if (turn.attempt !== input.attempt) return { outcome: 'superseded', messageId: null };
    const { generation, turnId } = thread.snapshot();
    // Its lease ran out and another turn took its place; or the thread has another owner.
    if (turnId !== turn.id || generation !== turn.generation) {
      await this.turns.save({ ...turn, status: 'dropped' }, now);
      return { outcome: 'dropped', messageId: null };
    }
    const messageId = await this.reply(thread, turn, input, now);
    const { identityId } = thread.snapshot();
    await this.identities.setLanguage(identityId, input.language);
    return { outcome: 'replied', messageId };
  }

  private async reply(
    thread: Thread,
    turn: Turn,
    input: CompleteTurnCommand['input'],
    now: Date,
  ): Promise<string> {
    const waits = await this.messages.asksAfter(thread.id, turn.upToSeq);
    const messageId = newId();
    const queue = !input.deliverInline;
    // First the owner, then the reply: it belongs to the new generation and so is still sent.
    thread.endTurn(turn.upToSeq, waits, now);
    if (input.handoff) thread.queue(input.handoff.reason);
    const seq = thread.reply({ id: messageId, text: input.text, now, byPerson: false, queue });
    await this.messages.insert(
      {
        id: messageId,
        threadId: thread.id,
        channelId: thread.snapshot().channelId,
        seq,
        direction: 'outbound',
        author: { kind: 'assistant', id: null },
        parts: [{ kind: 'text', text: input.text }],
        text: input.text,
        asks: false,
        status: queue ? 'queued' : 'delivered',
        error: null,
        dedupeKey: null,
        externalId: null,
        replyTo: null,
        turnId: turn.id,
        generation: thread.snapshot().generation,
        sendStartedAt: null,
        sendDoubtedAt: null,
        sentAt: now,
        createdAt: now,
      },
      thread.snapshot().customerId,
    );
    await this.turns.save({ ...turn, status: 'replied' }, now);
    await this.threads.save(thread);
    return messageId;
  }
}
