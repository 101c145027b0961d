import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsMemberQuery, IsTeamQuery } from '#contracts/tenancy';
import { Clock, DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import type { ThreadView } from '../../contracts/thread.views.js';
import type { Thread } from '../../domain/thread.js';
import { ThreadRepository } from '../../infrastructure/thread.repository.js';
import { ThreadViews } from '../../infrastructure/thread-views.js';
import { AssignThreadCommand, CloseThreadCommand, ReleaseThreadCommand } from './own-thread.commands.js';

/** What the three have in common: lock, compare the version, change, save, answer. */
@Injectable()
export class ThreadOwnership {
  constructor(
    private readonly threads: ThreadRepository,
    private readonly views: ThreadViews,
  ) {}

  async change(
    input: { threadId: string; expectedVersion?: number },
    change: (thread: Thread) => void,
  ): Promise<ThreadView> {
    const thread = await this.threads.lock(input.threadId);
    const { version, generation, teamId } = thread.snapshot();
    if (input.expectedVersion !== undefined && input.expectedVersion !== version)
      throw new DomainError(
        'stale',
        'thread.changed',
        'The thread changed since you read it; read it again.',
      );
    change(thread);
    const changed = thread.snapshot();
    if (changed.generation !== generation || changed.teamId !== teamId) await this.threads.save(thread);
    return this.views.ofChanged(input.threadId);
  }
}

@CommandHandler(AssignThreadCommand)
export class AssignThreadHandler implements ICommandHandler<AssignThreadCommand> {
  constructor(
    private readonly ownership: ThreadOwnership,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({ input }: AssignThreadCommand) {
    const { assigneeId, teamId } = input;
    if (assigneeId !== undefined && !(await this.dispatcher.ask(new IsMemberQuery(assigneeId))))
      throw DomainError.invalid(
        'thread.assignee_unknown',
        '/assigneeId',
        'Nobody with this id has access to this business.',
      );
    if (teamId && !(await this.dispatcher.ask(new IsTeamQuery(teamId))))
      throw DomainError.invalid(
        'thread.team_unknown',
        '/teamId',
        'There is no team with this id: see GET /api/v1/teams.',
      );
    return this.ownership.change(input, (thread) => {
      if (assigneeId === undefined) {
        if (teamId !== undefined) thread.giveToTeam(teamId);
        return;
      }
      thread.assign(assigneeId);
      if (teamId !== undefined) thread.setTeam(teamId);
    });
  }
}

@CommandHandler(ReleaseThreadCommand)
export class ReleaseThreadHandler implements ICommandHandler<ReleaseThreadCommand> {
  constructor(private readonly ownership: ThreadOwnership) {}

  execute({ input }: ReleaseThreadCommand) {
    return this.ownership.change(input, (thread) => thread.release());
  }
}

@CommandHandler(CloseThreadCommand)
export class CloseThreadHandler implements ICommandHandler<CloseThreadCommand> {
  constructor(
    private readonly ownership: ThreadOwnership,
    private readonly clock: Clock,
  ) {}

  execute({ input }: CloseThreadCommand) {
    return this.ownership.change(input, (thread) => thread.close(this.clock.now()));
  }
}
