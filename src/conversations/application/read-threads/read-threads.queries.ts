import { Query } from '@nestjs/cqrs';
import type { MessageView, ThreadView } from '../../contracts/thread.views.js';
import type { ThreadFilter } from '../../infrastructure/thread-views.js';

interface PageRequest {
  limit: number;
  startingAfter?: string;
}

/** Threads, newest first; one more than `limit`. */
export class ListThreadsQuery extends Query<ThreadView[]> {
  constructor(
    readonly filter: ThreadFilter,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** Messages in reading order; one more than `limit`. Error: `thread.not_found`. */
export class ListMessagesQuery extends Query<MessageView[]> {
  constructor(
    readonly threadId: string,
    readonly page: PageRequest,
  ) {
    super();
  }
}
