import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import { eventually } from './eventually.js';
import type { GraphMessage } from './fake-graph-api.js';
import { type ChatRequest, type FakeReply, reply } from './fake-openai.js';
import type { Installation } from './processes.js';

const MARK = /\[m:\d+\.\d+\]/g;

/** Customers of one ledger: each has its own, so that several may follow each other on one installation. */
const MOST_THREADS = 1_000;
let ledgers = 0;

const marksIn = (text: string): string[] => text.match(MARK) ?? [];

/** Numbers as a seed gives them: a failure can be run again. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Resolves when it is opened; whoever waits in it is held. */
export const gate = (): { readonly opened: Promise<void>; open: () => void } => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

/** Puts figures into the output of the run, whatever becomes of the test. */
export const report = (line: string): void => void process.stdout.write(`    ${line}\n`);

/** A model that repeats the mark of each message it answers, after as long as a model may take. */
export const markingModel =
  (delayMs: () => number) =>
  async (request: ChatRequest): Promise<FakeReply> => {
    const answered = request.messages.findLastIndex(({ role }) => role === 'assistant');
    const asked = request.messages.slice(answered + 1).filter(({ role }) => role === 'user');
    const marks = asked.flatMap(({ content }) => marksIn(content ?? ''));
    await pause(delayMs());
    return reply.text(`I have read ${marks.join(' ')}.`);
  };

export interface Account {
  readonly accepted: number;
  /** Deliveries that were refused or lost, and repeated. */
  readonly repeatedPosts: number;
  /** Accepted, and answered in no message that the Graph API took. */
  readonly lost: string[];
  /** Answered by two different messages. */
  readonly answeredTwice: string[];
  /** Messages that went out twice. */
  readonly sentTwice: string[];
}

export interface Repetition {
  /** A delivery status of the first had been handled, or the answer to it was recorded: somebody could have known. */
  readonly avoidable: boolean;
  readonly story: string;
}

/**
 * What customers wrote and what the fake Graph API counts as sent to them. Each message carries a mark, and the model
 * repeats the marks of what it answers: so each can be found in exactly one sent message, bursts included.
 */
export class Ledger {
  private readonly accepted = new Set<string>();
  private readonly statuses = new Map<number, number>();
  private posts = 0;
  private stopped = false;
  private readonly counts: number[] = [];
  private readonly first = (ledgers += 1) * MOST_THREADS;

  constructor(private readonly installation: Installation) {}

  /** Status codes that deliveries were answered with. 0: nobody answered. */
  get answers(): ReadonlyMap<number, number> {
    return this.statuses;
  }

  customer(thread: number): string {
    return String(4_915_200_000_000 + this.first + thread);
  }

  /** Posts one message until it is accepted, as Meta does, with the same id each time. */
  async deliver(thread: number, timeoutMs = 180_000): Promise<string> {
    const count = (this.counts[thread] ?? 0) + 1;
    this.counts[thread] = count;
    const mark = `[m:${this.first + thread}.${count}]`;
    const wamid = `wamid.${newId()}`;
    await eventually(
      `message ${mark} is accepted`,
      async () => {
        this.posts += 1;
        const status = await this.installation.whatsapp(this.customer(thread), `Hello ${mark}`, wamid);
        this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
        if (status === 200) return true;
        await pause(200 + 400 * Math.random());
        return false;
      },
      timeoutMs,
    );
    this.accepted.add(mark);
    return mark;
  }

  /** Has `threads` customers write, each with a pause of `gapMs()` between two messages, until `stop()` or `each` are sent. */
  async load(threads: number, gapMs: () => number, each = Number.POSITIVE_INFINITY): Promise<void> {
    this.stopped = false;
    await Promise.all(
      Array.from({ length: threads }, async (_, thread) => {
        await pause(gapMs() * Math.random());
        for (let n = 0; n < each && !this.stopped; n += 1) {
          await this.deliver(thread);
          await pause(gapMs());
        }
      }),
    );
  }

  stop(): void {
    this.stopped = true;
  }

  /** What the Graph API took for these customers. */
  get sent(): GraphMessage[] {
    const first = Number(this.customer(0));
    return this.installation.graph.messages.filter(
      ({ to }) => Number(to) >= first && Number(to) < first + MOST_THREADS,
    );
  }

