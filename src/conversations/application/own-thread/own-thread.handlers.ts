import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { IsMemberQuery } from '#contracts/tenancy';
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
    const { version, generation } = thread.snapshot();
    if (input.expectedVersion !== undefined && input.expectedVersion !== version)
      throw new DomainError(
        'stale',
        'thread.changed',
        'The thread changed since you read it; read it again.',
      );
    change(thread);
    if (thread.snapshot().generation !== generation) await this.threads.save(thread);
    return this.views.get(input.threadId);
  }
}

@CommandHandler(AssignThreadCommand)
export class AssignThreadHandler implements ICommandHandler<AssignThreadCommand> {
  constructor(
    private readonly ownership: ThreadOwnership,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({ input }: AssignThreadCommand) {
    if (!(await this.dispatcher.ask(new IsMemberQuery(input.assigneeId))))
      throw DomainError.invalid(
        'thread.assignee_unknown',
        '/assigneeId',
        'Nobody with this id has access to this business.',
      );
    return this.ownership.change(input, (thread) => thread.assign(input.assigneeId));
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
