import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { newId } from '#libs/kernel';
import { testEngines } from '#libs/testing';
import type { TestApp } from '../support/app.js';
import { LISTED_NAME, ThingMaker } from '../support/business-things.js';
import {
  type Draw,
  exportsOf,
  type Operation,
  operationAt,
  type Side,
} from '../support/canary-operations.js';
import { idle, newCustomer, threadsOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { seeded } from '../support/ledger.js';
import { MailServer } from '../support/mail-server.js';
import { everythingIn } from '../support/redis-dump.js';

/** The embedded engines have one session: there fewer operations say as much. */
const OPERATIONS = Number(
  process.env['CANARY_OPERATIONS'] ?? (testEngines().kind === 'real' ? 100_000 : 2_000),
);
const AT_ONCE = 24;
const SEED = 20_261_121;
/** So many times in a run Redis is looked through, and each business asks for exports. */
const LOOKS = 20;
const EXPORTS = 4;
const DAY_MS = 86_400_000;

jest.setTimeout(1_800_000);

describe('two businesses whose requests are interleaved', () => {
  const random = seeded(SEED);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let folder: string;
  let maker: ThingMaker;
  let mail: MailServer;
  let host: TestApp;
  let sides: [Side, Side];
  let redis: Redis;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-canary-'));
    mail = await MailServer.start();
    maker = await ThingMaker.start({
      env: {
        LOG_LEVEL: 'info',
        LOG_DESTINATION: join(folder, 'log.jsonl'),
        TURN_QUIET_MS: '0',
        ACCESS_TOKEN_SECONDS: '3600',
        SMTP_URL: mail.url,
      },
    });
    host = maker.host;
    redis = new Redis(testEngines().redisUrl);
    // The same people are customers of both.
    const customers = Array.from({ length: 5 }, newCustomer);
    sides = [await settle('kanarienvogel', customers), await settle('wellensittich', customers)];
  });
  afterAll(async () => {
    redis.disconnect();
    await maker.stop();
    await mail.stop();
    await rm(folder, { recursive: true });
  });

  const settle = async (bird: string, customers: readonly string[]): Promise<Side> => {
    const canary = `${bird}${newId().slice(0, 8)}`;
    const tenant = await host.createTenant();
    const things = await maker.thingsOf(tenant, canary);
    for (const customer of customers)
      await tenant.whatsapp(customer, `Hello, I am ${canary}`, { name: `Customer ${canary}` });
    await eventually(
      `the threads of ${bird}`,
      async () => (await threadsOf(tenant)).length === customers.length + 2,
    );
    const day = (ahead: number): string => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
    const availability = await tenant.get<{ slots: { startsAt: string }[] }>(
      `/api/v1/availability?serviceId=${things.bookableService}&from=${day(11)}&to=${day(60)}`,
    );
    return {
      tenant,
      canary,
      things,
      customers,
      slots: availability.body.slots.map(({ startsAt }) => startsAt),
      bookings: [things.booking],
      services: [things.service, ...tenant.services.values()],
      counterparties: [things.counterparty, things.partner],
      auditExports: [],
      privacyRequests: [],
    };
  };

  const leaks: string[] = [];
  /** Looks for words and the id of the other business. */
  const inspect = (where: string, text: string, foreign: Side): void => {
    if (text.includes(foreign.canary) || text.includes(foreign.tenant.id))
      leaks.push(`${where}: ${text.slice(0, 300)}`);
  };
  const ask = async (own: Side, { method, path, body, headers }: Operation) => {
    const [other] = sides.filter((side) => side !== own);
    const answer = await host.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${own.tenant.token}`, ...headers },
      ...(body ? { payload: body } : {}),
    });
    inspect(`${method} ${path}`, answer.body + JSON.stringify(answer.headers), other!);
    return answer;
  };

  const perform = async ({ own }: Draw, operation: Operation): Promise<number> => {
    const { method, path, trespass, makes } = operation;
    const { statusCode, ...answer } = await ask(own, operation);
    if (trespass && statusCode !== 404) leaks.push(`${method} ${path} answered ${statusCode}`);
    if (statusCode >= 500) leaks.push(`${method} ${path} failed with ${statusCode}`);
    if (makes && [201, 202].includes(statusCode)) makes.push((JSON.parse(answer.body) as { id: string }).id);
    return statusCode;
  };

  const lookThroughRedis = async (): Promise<void> => {
    for (const [key, value] of await everythingIn(redis)) {
      const text = `${key}\n${value}`;
      for (const { canary } of sides)
        if (text.includes(canary)) leaks.push(`Redis keeps words of a customer: ${text.slice(0, 300)}`);
      if (sides.every(({ tenant }) => text.includes(tenant.id)))
        leaks.push(`a key of Redis is of both: ${text.slice(0, 300)}`);
    }
  };

  it('never see each other: not in an answer, a key, a job, a log line, a metric, a webhook, a mail or an export', async () => {
    const statuses = new Map<number, number>();
    const every = (times: number, index: number): boolean => index % Math.ceil(OPERATIONS / times) === 0;
    let next = 1;
    const worker = async (): Promise<void> => {
      for (let index = next++; index <= OPERATIONS; index = next++) {
        const [own, other] = random() < 0.5 ? sides : [sides[1], sides[0]];
        const draw = { own, whose: random() < 0.1 ? other : own, index, pick };
        const status = await perform(draw, operationAt(random())(draw));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (every(200, index)) await own.tenant.whatsapp(pick(own.customers), `Again ${own.canary} ${index}`);
        if (every(LOOKS, index)) await lookThroughRedis();
        if (every(EXPORTS, index))
          for (const side of sides) {
            const asking = { ...draw, own: side };
            for (const each of exportsOf(asking)) await perform(asking, each);
          }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(leaks).toEqual([]);

    // The operations did what they are for: a suite of refusals would see no canary either.
    const done = statuses.get(200)! + statuses.get(201)!;
    expect(done).toBeGreaterThan(OPERATIONS * 0.8);
    expect(statuses.get(404)).toBeGreaterThan(OPERATIONS * 0.03);
    for (const { bookings, counterparties } of sides) {
      expect(bookings.length).toBeGreaterThan(OPERATIONS / 1_000);
      expect(counterparties.length).toBeGreaterThan(2);
    }

    for (const { tenant } of sides) await idle(host, tenant, 120_000);
    await lookThroughRedis();
    const log = await readFile(join(folder, 'log.jsonl'), 'utf8');
    const metrics = (await host.app.inject({ url: '/metrics' })).body;
    for (const { canary, tenant } of sides) {
      expect(log.includes(canary)).toBe(false);
      expect(metrics.includes(canary) || metrics.includes(tenant.id)).toBe(false);
    }
    const [a, b] = sides.map(({ tenant }) => tenant.id);
    for (const line of log.split('\n')) if (line.includes(a!) && line.includes(b!)) leaks.push(line);
    expect(leaks).toEqual([]);
  });

  it('never see each other in what is sent out: webhooks, mails, messages', async () => {
    for (const own of sides) {
      const [other] = sides.filter((side) => side !== own);
      const mine = await eventually(
        'webhooks of every booking',
        () => {
          const at = maker.receiver.at(`/${own.tenant.id}`);
          return at.length > own.bookings.length && at;
        },
        60_000,
      );
      for (const { raw, headers } of mine) inspect('a webhook', raw + JSON.stringify(headers), other!);
      expect(new Set(mine.map(({ body }) => body.type)).size).toBeGreaterThan(3);

      const mails = mail.mails.filter(({ to }) => to === own.tenant.email || to.includes(own.canary));
      for (const { headers, text, html } of mails) inspect('a mail', headers + text + html, other!);
      expect(mails.length).toBeGreaterThan(0);

      const sent = host.graph.messages.filter((each) => each.phoneNumberId === own.tenant.phoneNumberId);
      for (const message of sent) inspect('a message', JSON.stringify(message), other!);
      expect(sent.length).toBeGreaterThan(own.customers.length);
    }
    expect(leaks).toEqual([]);
  });

  it('never see each other in an export that was made while both were at work', async () => {
    for (const own of sides) {
      const get = (path: string) => ask(own, { method: 'GET', path });
      expect(own.auditExports.length).toBeGreaterThanOrEqual(EXPORTS);
      for (const id of own.auditExports) {
        const { files } = await eventually(
          'an audit export',
          async () => {
            const body = (await get(`/audit/exports/${id}`)).json<{
              status: string;
              files: { name: string }[];
            }>();
            return body.status === 'ready' && body;
          },
          120_000,
        );
        const texts = await Promise.all(
          files.map(async ({ name }) => (await get(`/audit/exports/${id}/files/${name}`)).body),
        );
        expect(texts.join('')).toContain(own.tenant.id);
        expect(texts.join('')).toContain(own.canary);
      }
      expect(own.privacyRequests.length).toBeGreaterThanOrEqual(EXPORTS);
      for (const id of own.privacyRequests) {
        await eventually(
          'a privacy export',
          async () => (await get(`/privacy/requests/${id}`)).json<{ state: string }>().state === 'completed',
          120_000,
        );
        // Both know this customer: each gives what it knows, and no more.
        const { body } = await get(`/privacy/requests/${id}/export`);
        expect(body).toContain(`I am ${own.canary}`);
        await get(`/privacy/requests/${id}/summary`);
        await get(`/privacy/requests/${id}/receipt`);
      }
      const file = (await get(`/kyb/cases/${own.things.case}/file`)).body;
      expect(file).toContain(LISTED_NAME);
      expect(file).toContain(own.canary);
    }
    expect(leaks).toEqual([]);
  });

  it('would be seen: the same look finds a canary that is there', async () => {
    const [own, other] = sides;
    const answer = await host.app.inject({
      url: '/api/v1/services',
      headers: { authorization: `Bearer ${other.tenant.token}` },
    });
    inspect('planted', answer.body, other);
    expect(leaks.splice(0)).toHaveLength(1);
    await redis.set(`planted:${own.canary}`, 'x');
    await lookThroughRedis();
    expect(leaks.splice(0)).toHaveLength(1);
  });
});
