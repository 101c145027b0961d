import { Injectable } from '@nestjs/common';
import { TeamDeleted } from '#contracts/tenancy';
import type { DomainEvent } from '#libs/kernel';
import { EventHandler, HandlesEvent } from '#libs/messaging';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';

type Deleted = { teamId: string };

@Injectable()
@HandlesEvent({ event: TeamDeleted, name: 'conversations.leave-team' })
export class ThreadsLeaveDeletedTeam extends EventHandler<Deleted> {
  constructor(private readonly threads: ThreadRepository) {
    super();
  }

  async handle({ payload }: DomainEvent<Deleted>): Promise<void> {
    await this.threads.leaveTeam(payload.teamId);
  }
}
