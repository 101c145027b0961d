import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: {
    type: string;
    timestamp: string;
    subject: string;
    sequence: number;
    data: Record<string, unknown>;
  };
}

export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Answers once this has come true. */
  readonly after?: Promise<unknown>;
}

/** A receiver of webhooks on loopback that keeps what came and answers as it is told. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  answer: (webhook: ReceivedWebhook) => ReceiverAnswer = () => ({ status: 204 });
  /** The most requests that were open at once. */
  most = 0;
  private open = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const webhook = {
          path: request.url ?? '',
          headers: request.headers,
          raw,
          body: JSON.parse(raw) as ReceivedWebhook['body'],
        };
        receiver.received.push(webhook);
        receiver.open += 1;
        receiver.most = Math.max(receiver.most, receiver.open);
        response.on('close', () => (receiver.open -= 1));
        const { status, headers, body, after } = receiver.answer(webhook);
        void Promise.resolve(after).then(() => response.writeHead(status, headers).end(body));
      });
    });
    return receiver;
  }

  at(path: string): ReceivedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
