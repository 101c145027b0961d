import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { showsTyping } from '#contracts/channels';
import { Settings } from '#libs/config';
import { Clock, newId } from '#libs/kernel';
import { BeginTurnCommand, type TurnBrief, type TurnRefusal } from '../../contracts/thread.commands.js';
import { inReadingOrder } from '../../domain/reading-order.js';
import { toMessageView } from '../../domain/message.js';
import type { Thread } from '../../domain/thread.js';
import { IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';
import { type Turn, TurnRepository } from '../../infrastructure/turn.repository.js';

/** A turn that has not ended by then is given up: another trigger may begin anew. */
const LEASE_MS = 5 * 60_000;

@CommandHandler(BeginTurnCommand)
export class BeginTurnHandler implements ICommandHandler<BeginTurnCommand> {
  constructor(
    private readonly threads: ThreadRepository,
    private readonly turns: TurnRepository,
    private readonly messages: MessageRepository,
    private readonly identities: IdentityRepository,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async execute({
    input,
  }: BeginTurnCommand): Promise<{ brief: TurnBrief } | { refusal: TurnRefusal; waitMs: number }> {
    const now = this.clock.now();
    const thread = await this.threads.lock(input.threadId);
    const mine = await this.turns.findByKey(input.threadId, input.key);
    if (mine && mine.status !== 'running') return { refusal: 'done', waitMs: 0 };
    const refusal = thread.turnRefusal(
      now,
      await this.hasLiveTurn(thread, mine, now),
      input.immediately ?? false,
    );
    const { lastSeq, generation, answeredSeq, turnDueAt } = thread.snapshot();
    if (refusal) return { refusal, waitMs: Math.max(0, (turnDueAt?.getTime() ?? 0) - now.getTime()) };

    const turn: Turn = {
      id: mine?.id ?? newId(),
      threadId: thread.id,
      key: input.key,
      generation,
      attempt: (mine?.attempt ?? 0) + 1,
      upToSeq: lastSeq,
      status: 'running',
      leaseUntil: new Date(now.getTime() + LEASE_MS),
    };
    await this.turns.save(turn, now);
    if (thread.snapshot().turnId !== turn.id) {
      const { provider } = thread.snapshot();
      thread.startTurn(turn.id, showsTyping(provider, this.settings.meta));
    }
    await this.threads.save(thread);
    return { brief: await this.brief(thread, turn, answeredSeq) };
  }

  private async hasLiveTurn(thread: Thread, mine: Turn | null, now: Date): Promise<boolean> {
    const { turnId } = thread.snapshot();
    if (!turnId || turnId === mine?.id) return false;
    const other = await this.turns.findById(turnId);
    return other?.status === 'running' && other.leaseUntil > now;
  }

  private async brief(thread: Thread, turn: Turn, answeredSeq: number): Promise<TurnBrief> {
    const { channelId, identityId } = thread.snapshot();
    const identity = await this.identities.findById(identityId);
    if (!identity) throw new Error(`thread ${thread.id} has no identity`);
    const recent = await this.messages.recent(thread.id, this.settings.conversations.historyMessages);
    return {
      turnId: turn.id,
      attempt: turn.attempt,
      threadId: thread.id,
      channelId,
      customer: {
        id: identity.customerId,
        name: identity.displayName,
        phone: identity.phone,
        language: identity.language,
      },
      messages: inReadingOrder(recent, answeredSeq).map(toMessageView),
      unansweredFrom: answeredSeq + 1,
    };
  }
}
