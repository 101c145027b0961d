import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { newId } from '#libs/kernel';
import { testEngines } from '#libs/testing';
import { TestApp } from '../support/app.js';
import { newCustomer } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { seeded } from '../support/ledger.js';
import { everythingIn } from '../support/redis-dump.js';
import type { TestTenant } from '../support/tenant.js';

/** The embedded engines have one session: there fewer operations say as much. */
const OPERATIONS = testEngines().kind === 'real' ? 100_000 : 2_000;
const AT_ONCE = 24;
const SEED = 20_261_121;
const DAY_MS = 86_400_000;

jest.setTimeout(900_000);

/** A business whose every word holds its canary, and what is known of it. */
interface Side {
  readonly tenant: TestTenant;
  readonly canary: string;
  readonly customers: string[];
  readonly threads: string[];
  readonly bookings: string[];
  readonly services: string[];
  readonly staff: string[];
  /** What can be booked, and when. */
  readonly haircut: string;
  readonly slots: string[];
}

interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
  /** The path names something of the other business. */
  readonly trespass?: true;
}

describe('two businesses whose requests are interleaved', () => {
  const random = seeded(SEED);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let folder: string;
  let host: TestApp;
  let sides: [Side, Side];
  let redis: Redis;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-canary-'));
    host = await TestApp.start({
      env: { LOG_LEVEL: 'info', LOG_DESTINATION: join(folder, 'log.jsonl'), TURN_QUIET_MS: '0' },
    });
    redis = new Redis(testEngines().redisUrl);
    sides = [await settle('kanarienvogel'), await settle('wellensittich')];
  });
  afterAll(async () => {
    redis.disconnect();
    await host.stop();
    await rm(folder, { recursive: true });
  });

  const settle = async (bird: string): Promise<Side> => {
    const canary = `${bird}${newId().slice(0, 8)}`;
    const tenant = await host.createTenant();
    const service = await tenant.post<{ id: string }>('/api/v1/services', {
      name: `Cut ${canary}`,
      durationMinutes: 15,
      price: { amount: 1000, currency: 'EUR' },
    });
    const staff = await tenant.post<{ id: string }>('/api/v1/staff', {
      name: `Stylist ${canary}`,
      serviceIds: [service.body.id],
    });
    const customers = Array.from({ length: 5 }, newCustomer);
    for (const customer of customers)
      await tenant.whatsapp(customer, `Hello, I am ${canary}`, { name: `Customer ${canary}` });
    const threads = await eventually(`the threads of ${bird}`, async () => {
      const { body } = await tenant.get<{ data: { id: string }[] }>('/api/v1/threads');
      return body.data.length === customers.length && body.data.map(({ id }) => id);
    });
    const haircut = tenant.services.get('Haircut')!;
    const day = (ahead: number): string => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
    const availability = await tenant.get<{ slots: { startsAt: string }[] }>(
      `/api/v1/availability?serviceId=${haircut}&from=${day(2)}&to=${day(50)}`,
    );
    return {
      tenant,
      canary,
      customers,
      threads,
      haircut,
      slots: availability.body.slots.map(({ startsAt }) => startsAt),
      bookings: [],
      services: [service.body.id, ...tenant.services.values()],
      staff: [staff.body.id],
    };
  };

  const operation = (own: Side, other: Side, index: number): Operation => {
    const whose = random() < 0.1 ? other : own;
    const trespass = whose === other ? { trespass: true as const } : {};
    const dice = random();
    // Reads of customers are entries of the audit chain, which a business writes one by one: a share of them will do.
    if (dice < 0.04) return { method: 'GET', path: '/api/v1/threads' };
    if (dice < 0.09) return { method: 'GET', path: `/api/v1/threads/${pick(whose.threads)}`, ...trespass };
    if (dice < 0.14)
      return { method: 'GET', path: `/api/v1/threads/${pick(whose.threads)}/messages?limit=5`, ...trespass };
    if (dice < 0.3) return { method: 'GET', path: '/api/v1/services' };
    if (dice < 0.5) return { method: 'GET', path: `/api/v1/services/${pick(whose.services)}`, ...trespass };
    if (dice < 0.64) return { method: 'GET', path: `/api/v1/staff/${pick(whose.staff)}`, ...trespass };
    if (dice < 0.67) return { method: 'GET', path: '/api/v1/bookings?limit=5' };
    if (dice < 0.7 && whose.bookings.length > 0)
      return { method: 'GET', path: `/api/v1/bookings/${pick(whose.bookings)}`, ...trespass };
    if (dice < 0.85) return { method: 'GET', path: '/api/v1/me' };
    if (dice < 0.95) return { method: 'GET', path: '/api/v1/channels' };
    if (dice < 0.975)
      return {
        method: 'POST',
        path: '/api/v1/services',
        body: {
          name: `Style ${own.canary} ${index}`,
          durationMinutes: 30,
          price: { amount: 10, currency: 'EUR' },
        },
        // The same key on both sides: an answer kept by key alone would be the other's.
        headers: { 'idempotency-key': `key-${Math.floor(index / 400)}` },
      };
    if (dice < 0.985)
      return {
        method: 'PATCH',
        path: `/api/v1/services/${pick(whose.services)}`,
        body: { description: `By ${own.canary}` },
        ...trespass,
      };
    return {
      method: 'POST',
      path: '/api/v1/bookings',
      body: {
        serviceId: own.haircut,
        startsAt: pick(own.slots),
        customer: { name: `Guest ${own.canary}`, phone: '+49301234567' },
        notes: own.canary,
      },
    };
  };

  const leaks: string[] = [];
  const inspect = (where: string, text: string, foreign: Side): void => {
    if (text.includes(foreign.canary)) leaks.push(`${where}: ${text.slice(0, 300)}`);
  };

  const perform = async (own: Side, other: Side, index: number): Promise<number> => {
    const { method, path, body, headers, trespass } = operation(own, other, index);
    const answer = await host.app.inject({
      method,
      url: path,
      headers: { authorization: `Bearer ${own.tenant.token}`, ...headers },
      ...(body ? { payload: body } : {}),
    });
    inspect(`${method} ${path}`, answer.body + JSON.stringify(answer.headers), other);
    if (trespass && answer.statusCode !== 404) leaks.push(`${method} ${path} answered ${answer.statusCode}`);
    if (answer.statusCode >= 500) leaks.push(`${method} ${path} failed with ${answer.statusCode}`);
    if (method === 'POST' && path.endsWith('/bookings') && answer.statusCode === 201)
      own.bookings.push(answer.json<{ id: string }>().id);
    if (index % 500 === 0) await own.tenant.whatsapp(pick(own.customers), `Again ${own.canary} ${index}`);
    return answer.statusCode;
  };

  it('never see each other: not in an answer, a key, a job, a log line or a metric', async () => {
    const statuses = new Map<number, number>();
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < OPERATIONS; index = next++) {
        // A token lives for fifteen minutes of a test that may take as long on a slow machine.
        const [own, other] = random() < 0.5 ? sides : [sides[1], sides[0]];
        const status = await perform(own, other, index);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(leaks).toEqual([]);

    // The operations did what they are for: a suite of refusals would see no canary either.
    const done = statuses.get(200)! + statuses.get(201)!;
    expect(done).toBeGreaterThan(OPERATIONS * 0.8);
    expect(statuses.get(404)).toBeGreaterThan(OPERATIONS * 0.03);
    for (const { bookings } of sides) expect(bookings.length).toBeGreaterThan(OPERATIONS / 1_000);

    for (const [key, value] of await everythingIn(redis)) {
      for (const side of sides) {
        const text = `${key}\n${value}`;
        // What a key or a job says of one business must name that business and no other.
        if (text.includes(side.canary)) leaks.push(`Redis keeps words of a customer: ${text.slice(0, 300)}`);
      }
    }
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

  it('would be seen: the same look finds a canary that is there', async () => {
    const [own, other] = sides;
    const answer = await host.app.inject({
      url: '/api/v1/services',
      headers: { authorization: `Bearer ${other.tenant.token}` },
    });
    inspect('planted', answer.body, other);
    expect(leaks.splice(0)).toHaveLength(1);
    await redis.set(`planted:${own.canary}`, 'x');
    const keys = (await everythingIn(redis)).map(([key]) => key);
    expect(keys.some((key) => key.includes(own.canary))).toBe(true);
  });
});
