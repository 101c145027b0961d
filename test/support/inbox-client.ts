import { io, type Socket } from 'socket.io-client';
import type { InboxNotice } from '../../src/conversations/domain/inbox-news.js';
import { eventually } from './eventually.js';

export type { InboxNotice };

interface Opened {
  personId: string;
  limited: boolean;
  expiresAt: string;
}

type Ack<T> = ({ ok: true } & T) | { ok: false; code: string; message: string };

interface ConnectOptions {
  /** Instead of `{ token }`. */
  readonly auth?: object;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** A staff member's client of the live inbox; it keeps all it hears. */
export class InboxClient {
  readonly heard: InboxNotice[] = [];
  readonly resyncs: string[] = [];
  session: Opened | null = null;
  /** The code that it was turned away with. */
  refused: string | null = null;
  closed = false;
  private readonly socket: Socket;

  private constructor(url: string, token: string, { auth, query, headers }: ConnectOptions) {
    this.socket = io(`${url}/inbox`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: auth ?? { token },
      ...(query ? { query } : {}),
      ...(headers ? { extraHeaders: headers } : {}),
    });
    this.socket.on('session', (session: Opened) => (this.session = session));
    this.socket.on('change', (notice: InboxNotice) => this.heard.push(notice));
    this.socket.on('resync', ({ reason }: { reason: string }) => this.resyncs.push(reason));
    this.socket.on('refused', ({ code }: { code: string }) => (this.refused = code));
    this.socket.on('disconnect', () => (this.closed = true));
  }

  /** Waits until it is either open or turned away. */
  static async connect(url: string, token: string, options: ConnectOptions = {}): Promise<InboxClient> {
    const client = new InboxClient(url, token, options);
    await eventually('an answer to the handshake', () => client.session !== null || client.closed);
    return client;
  }

  /** The kinds heard of a thread, in order. */
  kindsOf(threadId: string): string[] {
    return this.heard.filter((notice) => notice.threadId === threadId).map(({ kind }) => kind);
  }

  hears(what: string, matches: (notice: InboxNotice) => boolean): Promise<InboxNotice> {
    return eventually(what, () => this.heard.find(matches));
  }

  /** Waits until it was turned away, and answers why. */
  async ends(): Promise<string | null> {
    await eventually('the end of the socket', () => this.closed);
    return this.refused;
  }

  ask<T = object>(event: 'renew' | 'sync', body: unknown): Promise<Ack<T>> {
    return this.socket.timeout(45_000).emitWithAck(event, body) as Promise<Ack<T>>;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Opens clients, and closes all of them. */
export class InboxClients {
  private readonly open: InboxClient[] = [];

  async connect(url: string, token: string, options: ConnectOptions = {}): Promise<InboxClient> {
    const client = await InboxClient.connect(url, token, options);
    this.open.push(client);
    return client;
  }

  closeAll(): void {
    for (const client of this.open.splice(0)) client.close();
  }
}
