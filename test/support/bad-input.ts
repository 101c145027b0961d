import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { type ApiRoute, apiRoutes } from './api-routes.js';
import { TestApp } from './app.js';
import { AssistantDesk } from './assistant-desk.js';
import { type Bodies, bodiesFor } from './bodies/index.js';
import type { TestTenant } from './tenant.js';

export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly { pointer: string; detail: string }[];
}

export type Answer = Awaited<ReturnType<TestApp['app']['inject']>>;
type Sending = InjectOptions & { id?: string };

export const BODY_LIMIT = 65_536;
export const NUL = 'a\u0000b';
export const HALF = 'half \ud83d';
export const LONG = 'x'.repeat(10_000);

/** Two businesses with one thing of each kind, at which requests are sent that must be refused and leave no trace. */
export class BadInputDesk {
  private constructor(
    readonly host: TestApp,
    readonly tenant: TestTenant,
    readonly other: TestTenant,
    readonly routes: readonly ApiRoute[],
    /** Valid but for what a test puts wrong, by operation. */
    readonly bodies: Bodies,
    /** Of the business's own things, by operation; where it is absent, any id does. */
    private readonly ids: Readonly<Record<string, string>>,
    /** As `ids`, of the other business. */
    readonly foreign: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<BadInputDesk> {
    const host = await TestApp.start({ env: { BODY_LIMIT_BYTES: String(BODY_LIMIT) } });
    const tenant = await host.createTenant();
    const other = await host.createTenant();
    const me = await tenant.get<{ id: string }>('/api/v1/me');
    const bodies = { ...bodiesFor(tenant), assignThread: { assigneeId: me.body.id } };
    const ids = await thingsOf(host, tenant);
    return new BadInputDesk(
      host,
      tenant,
      other,
      apiRoutes(host.app),
      bodies,
      ids,
      await thingsOf(host, other),
    );
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  route(id: string): ApiRoute {
    const route = this.routes.find((each) => each.id === id);
    if (!route) throw new Error(`there is no operation ${id}`);
    return route;
  }

  withBody(): ApiRoute[] {
    return this.routes.filter(({ body }) => body !== null);
  }

  bodyOf({ id }: ApiRoute): Record<string, unknown> {
    const body = this.bodies[id];
    if (!body) throw new Error(`${id} takes a body: add a valid one in test/support/bodies`);
    return body;
  }

  pathOf({ id, path }: ApiRoute, given = this.ids[id] ?? newId()): string {
    return path.replace(/\{\w+\}/g, given);
  }

  send(route: ApiRoute, { id, headers, ...rest }: Sending = {}): Promise<Answer> {
    return this.host.app.inject({
      method: route.method as InjectOptions['method'],
      url: this.pathOf(route, id),
      ...rest,
      headers: { authorization: `Bearer ${this.tenant.token}`, ...headers },
    });
  }

  sendJson(route: ApiRoute, value: unknown, options: Sending = {}): Promise<Answer> {
    return this.send(route, {
      ...options,
      payload: JSON.stringify(value),
      headers: { 'content-type': 'application/json', ...options.headers },
    });
  }

  /** Runs every case and fails with all that went wrong, and when any of it has left a trace in a table. */
  async refuseAll(cases: AsyncIterable<[what: string, fault: string | undefined]>): Promise<number> {
    const before = await this.rowCounts();
    const faults: string[] = [];
    let count = 0;
    for await (const [what, fault] of cases) {
      count += 1;
      if (fault) faults.push(`${what}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(await this.rowCounts()).toEqual(before);
    expect(count).toBeGreaterThan(0);
    return count;
  }

  /** Rows of both businesses and sums of versions, table by table. */
  async rowCounts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { id } of [this.tenant, this.other]) {
      const tables = await this.host.query<{ name: string; versioned: boolean }>(
        id,
        `SELECT c.table_name AS name, bool_or(c.column_name = 'version') AS versioned FROM information_schema.columns c
         WHERE c.table_schema = 'public' GROUP BY 1 HAVING bool_or(c.column_name = 'tenant_id') ORDER BY 1`,
      );
      const readable = tables.filter(({ name }) => TABLES.includes(name));
      expect(readable).toHaveLength(TABLES.length);
      const sql = readable.map(
        ({ name, versioned }) =>
          `SELECT '${name}' AS name, count(*)::int + ${versioned ? 'coalesce(sum(version), 0)::int' : 0} AS n FROM ${name}`,
      );
      for (const { name, n } of await this.host.query<{ name: string; n: number }>(
        id,
        sql.join(' UNION ALL '),
      ))
        counts[`${id} ${name}`] = n;
    }
    return counts;
  }
}

/** What is wrong with an answer that should be a refusal; undefined when nothing is. */
export const complaint = (
  answer: Answer,
  wanted: { status?: number; pointer?: string } = {},
): string | undefined => {
  const { statusCode: status, headers, body } = answer;
  const told = `${status} ${body.slice(0, 300)}`;
  if (status < 400 || status >= 500) return `not refused: ${told}`;
  if (wanted.status !== undefined && status !== wanted.status) return `wanted ${wanted.status}: ${told}`;
  if (!String(headers['content-type']).startsWith('application/problem+json')) return `no problem: ${told}`;
  const problem = JSON.parse(body) as Problem;
  if (
    problem.status !== status ||
    !/^[a-z-]+\.[a-z_0-9]+$/.test(problem.code) ||
    !problem.traceId ||
    !problem.detail
  )
    return `an incomplete problem: ${told}`;
  const { pointer } = wanted;
  if (pointer === undefined) return undefined;
  const named = (problem.errors ?? []).some(
    (e) => e.pointer === pointer || e.pointer.startsWith(`${pointer}/`),
  );
  return named ? undefined : `does not name ${pointer}: ${told}`;
};

const TABLES = [
  ...['assistant', 'booking', 'calendar_settings', 'channel', 'hours_exception', 'identity', 'message'],
  ...['model_call', 'service', 'staff', 'thread', 'tool_receipt', 'turn', 'turn_record'],
  ...['webhook_endpoint', 'webhook_delivery'],
];

const ENDPOINT_OPERATIONS = [
  'getWebhookEndpoint',
  'updateWebhookEndpoint',
  'deleteWebhookEndpoint',
  'rotateWebhookSecret',
  'testWebhookEndpoint',
  'replayFailedWebhooks',
  'listWebhookDeliveries',
];

/** One thing of each kind, and its id under the operations that take it. */
const thingsOf = async (host: TestApp, owner: TestTenant): Promise<Record<string, string>> => {
  const desk = new AssistantDesk(host, owner);
  const startsAt = desk.instant(desk.at(3, '10:00'));
  const serviceId = owner.services.get('Manicure') ?? '';
  const customer = { name: 'Iryna', phone: '+380501234567' };
  const booking = await owner.post<{ id: string }>('/api/v1/bookings', { serviceId, startsAt, customer });
  const exception = await owner.post<{ id: string }>('/api/v1/calendar/exceptions', {
    date: desk.at(5, '').slice(0, 10),
    intervals: [],
  });
  const endpoint = await owner.post<{ id: string }>('/api/v1/webhook-endpoints', {
    url: 'https://hooks.example.com/a',
    eventTypes: ['webhooks.endpoint.disabled.v1'],
    enabled: false,
  });
  const phone = desk.newPhone();
  await desk.say(phone, 'Hello');
  const thread = (await desk.threadOf(phone)).id;
  const staff = owner.staff.get('Anna') ?? '';
  return {
    ...{ getBooking: booking.body.id, cancelBooking: booking.body.id, rescheduleBooking: booking.body.id },
    ...{ getService: serviceId, updateService: serviceId },
    ...{ getStaff: staff, updateStaff: staff, getWorkingHours: staff, setWorkingHours: staff },
    removeHoursException: exception.body.id,
    ...{
      getThread: thread,
      listMessages: thread,
      sendMessage: thread,
      assignThread: thread,
      releaseThread: thread,
      closeThread: thread,
    },
    ...Object.fromEntries(ENDPOINT_OPERATIONS.map((operation) => [operation, endpoint.body.id])),
    ...{ getChannel: owner.channelId, updateChannel: owner.channelId },
  };
};
