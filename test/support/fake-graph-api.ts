import { createHmac, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  faultOfAddress,
  faultOfRequest,
  refuse,
  type GraphFault,
  type GraphOptions,
} from './graph-request-rules.js';

export type { GraphFault, GraphOptions };

export interface GraphRequest {
  readonly kind: 'message' | 'read';
  readonly phoneNumberId: string;
  readonly body: Record<string, unknown>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface GraphMessage extends GraphRequest {
  readonly kind: 'message';
  /** The wamid that was answered. */
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly replyTo: string | undefined;
}

export interface StatusWebhooks {
  /** A function where the application moves while it is under test. */
  readonly url: string | (() => string);
  readonly appSecret: string;
  readonly wabaId: string;
  /** In the order they are posted; `['sent', 'delivered', 'read']` when absent. */
  readonly statuses?: readonly string[];
  /** How often each is posted; once when absent. */
  readonly copies?: number;
  /** The send is answered only after they were: a status that beats the answer. */
  readonly beforeAnswer?: boolean;
  /** Post each again until it is answered with 200, as Meta does (which is more patient); once when absent. */
  readonly persistent?: boolean;
}

const REPEAT_MS = 200;

/** Signs a webhook as Meta does and posts it; answers the status code. */
export const postSigned = async (url: string, appSecret: string, body: unknown): Promise<number> => {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = createHmac('sha256', appSecret).update(raw).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  return (await fetch(url, { method: 'POST', headers, body: raw })).status;
};

/**
 * Meta's Graph API on a free loopback port, for tests: a real HTTP server that refuses what Meta's own schema refuses.
 * `const graph = await FakeGraphApi.start(); … await graph.stop();`
 */
export class FakeGraphApi {
  /** Whatever was accepted, in order. */
  readonly requests: GraphRequest[] = [];
  /** Why requests were refused, in order: a test of the application wants this empty. */
  readonly refusals: GraphFault[] = [];
  /** Status codes that the application answered to status webhooks; 0 where it could not be reached. */
  readonly webhookAnswers: number[] = [];

  private readonly events = new EventEmitter().setMaxListeners(0);
  private faults: GraphFault[] = [];
  private drops: ('before' | 'after')[] = [];
  private held = 0;
  private stopped = false;
  private webhooks: StatusWebhooks | undefined;
  private posting: Promise<void>[] = [];

  private constructor(
    private readonly server: Server,
    private readonly options: GraphOptions,
  ) {
    server.on('request', (request, response) => {
      // A fault of the fake itself: seen by the test as an answer, never as a hanging one.
      this.handle(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
    });
  }

  static async start(options: GraphOptions = {}): Promise<FakeGraphApi> {
    const server = createServer();
    const fake = new FakeGraphApi(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get messages(): GraphMessage[] {
    return this.requests.filter((request): request is GraphMessage => request.kind === 'message');
  }

  /** The next `count` messages (not "read" or typing) are answered with this error, and not recorded. */
  failNext(count: number, fault: GraphFault): void {
    this.faults.push(...Array.from({ length: count }, () => fault));
  }

  /** The connections of the next `count` messages break: `before` the message was taken, or `after`, so that it went out unanswered. */
  dropNext(count: number, when: 'before' | 'after'): void {
    this.drops.push(...Array.from({ length: count }, () => when));
  }

  /** The next `count` messages are taken, and their answers never come. */
  holdNext(count: number): void {
    this.held += count;
  }

  /** From now on each accepted message is followed by signed status webhooks. */
  sendStatusesTo(webhooks: StatusWebhooks | undefined): void {
    this.webhooks = webhooks;
  }

  /** Resolves when all status webhooks posted so far were answered. */
  async webhooksSettled(): Promise<void> {
    await Promise.allSettled(this.posting);
  }

  /** At least `count` messages (to one number); rejects with what came instead. */
  async waitForMessages(
    count: number,
    where: { to?: string; timeoutMs?: number } = {},
  ): Promise<GraphMessage[]> {
    const { to, timeoutMs = 45_000 } = where;
    const matching = () => this.messages.filter((message) => to === undefined || message.to === to);
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (matching().length < count) return;
        stop();
        resolve(matching());
      };
      const timer = setTimeout(() => {
        stop();
        const came =
          this.messages.map((m) => `${m.to}: ${JSON.stringify(m.text)}`).join('\n  ') || '(nothing)';
        const refused = this.refusals.map((fault) => fault.message).join('\n  ') || '(nothing)';
        const wanted = `${count} message(s)${to === undefined ? '' : ` to ${to}`} within ${timeoutMs} ms`;
        reject(new Error(`wanted ${wanted}; came:\n  ${came}\nrefused:\n  ${refused}`));
      }, timeoutMs);
      const stop = (): void => {
        clearTimeout(timer);
        this.events.off('message', check);
      };
      this.events.on('message', check);
      check();
    });
  }

