import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { HostDirectory } from '#contracts/branding';
import { IdentityHistoryQuery } from '#contracts/conversations';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { hostOfHandshake, refuse, type SocketAck, turnAway } from '#libs/sockets';
import { InboundIngestor } from '../infrastructure/inbound-ingestor.js';
import { VisitorTokens } from '../infrastructure/providers/webchat/visitor-tokens.js';
import {
  CHAT_NAMESPACE,
  isVisible,
  MESSAGE_EVENT,
  roomOf,
  toWebchatMessage,
  type WebchatMessage,
} from '../infrastructure/providers/webchat/webchat.wire.js';
import { MessageBudget } from './message-budget.js';

interface Session {
  readonly tenantId: string;
  readonly channelId: string;
  readonly account: string;
  readonly visitorId: string;
}

const MAX_TEXT = 4096;
const HISTORY = 200;
const CLIENT_ID = /^[\w-]{8,64}$/;

/**
 * The chat page's socket. Handshake: `auth: { channel, token? }`. The server answers `session` { token, messages }, the
 * page's own history included, so that a page that was away loses nothing. The page sends `message` { id, text } and
 * repeats it until it is acknowledged; the id makes repetition harmless.
 */
@WebSocketGateway({ namespace: CHAT_NAMESPACE, maxHttpBufferSize: 65_536 })
export class WebchatGateway implements OnGatewayConnection<Socket> {
  constructor(
    private readonly system: SystemFunctions,
    private readonly tokens: VisitorTokens,
    private readonly ingestor: InboundIngestor,
    private readonly dispatcher: Dispatcher,
    private readonly budget: MessageBudget,
    private readonly clock: Clock,
    private readonly hosts: HostDirectory,
    private readonly settings: Settings,
  ) {}

  async handleConnection(socket: Socket): Promise<void> {
    const { channel, token } = socket.handshake.auth as { channel?: unknown; token?: unknown };
    const [route] =
      typeof channel === 'string'
        ? await this.system.call<{ tenant_id: string; channel_id: string }>('find_channel_route', [
            'webchat',
            channel,
          ])
        : [];
    if (!route || !(await this.answersOn(socket, route.tenant_id))) {
      turnAway(socket, { code: 'channels.webchat_unknown', message: 'There is no such web chat.' });
      return;
    }
    const account = String(channel);
    const visitor = this.tokens.resolve(account, token);
    const session: Session = {
      tenantId: route.tenant_id,
      channelId: route.channel_id,
      account,
      visitorId: visitor.visitorId,
    };
    socket.data = session;
    // Joined before the history is read: what is said in between comes twice and is shown once.
    await socket.join(roomOf(session.channelId, session.visitorId));
    socket.emit('session', { token: visitor.token, messages: await this.history(session) });
  }

  @SubscribeMessage('message')
  async onMessage(@ConnectedSocket() socket: Socket, @MessageBody() body: unknown): Promise<SocketAck> {
    const session = socket.data as Partial<Session>;
    const message = readMessage(body);
    if (!isComplete(session)) return refuse('channels.webchat_not_ready', 'Wait for the session first.');
    if (!message)
      return refuse(
        'channels.webchat_message_invalid',
        `Send { id, text } with 1 to ${MAX_TEXT} characters.`,
      );
    if (!this.budget.take(session.visitorId))
      return refuse('channels.webchat_too_many', 'Too many messages at once; wait a moment.');
    const { id, text } = message;
    try {
      await this.ingestor.ingest(
        'webchat',
        [
          {
            account: session.account,
            externalId: `msg:${session.visitorId}:${id}`,
            kind: 'message',
            lane: session.visitorId,
            payload: { visitorId: session.visitorId, id, text },
          },
        ],
        newId(),
      );
    } catch (error) {
      if (error instanceof DomainError) return refuse(error.code, error.message);
      throw error;
    }
    const echo: WebchatMessage = {
      id,
      clientId: id,
      author: 'customer',
      text,
      at: this.clock.now().toISOString(),
    };
    socket.to(roomOf(session.channelId, session.visitorId)).emit(MESSAGE_EVENT, echo);
    return { ok: true };
  }

  /** A business's chat answers on the installation's hosts and on its own domains, and nowhere else; and to the pages of that host alone. */
  private async answersOn(socket: Socket, tenantId: string): Promise<boolean> {
    const host = hostOfHandshake(socket, this.settings.http.trustProxy);
    const owner = host === null ? null : await this.hosts.ownerOf(host);
    return owner?.kind === 'installation' || (owner?.kind === 'tenant' && owner.tenantId === tenantId);
  }

  private history({ tenantId, channelId, visitorId }: Session): Promise<WebchatMessage[]> {
    return runInContext(
      { tenantId, actor: { kind: 'system', id: 'webchat' }, traceId: newId() },
      async () => {
        const key = { kind: 'visitor', value: visitorId } as const;
        const messages = await this.dispatcher.ask(
          new IdentityHistoryQuery({ channelId, key, limit: HISTORY }),
        );
        return messages.filter(isVisible).map(toWebchatMessage);
      },
    );
  }
}

const isComplete = (session: Partial<Session>): session is Session => session.visitorId !== undefined;

const readMessage = (body: unknown): { id: string; text: string } | null => {
  const { id, text } = (body ?? {}) as { id?: unknown; text?: unknown };
  if (typeof id !== 'string' || !CLIENT_ID.test(id) || typeof text !== 'string') return null;
  const clean = text.replaceAll('\0', '').toWellFormed();
  return clean.trim() === '' || clean.length > MAX_TEXT ? null : { id, text: clean };
};