  account(): Account {
    const texts = new Map<string, string[]>();
    for (const { to, text } of this.sent)
      for (const mark of marksIn(text)) texts.set(mark, [...(texts.get(mark) ?? []), `${to}: ${text}`]);
    const copies = new Map<string, number>();
    for (const { to, text } of this.sent)
      copies.set(`${to}: ${text}`, (copies.get(`${to}: ${text}`) ?? 0) + 1);
    return {
      accepted: this.accepted.size,
      repeatedPosts: this.posts - this.accepted.size,
      lost: [...this.accepted].filter((mark) => !texts.has(mark)),
      answeredTwice: [...texts].filter(([, sent]) => new Set(sent).size > 1).map(([mark]) => mark),
      sentTwice: [...copies].filter(([, n]) => n > 1).map(([copy]) => copy),
    };
  }

  /** What was sent twice, and what could be known of the first when the second was sent. */
  async repetitions(): Promise<Repetition[]> {
    return Promise.all(
      this.account().sentTwice.map(async (copy) => {
        const [first, second] = this.sent.filter(({ to, text }) => `${to}: ${text}` === copy);
        const [row] = await this.installation.sql<{ stored: Date; handled: Date; recorded: boolean }>(
          `SELECT min(received_at) AS stored, min(processed_at) AS handled,
             EXISTS (SELECT 1 FROM message WHERE direction = 'outbound' AND external_id = $1) AS recorded
           FROM inbound_event WHERE external_id LIKE 'st:' || $1 || ':%'`,
          [first?.id],
        );
        const after = (at?: Date) => (at && first ? at.getTime() - first.at : Number.POSITIVE_INFINITY);
        const [stored, handled, repeated] = [
          after(row?.stored),
          after(row?.handled),
          (second?.at ?? 0) - (first?.at ?? 0),
        ];
        return {
          avoidable: handled < repeated || row?.recorded === true,
          story: `${copy} again after ${repeated} ms; its status was stored after ${stored} ms, handled after ${handled} ms`,
        };
      }),
    );
  }

  /** Waits until everything accepted is answered and nothing is left to be done; then it may be counted. */
  async settle(timeoutMs = 120_000): Promise<Account> {
    try {
      await eventually(
        'every accepted message is answered',
        () => this.account().lost.length === 0,
        timeoutMs,
      );
      await this.idle(timeoutMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${await this.describe()}`, { cause: error });
    }
    return this.account();
  }

  /** Waits until every event was handled by everybody it is for: what would be sent a second time has been sent by then. */
  async idle(timeoutMs = 60_000): Promise<void> {
    const open = async () => {
      const [row] = await this.installation.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM outbox_event WHERE settled_at IS NULL`,
      );
      return row?.n;
    };
    await eventually('nothing is left to do', async () => (await open()) === 0, timeoutMs);
  }

  /** How many jobs lie where in Redis, and what its clients do: whether somebody takes jobs at all. */
  private async queues(): Promise<string> {
    const { redis } = this.installation;
    const read = async () => {
      const found: Record<string, number> = {};
      for (const key of await redis.keys('*:bull:*')) {
        if (/:(wait|active|paused)$/.test(key)) found[key] = await redis.llen(key);
        if (/:(delayed|failed)$/.test(key)) found[key] = await redis.zcard(key);
        if (key.endsWith(':lock')) found['locks'] = (found['locks'] ?? 0) + 1;
      }
      const clients = String(await redis.client('LIST')).matchAll(/ flags=(\w+) .* cmd=(\S+)/g);
      for (const [, flags, cmd] of clients) {
        const name = `client ${cmd} ${flags}`;
        found[name] = (found[name] ?? 0) + 1;
      }
      return JSON.stringify(found);
    };
    return Promise.race([read(), pause(5_000).then(() => 'Redis does not answer')]);
  }

  private async describe(): Promise<string> {
    const account = this.account();
    const open = await this.installation
      .sql(
        `SELECT type, handlers, published_at, claimed_until, count(*)::int AS n, min(id::text) AS example FROM outbox_event
         WHERE settled_at IS NULL GROUP BY 1, 2, 3, 4 LIMIT 20`,
      )
      .catch((error: unknown) => String(error));
    const dead = await this.installation
      .sql('SELECT handler, error, attempts FROM dead_letter LIMIT 10')
      .catch(() => []);
    const { lost, ...rest } = account;
    return [
      `account: ${JSON.stringify({ ...rest, lost: lost.slice(0, 20) })}`,
      `open events: ${JSON.stringify(open)}`,
      `dead letters: ${JSON.stringify(dead)}`,
      `queues: ${await this.queues()}`,
      ...this.installation.crashes(),
    ].join('\n');
  }
}
