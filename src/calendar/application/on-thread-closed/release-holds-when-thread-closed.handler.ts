import { Injectable } from '@nestjs/common';
import { ThreadOwnerChanged } from '#contracts/conversations';
import type { DomainEvent } from '#libs/kernel';
import { Dispatcher, EventHandler, HandlesEvent } from '#libs/messaging';
import { ReleaseHoldsCommand } from '../../contracts/index.js';

type OwnerChanged = { threadId: string; to: string };

/** A conversation that is over needs its slot no more: others may have it before the hold would have expired. */
@Injectable()
@HandlesEvent({ event: ThreadOwnerChanged, name: 'calendar.release-holds' })
export class ReleaseHoldsWhenThreadClosed extends EventHandler<OwnerChanged> {
  constructor(private readonly dispatcher: Dispatcher) {
    super();
  }

  async handle({ payload }: DomainEvent<OwnerChanged>): Promise<void> {
    if (payload.to === 'closed') await this.dispatcher.request(new ReleaseHoldsCommand(payload.threadId));
  }
}
