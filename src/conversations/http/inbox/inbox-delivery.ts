import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '#libs/config';
import { type DataScope, DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { socketRefusalOf } from '#libs/sockets';
import { type Sight, WhoSeesQuery } from '../../application/watch-threads/watch-threads.queries.js';
import type { InboxNews } from '../../domain/inbox-news.js';
import { InboxWire } from '../../infrastructure/inbox/inbox-wire.js';
import { InboxDoor, scopeText } from './inbox-door.js';
import type { InboxSession } from './inbox-session.js';
import { InboxSessions } from './inbox-sessions.js';

/** News of one business that may wait here; with more its sockets are told to compare instead. */
const MOST_WAITING = 1_000;

interface Line {
  waiting: InboxNews[];
  overflown: boolean;
}

interface Looking {
  readonly session: InboxSession;
  readonly dataScope: DataScope | undefined;
}

/**
 * Gives news to those who have the thread in sight. Login, role, teams and data scope are asked again for each piece of news, after
 * it has come; and the news of a business one after the other, so that a thread that is gone is not heard of again.
 */
@Injectable()
export class InboxDelivery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(InboxDelivery.name);
  private readonly lines = new Map<string, Line>();
  private timer: NodeJS.Timeout | undefined;
  private rechecking = false;

  constructor(
    private readonly wire: InboxWire,
    private readonly sessions: InboxSessions,
    private readonly door: InboxDoor,
    private readonly dispatcher: Dispatcher,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.wire.listen({ onNews: (news) => this.take(news), onGap: () => this.afterGap() });
    this.timer = setInterval(() => void this.recheck(), this.settings.inbox.recheckMs);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Asks for everybody, whether there is news or not: who may no longer look is sent away. */
  async recheck(): Promise<void> {
    if (this.rechecking) return;
    this.rechecking = true;
    try {
      this.wire.probe();
      for (const tenantId of this.sessions.tenants) await this.lookAgain(this.sessions.of(tenantId), newId());
    } catch (error) {
      // Whoever is owed an answer gets none meanwhile; nothing is told to them either.
      this.logger.warn({ message: 'inbox sockets could not be looked at again', err: error as Error });
    } finally {
      this.rechecking = false;
    }
  }

  private take(news: InboxNews): void {
    const running = this.lines.get(news.tenantId);
    if (!running) {
      const line: Line = { waiting: [news], overflown: false };
      this.lines.set(news.tenantId, line);
      void this.drain(news.tenantId, line);
    } else if (running.waiting.length < MOST_WAITING) {
      running.waiting.push(news);
    } else {
      running.waiting = [];
      running.overflown = true;
    }
  }

  private async drain(tenantId: string, line: Line): Promise<void> {
    for (let news = line.waiting.shift(); news; news = line.waiting.shift()) {
      await this.deliver(news);
      if (line.overflown) this.missed(tenantId);
      line.overflown = false;
    }
    this.lines.delete(tenantId);
  }

  /** Never throws: what cannot be delivered is told as missed. */
  private async deliver(news: InboxNews): Promise<void> {
    try {
      const looking = await this.lookAgain(this.sessions.of(news.tenantId), news.traceId);
      const groups = groupByScope(looking);
      const sights = await this.sightsOf(news, groups);
      groups.forEach((group, i) => {
        for (const { session } of group) this.tell(session, news, sights[i] ?? 'never');
      });
    } catch (error) {
      this.logger.warn({ message: 'news of a thread could not be delivered', err: error as Error });
      this.missed(news.tenantId);
    }
  }

  /** One question for all who have the same scope. */
  private sightsOf(news: InboxNews, groups: readonly Looking[][]): Promise<Sight[]> {
    if (groups.length === 0) return Promise.resolve([]);
    const viewers = groups.flatMap(([first]) =>
      first ? [{ personId: first.session.claims.personId, dataScope: first.dataScope }] : [],
    );
    return runInContext(
      { tenantId: news.tenantId, traceId: news.traceId, actor: { kind: 'system', id: 'inbox' } },
      () => this.dispatcher.ask(new WhoSeesQuery(news, viewers)),
    );
  }

  private tell(session: InboxSession, news: InboxNews, sight: Sight): void {
    const notices =
      sight === 'now'
        ? news.notices
        : sight === 'gone'
          ? [{ kind: 'thread.gone', threadId: news.threadId } as const]
          : [];
    try {
      this.door.assertNotExpired(session.claims);
    } catch (error) {
      this.sessions.end(session, socketRefusalOf(error));
    }
    for (const notice of notices) this.sessions.tell(session, notice);
  }

  /** Those who may still look, and what they see now. Ends the others. */
  private async lookAgain(sessions: readonly InboxSession[], traceId: string): Promise<Looking[]> {
    const looked = await Promise.all(sessions.map((session) => this.look(session, traceId)));
    return looked.filter((each) => each !== null);
  }

  /** null: the socket was ended. Throws only when login or role cannot be asked for. */
  async look(session: InboxSession, traceId: string): Promise<Looking | null> {
    try {
      const { dataScope } = await this.door.authorityOf(session.claims, traceId);
      const scope = scopeText(dataScope);
      if (scope !== session.scope) {
        session.scope = scope;
        this.sessions.resync(session, 'scope');
      }
      return { session, dataScope };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.sessions.end(session, socketRefusalOf(error));
      return null;
    }
  }

  private afterGap(): void {
    for (const tenantId of this.sessions.tenants) this.missed(tenantId);
  }

  /** Says that something may be missing, and nothing of what: so it need not be known who may know. */
  private missed(tenantId: string): void {
    for (const session of this.sessions.of(tenantId)) this.sessions.resync(session, 'missed');
  }
}

const groupByScope = (looking: readonly Looking[]): Looking[][] => {
  const groups = new Map<string, Looking[]>();
  for (const each of looking) {
    const scope = scopeText(each.dataScope);
    groups.set(scope, [...(groups.get(scope) ?? []), each]);
  }
  return [...groups.values()];
};
