import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Settings } from '#libs/config';
import { Clock, inTime } from '#libs/kernel';
import { SystemFunctions } from '#libs/persistence';
import { REDIS } from '#libs/redis';
import { type AccessClaims, SessionGate } from '#libs/security';

/** How long the list in Redis is trusted before it is filled again: what a failover lost is missing no longer than this. */
const TRUSTED_S = 60;

/**
 * Ended logins whose access tokens may still live, in Redis. The database is the truth: without Redis, or after Redis has lost the
 * mark that says its list is complete, each request asks the database until the list is filled again.
 */
@Injectable()
export class SessionDenylist extends SessionGate {
  private readonly logger = new Logger(SessionDenylist.name);
  private readonly complete: string;
  private filling: Promise<void> | null = null;

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly system: SystemFunctions,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
    this.complete = `${settings.redis.prefix}:sessions-ended:complete`;
  }

  async isRevoked(session: Pick<AccessClaims, 'tenantId' | 'sessionId'>): Promise<boolean> {
    const seen = await this.look(session.sessionId);
    if (seen !== 'unknown') return seen === 'ended';
    this.filling ??= this.fill().finally(() => {
      this.filling = null;
    });
    const [row] = await this.system.call<{ ended: boolean }>('session_ended', [
      session.tenantId,
      session.sessionId,
    ]);
    return row?.ended ?? false;
  }

  /** To be called once the end of the logins is committed, and before it is told to anybody. */
  async deny(sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    try {
      await this.write(sessionIds);
    } catch (error) {
      // The event of the same commit brings them here again.
      this.logger.warn({ err: error }, 'ended logins could not be written to Redis');
    }
  }

  /** As `deny`; throws when Redis does not take it. */
  async write(sessionIds: readonly string[]): Promise<void> {
    const work = this.redis.pipeline();
    const seconds = this.settings.security.accessTokenSeconds + 5;
    for (const id of sessionIds) work.set(this.key(id), '1', 'EX', seconds);
    await this.within(work.exec());
  }

  private async look(sessionId: string): Promise<'ended' | 'open' | 'unknown'> {
    // Waiting for a connection that is away would hold every request.
    if (this.redis.status !== 'ready') return 'unknown';
    try {
      const [complete, ended] = await this.within(this.redis.mget(this.complete, this.key(sessionId)));
      if (typeof ended === 'string') return 'ended';
      return typeof complete === 'string' ? 'open' : 'unknown';
    } catch {
      return 'unknown';
    }
  }

  private async fill(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    try {
      const since = this.clock.now().getTime() - this.settings.security.accessTokenSeconds * 1000;
      const rows = await this.system.call<{ session_id: string }>('sessions_ended_since', [new Date(since)]);
      if (rows.length > 0) await this.write(rows.map(({ session_id }) => session_id));
      await this.within(this.redis.set(this.complete, '1', 'EX', TRUSTED_S));
    } catch (error) {
      this.logger.warn({ err: error }, 'the list of ended logins could not be filled; the database answers');
    }
  }

  private key(sessionId: string): string {
    return `${this.settings.redis.prefix}:sessions-ended:${sessionId}`;
  }

  private within<T>(work: Promise<T>): Promise<T> {
    return inTime(work, this.settings.redis.patienceMs);
  }
}
