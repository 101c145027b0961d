import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { currentContext, runInContext } from '#libs/kernel';
import { ThreadViews } from '../../infrastructure/thread-views.js';
import { CompareThreadsQuery, type Sight, WhoSeesQuery } from './watch-threads.queries.js';

const NOTHING: ReadonlySet<string> = new Set();

@QueryHandler(WhoSeesQuery)
export class WhoSeesHandler implements IQueryHandler<WhoSeesQuery> {
  constructor(private readonly views: ThreadViews) {}

  execute({ news, viewers }: WhoSeesQuery): Promise<Sight[]> {
    return Promise.all(
      viewers.map(({ personId: id, dataScope }) =>
        runInContext(
          { ...currentContext(), actor: { kind: 'user', id, permissions: NOTHING, dataScope } },
          () => this.sightOf(news),
        ),
      ),
    );
  }

  private async sightOf({ threadId, before }: WhoSeesQuery['news']): Promise<Sight> {
    if ((await this.views.versions([threadId])).length > 0) return 'now';
    return before && (await this.views.wouldShow(before)) ? 'gone' : 'never';
  }
}

@QueryHandler(CompareThreadsQuery)
export class CompareThreadsHandler implements IQueryHandler<CompareThreadsQuery> {
  constructor(private readonly views: ThreadViews) {}

  async execute({ known }: CompareThreadsQuery) {
    const inSight = await this.views.versions(known.map(({ threadId }) => threadId));
    const versions = new Map(inSight.map(({ threadId, version }) => [threadId, version]));
    const differs = ({ threadId, version }: { threadId: string; version: number }): boolean =>
      known.some((thread) => thread.threadId === threadId && thread.version !== version);
    return {
      changed: inSight.filter(differs),
      gone: known.map(({ threadId }) => threadId).filter((threadId) => !versions.has(threadId)),
    };
  }
}
