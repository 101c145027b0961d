import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { type SocketRefusal, turnAway } from '#libs/sockets';
import type { InboxNotice } from '../../domain/inbox-news.js';
import { InboxMetrics } from './inbox-metrics.js';
import { CHANGE_EVENT, type InboxSession, RESYNC_EVENT, type ResyncReason } from './inbox-session.js';

/** The inbox sockets of this process, by business; what is sent to one goes through here. */
@Injectable()
export class InboxSessions {
  private readonly logger = new Logger(InboxSessions.name);
  private readonly byTenant = new Map<string, Set<InboxSession>>();

  constructor(
    private readonly settings: Settings,
    private readonly metrics: InboxMetrics,
  ) {}

  get tenants(): string[] {
    return [...this.byTenant.keys()];
  }

  of(tenantId: string): InboxSession[] {
    return [...(this.byTenant.get(tenantId) ?? [])];
  }

  isOpen(session: InboxSession): boolean {
    return this.byTenant.get(session.claims.tenantId)?.has(session) ?? false;
  }

  /** Error: `conversations.inbox_too_many_sockets` (429). */
  add(session: InboxSession): void {
    const { tenantId, personId } = session.claims;
    const own = this.of(tenantId).filter(({ claims }) => claims.personId === personId);
    if (own.length >= this.settings.inbox.socketsPerMember)
      throw new DomainError(
        'too-many',
        'conversations.inbox_too_many_sockets',
        `You have ${own.length} inbox sockets open: close one first.`,
      );
    this.byTenant.set(tenantId, (this.byTenant.get(tenantId) ?? new Set()).add(session));
    this.metrics.sockets.inc();
    this.logger.log({ message: 'an inbox socket was opened', ...namesOf(session) });
  }

  /** No longer one of ours: nothing is sent to it from here on. Answers false for one that was gone already. */
  remove(session: InboxSession, reason = 'client'): boolean {
    const { tenantId } = session.claims;
    const sessions = this.byTenant.get(tenantId);
    if (!sessions?.delete(session)) return false;
    if (sessions.size === 0) this.byTenant.delete(tenantId);
    this.metrics.sockets.dec();
    this.metrics.ended.inc({ reason });
    this.logger.log({ message: 'an inbox socket ended', reason, ...namesOf(session) });
    return true;
  }

  /** Tells why, and hangs up. */
  end(session: InboxSession, refusal: SocketRefusal): void {
    if (this.remove(session, refusal.code)) turnAway(session.socket, refusal);
  }

  tell(session: InboxSession, notice: InboxNotice): void {
    if (this.send(session, CHANGE_EVENT, notice)) this.metrics.notices.inc({ kind: notice.kind });
  }

  resync(session: InboxSession, reason: ResyncReason): void {
    if (this.send(session, RESYNC_EVENT, { reason })) this.metrics.resyncs.inc({ reason });
  }

  private send(session: InboxSession, event: string, payload: object): boolean {
    if (!this.isOpen(session)) return false;
    if (session.backlog.waiting < this.settings.inbox.waitingNotices) {
      session.socket.emit(event, payload);
      return true;
    }
    this.remove(session, 'slow');
    // Not by a refusal, which would wait behind all the rest: what waits is thrown away with the connection.
    session.socket.conn.close(true);
    return false;
  }
}

const namesOf = ({ claims, socket }: InboxSession) => ({
  tenantId: claims.tenantId,
  personId: claims.personId,
  socketId: socket.id,
});
