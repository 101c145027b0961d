import { Command } from '@nestjs/cqrs';
import type { ThreadView } from '../../contracts/thread.views.js';

/**
 * A person takes the thread, or, without an assignee, a team has it in its queue (null: no team any more). A team that is not named stays.
 * Errors: `thread.not_found`, `thread.assignee_unknown`, `thread.team_unknown` (422), `thread.closed`, `thread.changed` (stale).
 */
export class AssignThreadCommand extends Command<ThreadView> {
  constructor(
    readonly input: {
      threadId: string;
      assigneeId?: string;
      teamId?: string | null;
      expectedVersion?: number;
    },
  ) {
    super();
  }
}

/** Gives the thread back to the bot. Errors as for assigning. */
export class ReleaseThreadCommand extends Command<ThreadView> {
  constructor(readonly input: { threadId: string; expectedVersion?: number }) {
    super();
  }
}

/** Ends the conversation; the customer's next message opens another thread. Closing twice changes nothing. */
export class CloseThreadCommand extends Command<ThreadView> {
  constructor(readonly input: { threadId: string; expectedVersion?: number }) {
    super();
  }
}
