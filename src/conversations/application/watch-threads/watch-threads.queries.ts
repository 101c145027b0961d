import { Query } from '@nestjs/cqrs';
import type { DataScope } from '#libs/kernel';
import type { InboxNews } from '../../domain/inbox-news.js';

/** Somebody who looks at the inbox; no scope: they see everybody's threads. */
export interface Viewer {
  readonly personId: string;
  readonly dataScope?: DataScope;
}

/** Whether a thread is in sight; `gone`: it was, until this change gave it away. */
export type Sight = 'now' | 'gone' | 'never';

/** Who of the viewers sees a thread as it is now. Answers in their order. */
export class WhoSeesQuery extends Query<Sight[]> {
  constructor(
    readonly news: Pick<InboxNews, 'threadId' | 'before'>,
    readonly viewers: readonly Viewer[],
  ) {
    super();
  }
}

export interface KnownThread {
  readonly threadId: string;
  readonly version: number;
}

/** Of threads that the actor has seen: those that have another version now, and those that are out of sight. */
export class CompareThreadsQuery extends Query<{ changed: KnownThread[]; gone: string[] }> {
  constructor(readonly known: readonly KnownThread[]) {
    super();
  }
}