  /** Forgets what was recorded and what was planned. */
  reset(): void {
    for (const list of [this.requests, this.refusals, this.webhookAnswers, this.faults, this.drops])
      list.length = 0;
    this.held = 0;
    this.webhooks = undefined;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.webhooksSettled();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = parse(Buffer.concat(chunks).toString('utf8'));
    const isRead = typeof body === 'object' && body !== null && 'status' in body;
    const drop = isRead ? undefined : this.drops.shift();
    if (drop === 'before') return void request.socket.destroy();

    const planned = isRead ? undefined : this.faults.shift();
    const wrong = planned ?? faultOfAddress(request, this.options) ?? faultOfRequest(body);
    if (wrong) {
      if (!planned) this.refusals.push(wrong);
      return refuse(response, wrong);
    }
    const answer = this.record(request.url?.split('/')[2] ?? '', body as Record<string, unknown>);
    if (this.webhooks?.beforeAnswer) await this.webhooksSettled();
    if (drop === 'after') return void request.socket.destroy();
    if (!isRead && this.held > 0) {
      this.held -= 1;
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private record(phoneNumberId: string, body: Record<string, unknown>): object {
    const at = Date.now();
    if (body.type === undefined) {
      this.requests.push({ kind: 'read', phoneNumberId, body, at });
      return { success: true };
    }
    const input = String(body.to ?? body.recipient);
    const to = body.to === undefined ? input : input.replace(/\D/g, '');
    const message: GraphMessage = {
      kind: 'message',
      phoneNumberId,
      body,
      at,
      id: `wamid.${randomUUID()}`,
      to,
      text: (body.text as { body: string }).body,
      replyTo: (body.context as { message_id?: string } | undefined)?.message_id,
    };
    this.requests.push(message);
    this.events.emit('message');
    if (this.webhooks) this.posting.push(this.postStatuses(message, this.webhooks));
    return {
      messaging_product: 'whatsapp',
      contacts: [{ input, wa_id: to }],
      messages: [{ id: message.id }],
    };
  }

  private async postStatuses(message: GraphMessage, webhooks: StatusWebhooks): Promise<void> {
    const { statuses = ['sent', 'delivered', 'read'], copies = 1 } = webhooks;
    for (const status of statuses.flatMap((name) => Array.from({ length: copies }, () => name))) {
      const value = {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550783881', phone_number_id: message.phoneNumberId },
        statuses: [
          {
            id: message.id,
            status,
            timestamp: String(Math.floor(message.at / 1000)),
            recipient_id: message.to,
          },
        ],
      };
      const body = {
        object: 'whatsapp_business_account',
        entry: [{ id: webhooks.wabaId, changes: [{ value, field: 'messages' }] }],
      };
      const post = async (): Promise<number> => {
        const url = typeof webhooks.url === 'string' ? webhooks.url : webhooks.url();
        const status = await postSigned(url, webhooks.appSecret, body).catch(() => 0);
        this.webhookAnswers.push(status);
        return status;
      };
      while ((await post()) !== 200 && webhooks.persistent && !this.stopped)
        await new Promise((resolve) => setTimeout(resolve, REPEAT_MS));
    }
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
