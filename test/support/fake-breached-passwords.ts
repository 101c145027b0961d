import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The range API of "Pwned Passwords", as it is documented: refuses what the real one would not answer as it is wanted. */
export class FakeBreachedPasswords {
  /** Every request as it came: method and path. */
  readonly asked: string[] = [];
  /** What was wrong with requests; a test expects none. */
  readonly refused: string[] = [];
  /** Answers in another way, such as not at all. */
  instead: { status: number; body: string } | 'nothing' | null = null;
  private readonly counts = new Map<string, number>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeBreachedPasswords> {
    const server = createServer();
    const fake = new FakeBreachedPasswords(server);
    server.on('request', (request, response) => {
      const { method = '', url: path = '', headers } = request;
      fake.asked.push(`${method} ${path}`);
      const refuse = (why: string): void => {
        fake.refused.push(why);
        response
          .writeHead(400, { 'content-type': 'text/plain' })
          .end('The hash prefix was not in a valid format');
      };
      const [, prefix] = /^\/range\/([0-9A-F]{5})$/.exec(path) ?? [];
      if (method !== 'GET') return refuse('method');
      if (prefix === undefined) return refuse('prefix');
      if (headers['add-padding'] !== 'true') return refuse('padding');
      if (!headers['user-agent']) return refuse('user-agent');
      if (fake.instead === 'nothing') return;
      if (fake.instead) return void response.writeHead(fake.instead.status).end(fake.instead.body);
      response.writeHead(200, { 'content-type': 'text/plain' }).end(fake.range(prefix));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `count` 0: an entry of the padding, which says nothing. */
  put(password: string, count: number): void {
    this.counts.set(createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase(), count);
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((closed) => this.server.close(closed));
  }

  /** Breached ones, others of the same range, and padding; CRLF between the lines. */
  private range(prefix: string): string {
    const own = [...this.counts]
      .filter(([hash]) => hash.startsWith(prefix))
      .map(([hash, count]) => `${hash.slice(prefix.length)}:${count}`);
    const suffix = (n: number): string =>
      createHash('sha256').update(`${prefix}${n}`).digest('hex').toUpperCase().slice(0, 35);
    const others = Array.from({ length: 500 }, (_, n) => `${suffix(n)}:${n + 1}`);
    const padding = Array.from({ length: 300 }, (_, n) => `${suffix(500 + n)}:0`);
    return [...own, ...others, ...padding].sort().join('\r\n');
  }
}
