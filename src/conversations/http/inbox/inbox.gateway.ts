import { Logger } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { isId, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { refuse, type SocketAck, socketRefusalOf, turnAway } from '#libs/sockets';
import { SocketQuotas } from '#libs/throttling';
import {
  CompareThreadsQuery,
  type KnownThread,
} from '../../application/watch-threads/watch-threads.queries.js';
import { InboxWire } from '../../infrastructure/inbox/inbox-wire.js';
import { InboxDelivery } from './inbox-delivery.js';
import { InboxDoor, scopeText } from './inbox-door.js';
import { InboxMetrics } from './inbox-metrics.js';
import { INBOX_NAMESPACE, type InboxSession, SESSION_EVENT, watchBacklog } from './inbox-session.js';
import { InboxSessions } from './inbox-sessions.js';

const MOST_COMPARED = 200;

/**
 * The staff's inbox, live. Handshake: `auth: { token }`, an access token. The server answers `session`, and from then on says
 * `change` of each thread that the member has in sight, with ids and positions only; what is behind them is read through REST.
 * The client sends `renew` { token } before the token ends, and `sync` { threads } to compare what it has. See docs/inbox-socket.md.
 */
@WebSocketGateway({ namespace: INBOX_NAMESPACE, maxHttpBufferSize: 65_536 })
export class InboxGateway implements OnGatewayConnection<Socket>, OnGatewayDisconnect<Socket> {
  private readonly logger = new Logger(InboxGateway.name);
  /** Not in the socket's own `data`, which Socket.IO shows to other processes. */
  private readonly opened = new WeakMap<Socket, InboxSession>();

  constructor(
    private readonly door: InboxDoor,
    private readonly sessions: InboxSessions,
    private readonly wire: InboxWire,
    private readonly delivery: InboxDelivery,
    private readonly dispatcher: Dispatcher,
    private readonly quotas: SocketQuotas,
    private readonly metrics: InboxMetrics,
  ) {}

  async handleConnection(socket: Socket): Promise<void> {
    try {
      await this.open(socket);
    } catch (error) {
      const refusal = socketRefusalOf(error);
      this.metrics.refused.inc({ code: refusal.code });
      this.logger.log({ message: 'an inbox socket was refused', code: refusal.code, socketId: socket.id });
      if (refusal.code === 'http.internal')
        this.logger.error({ message: 'an inbox socket could not be opened', err: error as Error });
      turnAway(socket, refusal);
    }
  }

  handleDisconnect(socket: Socket): void {
    const session = this.opened.get(socket);
    if (!session) return;
    this.sessions.remove(session);
    this.wire.release(session.claims.tenantId);
  }

  @SubscribeMessage('renew')
  renew(
    @ConnectedSocket() socket: Socket,
    @MessageBody() body: unknown,
  ): Promise<SocketAck<{ expiresAt: string }>> {
    return this.answer(socket, async (session) => {
      const { token } = (body ?? {}) as { token?: unknown };
      const { claims } = await this.door.admitToken(token, newId());
      const { tenantId, personId } = session.claims;
      if (claims.tenantId !== tenantId || claims.personId !== personId)
        return refuse(
          'conversations.inbox_other_member',
          'That is somebody else’s token, or another business’s: open a socket of its own for it.',
        );
      session.claims = claims;
      return { ok: true, expiresAt: claims.expiresAt.toISOString() };
    });
  }

  @SubscribeMessage('sync')
  sync(
    @ConnectedSocket() socket: Socket,
    @MessageBody() body: unknown,
  ): Promise<SocketAck<{ changed: KnownThread[]; gone: string[] }>> {
    return this.answer(socket, async (session) => {
      const known = readKnown(body);
      if (!known)
        return refuse(
          'conversations.inbox_sync_invalid',
          `Send { threads: [{ threadId, version }] } with 1 to ${MOST_COMPARED} threads.`,
        );
      const { tenantId, personId: id } = session.claims;
      await this.quotas.takeMember(session.claims);
      const traceId = newId();
      const looking = await this.delivery.look(session, traceId);
      if (!looking) return refuse('conversations.inbox_ended', 'The socket was ended: sign in again.');
      const { dataScope } = looking;
      const actor = { kind: 'user', id, permissions: new Set<string>(), dataScope } as const;
      const answer = await runInContext({ tenantId, traceId, actor }, () =>
        this.dispatcher.ask(new CompareThreadsQuery(known)),
      );
      return { ok: true, ...answer };
    });
  }

  private async open(socket: Socket): Promise<void> {
    const { claims, authority } = await this.door.admit(socket, newId());
    const { tenantId, personId, expiresAt } = claims;
    const scope = scopeText(authority.dataScope);
    const session: InboxSession = { socket, backlog: watchBacklog(socket), claims, scope };
    try {
      // Heard before it is told that it is open: what the client reads from then on, and what it hears, leave nothing between them.
      await this.wire.hold(tenantId);
      if (!socket.connected) return this.wire.release(tenantId);
      this.sessions.add(session);
    } catch (error) {
      this.wire.release(tenantId);
      throw error;
    }
    this.opened.set(socket, session);
    socket.emit(SESSION_EVENT, {
      personId,
      limited: authority.dataScope !== undefined,
      expiresAt: expiresAt.toISOString(),
    });
  }

  /** Of a socket that is open; anything thrown becomes the answer. */
  private async answer<T extends object>(
    socket: Socket,
    work: (session: InboxSession) => Promise<SocketAck<T>>,
  ): Promise<SocketAck<T>> {
    const session = this.opened.get(socket);
    if (!session) return refuse('conversations.inbox_not_ready', 'Wait for the session first.');
    try {
      return await work(session);
    } catch (error) {
      const { code, message } = socketRefusalOf(error);
      if (code === 'http.internal')
        this.logger.error({ message: 'an inbox socket was not answered', err: error as Error });
      return refuse(code, message);
    }
  }
}

const readKnown = (body: unknown): KnownThread[] | null => {
  const { threads } = (body ?? {}) as { threads?: unknown };
  if (!Array.isArray(threads) || threads.length === 0 || threads.length > MOST_COMPARED) return null;
  const known = (threads as unknown[]).map((each) => {
    const { threadId, version } = (each ?? {}) as { threadId?: unknown; version?: unknown };
    return isId(threadId) && Number.isSafeInteger(version) ? { threadId, version: version as number } : null;
  });
  return known.every((each) => each !== null) ? known : null;
};
