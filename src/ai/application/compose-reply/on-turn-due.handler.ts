import { Injectable } from '@nestjs/common';
import { TurnDue } from '#contracts/conversations';
import type { DomainEvent } from '#libs/kernel';
import { Defer, type Delivery, EventHandler, HandlesEvent } from '#libs/messaging';
import { TurnRunner } from './turn-runner.js';

/** Answers a thread when its customer has been quiet long enough. The event's id names the turn, so a retry resumes it. */
@Injectable()
@HandlesEvent({
  event: TurnDue,
  name: 'ai.compose-reply',
  queue: 'turns',
  transactional: false,
  attempts: 12,
  backoffMs: 250,
})
export class ComposeReplyOnTurnDue extends EventHandler<{ threadId: string }> {
  constructor(private readonly turns: TurnRunner) {
    super();
  }

  async handle({ id, payload }: DomainEvent<{ threadId: string }>, delivery: Delivery): Promise<void> {
    const turn = await this.turns.run({
      threadId: payload.threadId,
      key: id,
      settle: () => delivery.settle(),
    });
    // The customer is still writing, or a timer was early: never settled unanswered, always asked again.
    if (!turn.ran && turn.refusal === 'not-quiet-yet') throw new Defer(turn.waitMs + 1);
  }
}
