import { createHmac } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { type ApiRoute, apiRoutes, resolve, type Schema } from '../support/api-routes.js';
import { TestApp } from '../support/app.js';
import { AssistantDesk } from '../support/assistant-desk.js';
import type { TestTenant } from '../support/tenant.js';

interface Problem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly { pointer: string; detail: string }[];
}

type Answer = Awaited<ReturnType<TestApp['app']['inject']>>;
type Counts = Record<string, number>;

const BODY_LIMIT = 65_536;
const NUL = 'a\u0000b';
const HALF = 'half \ud83d';
const LONG = 'x'.repeat(10_000);

let host: TestApp;
let tenant: TestTenant;
let other: TestTenant;
let routes: ApiRoute[];
/** Valid but for what a test puts wrong, by operation. */
let bodies: Record<string, Record<string, unknown>>;
/** Of the business's own things, by operation; where it is absent, any id does. */
let ids: Record<string, string>;
let foreign: Record<string, string>;

beforeAll(async () => {
  host = await TestApp.start({ env: { BODY_LIMIT_BYTES: String(BODY_LIMIT) } });
  tenant = await host.createTenant();
  other = await host.createTenant();
  routes = apiRoutes(host.app);
  ids = await thingsOf(tenant);
  foreign = await thingsOf(other);
  const me = await tenant.get<{ id: string }>('/api/v1/me');
  bodies = { ...bodiesFor(tenant), assignThread: { assigneeId: me.body.id } };
});
afterAll(() => host.stop());

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
const thingsOf = async (owner: TestTenant): Promise<Record<string, string>> => {
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

const password = 'teapot orchard velvet';
const ACCOUNT_BODIES = {
  signUp: {
    businessName: 'Salon',
    name: 'Olena',
    email: 'x@y.example',
    password,
    timeZone: 'Europe/Kyiv',
    country: 'UA',
  },
  answerMfaChallenge: { challengeToken: 'made up', code: '123456' },
  switchBusiness: { tenantId: newId() },
  verifyEmail: { token: 'made up' },
  confirmEmailChange: { token: 'made up' },
  askPasswordReset: { email: 'x@y.example' },
  resetPassword: { token: 'made up', password },
  acceptInvitation: { token: 'made up', name: 'Ivan', password },
  acceptMyInvitation: { token: 'made up' },
  updateMe: { name: 'Olena' },
  changePassword: { currentPassword: 'x', newPassword: password },
  askEmailChange: { password: 'x', email: 'x@y.example' },
  startMfa: { password: 'x' },
  confirmMfa: { code: '123456' },
  renewRecoveryCodes: { password: 'x', code: '123456' },
  disableMfa: { password: 'x', code: '123456' },
  updateSecurityPolicy: { mfaRequired: false },
  createInvitation: { email: 'x@y.example', role: 'agent' },
};

const bodiesFor = ({ id, email, services, staff }: TestTenant): typeof bodies => {
  const price = { amount: 100, currency: 'EUR' };
  const interval = { from: '09:00', to: '17:00' };
  const startsAt = '2099-01-01T10:00:00Z';
  return {
    ...ACCOUNT_BODIES,
    logIn: { email, password: 'not the password' },
    refreshTokens: { refreshToken: 'unknown' },
    logOut: { refreshToken: 'unknown' },
    createChannel: {
      provider: 'meta-whatsapp',
      name: 'Second',
      account: '300000000001',
      businessAccountId: '4000',
      accessToken: 'token',
    },
    updateChannel: { name: 'Renamed', status: 'active', accessToken: 'token' },
    sendMessage: { text: 'Hello' },
    createRole: { name: 'Reception', description: 'd', permissions: ['threads:read'], dataScope: 'team' },
    updateRole: { name: 'Reception', description: 'd', permissions: ['threads:read'], dataScope: 'team' },
    createTeam: { name: 'Desk', memberIds: [] },
    updateTeam: { name: 'Desk', memberIds: [] },
    createService: {
      name: 'New',
      description: 'd',
      durationMinutes: 30,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      price,
      active: true,
    },
    updateService: {
      name: 'New',
      description: 'd',
      durationMinutes: 30,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      price,
      active: true,
    },
    createStaff: { name: 'New', serviceIds: [], active: true },
    updateStaff: { name: 'New', serviceIds: [], active: true },
    setWorkingHours: { days: [{ weekday: 1, intervals: [interval] }] },
    updateCalendarSettings: {
      timeZone: 'Europe/Berlin',
      minNoticeMinutes: 0,
      horizonDays: 90,
      slotStepMinutes: 30,
      holdTtlSeconds: 600,
    },
    addHoursException: { staffId: staff.get('Anna'), date: '2099-01-01', intervals: [interval], note: 'n' },
    createBooking: {
      serviceId: services.get('Manicure'),
      startsAt,
      staffId: staff.get('Anna'),
      customer: { name: 'A' },
      notes: 'n',
    },
    cancelBooking: { reason: 'r' },
    rescheduleBooking: { startsAt, staffId: staff.get('Anna') },
    processMessage: { salon_id: id, phone_number: '+380501234567', message: 'Hi', conversation_id: 'c' },
    putBranding: {
      displayName: 'Salon',
      colors: { primary: '#0b6a5b', onPrimary: null, background: null, text: null },
      support: { email: 'a@salon.example', phone: '+380501234567', url: 'https://salon.example' },
      hidePoweredBy: false,
      customCss: '',
    },
    createCounterparty: { kind: 'organisation', names: ['Beispiel GmbH'] },
    updateCounterparty: { names: ['Beispiel AG'] },
    importCounterparties: { fileName: 'suppliers.csv', csv: 'name\nBeispiel GmbH\n' },
    addRelation: { toId: id, kind: 'owner_of' },
    runChecks: { sources: ['screening'] },
    screenName: { query: { names: ['Ivan Primerov'] } },
    screenNames: { queries: [{ names: ['Ivan Primerov'] }] },
    putKybSettings: { fullPassDays: 7 },
    proposeDisposition: { disposition: 'false_positive', reasonCode: 'different_person' },
    approveDisposition: { note: 'As proposed' },
    rejectDisposition: { note: 'Look again' },
    reopenAlert: { note: 'News' },
    addAlertNote: { note: 'Asked for a copy of the passport' },
    assignAlert: { assigneeId: null },
    assignCase: { assigneeId: null },
    setCasePriority: { priority: 'high' },
    bulkAlerts: { action: 'approve', ids: [id] },
    putRules: { address: { alert: false, severity: 'low', decideWithinHours: 24, stops: [] } },
    putRiskWeights: { vatInvalid: 20 },
    putLogo: { data: 'AAAA' },
    putFavicon: { data: 'AAAA' },
    putSender: {
      fromName: 'Salon',
      fromAddress: 'a@salon.example',
      replyTo: 'a@salon.example',
      smtp: {
        host: 'smtp.salon.example',
        port: 587,
        security: 'tls',
        username: 'salon',
        password: 'password',
      },
    },
    testSender: { to: 'a@salon.example' },
    addDomain: { name: 'salon.example' },
    reportCertificate: { state: 'active', notAfter: '2099-01-01T00:00:00Z', error: null },
    createApiKey: {
      name: 'k',
      scopes: ['services:read'],
      allowedNetworks: [],
      expiresAt: '2099-01-01T00:00:00Z',
    },
    rotateApiKey: { graceSeconds: 60 },
    changeMemberRole: { role: 'agent' },
    verifyAuditTrail: { heads: [] },
    requestAuditExport: { format: 'jsonl' },
    openPrivacyRequest: { kind: 'export', subject: { phone: '+4915112345678' }, reason: 'asked' },
    placeLegalHold: { subject: { phone: '+4915112345678' }, reason: 'litigation', authority: 'court' },
    liftLegalHold: { reason: 'settled' },
    setRetention: { days: { messages: 60 } },
    createWebhookEndpoint: {
      url: 'https://hooks.example.com/a',
      description: 'd',
      eventTypes: ['*'],
      enabled: true,
      headers: { 'x-a': 'b' },
    },
    updateWebhookEndpoint: {
      url: 'https://hooks.example.com/a',
      description: 'd',
      eventTypes: ['*'],
      enabled: true,
      headers: { 'x-a': 'b' },
    },
    rotateWebhookSecret: { graceSeconds: 60 },
    replayFailedWebhooks: { since: '2099-01-01T10:00:00Z' },
    configureAssistant: { name: 'A', model: 'm', temperature: 1, maxTokens: 100, instructions: 'i' },
  };
};

const pathOf = ({ id, path }: ApiRoute, given = ids[id] ?? newId()): string =>
  path.replace(/\{\w+\}/g, given);

const send = (route: ApiRoute, options: InjectOptions & { id?: string } = {}): Promise<Answer> => {
  const { id, headers, ...rest } = options;
  return host.app.inject({
    method: route.method as InjectOptions['method'],
    url: pathOf(route, id),
    ...rest,
    headers: { authorization: `Bearer ${tenant.token}`, ...headers },
  });
};

const sendJson = (
  route: ApiRoute,
  value: unknown,
  options: InjectOptions & { id?: string } = {},
): Promise<Answer> =>
  send(route, {
    ...options,
    payload: JSON.stringify(value),
    headers: { 'content-type': 'application/json', ...options.headers },
  });

/** What is wrong with an answer that should be a refusal; undefined when nothing is. */
const complaint = (
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

/** Runs every case and fails with all that went wrong, and when any of it has left a trace in a table. */
const refuseAll = async (
  cases: AsyncIterable<[what: string, fault: string | undefined]>,
): Promise<number> => {
  const before = await rowCounts();
  const faults: string[] = [];
  let count = 0;
  for await (const [what, fault] of cases) {
    count += 1;
    if (fault) faults.push(`${what}: ${fault}`);
  }
  expect(faults).toEqual([]);
  expect(await rowCounts()).toEqual(before);
  expect(count).toBeGreaterThan(0);
  return count;
};

/** Rows of both businesses and sums of versions, table by table. */
const rowCounts = async (): Promise<Counts> => {
  const counts: Counts = {};
  for (const { id } of [tenant, other]) {
    const tables = await host.query<{ name: string; versioned: boolean }>(
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
    for (const { name, n } of await host.query<{ name: string; n: number }>(id, sql.join(' UNION ALL ')))
      counts[`${id} ${name}`] = n;
  }
  return counts;
};

const TABLES = [
  ...['assistant', 'booking', 'calendar_settings', 'channel', 'hours_exception', 'identity', 'message'],
  ...['model_call', 'service', 'staff', 'thread', 'tool_receipt', 'turn', 'turn_record'],
  ...['webhook_endpoint', 'webhook_delivery'],
];

const kindOf = (schema: Schema): { kind: string; nullable: boolean } => {
  const { type, properties } = resolve(schema);
  const types = [type ?? []].flat();
  const kind = types.find((t) => t !== 'null') ?? (properties ? 'object' : 'string');
  return { kind, nullable: types.includes('null') };
};

/** Values that a property of the type must not have. */
const wrongFor = (schema: Schema, required: boolean): unknown[] => {
  const { kind, nullable } = kindOf(schema);
  const wrong: Record<string, unknown[]> = {
    string: [42, true, {}, [], ['x'], { $ne: null }, NUL, HALF, LONG],
    number: ['7', true, {}, [], -1e15, 1e308, NUL],
    integer: ['7', true, {}, [], -1e15, 1e308, 1.5, NUL],
    boolean: ['true', 1, {}, [], NUL],
    array: ['x', 42, true, {}, [null], [[]], [NUL], [{ a: HALF }]],
    object: ['x', 42, true, [], [{}], { zzz: 1 }, { name: NUL }],
  };
  return [...(wrong[kind] ?? []), ...(nullable || !required ? [] : [null])];
};

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 40);
const withBody = (): ApiRoute[] => routes.filter(({ body }) => body !== null);
const bodyOf = ({ id }: ApiRoute): Record<string, unknown> => {
  const body = bodies[id];
  if (!body) throw new Error(`${id} takes a body: add a valid one to bodiesFor()`);
  return body;
};

describe('every route that takes a body', () => {
  it('has a body here that is refused for nothing but its values', async () => {
    expect(
      withBody()
        .map(({ id }) => id)
        .filter((id) => !(id in bodies)),
    ).toEqual([]);
    expect(withBody().length).toBeGreaterThan(15);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['malformed JSON', '{"name": "x', {}, 400],
    ['no JSON at all', 'name=x', {}, 400],
    ['an empty body', '', {}, 400],
    ['a poisoned prototype', '{"__proto__": {"admin": true}}', {}, 400],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a text', '{}', { 'content-type': 'text/plain' }, 415],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['more than the limit', JSON.stringify({ name: 'x'.repeat(BODY_LIMIT) }), {}, 413],
    ['a list', '[]', {}, 422],
    ['null', 'null', {}, 422],
    ['a text in JSON', '"x"', {}, 422],
    ['a number', '42', {}, 422],
    ['nesting without end', `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, {}, 422],
    ['nesting of objects without end', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, {}, 422],
    [
      'nesting under an idempotency key',
      `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      { 'idempotency-key': 'deep' },
      422,
    ],
  ])('refuses %s', async (_what, payload, headers, status) => {
    await refuseAll(
      (async function* () {
        for (const route of withBody()) {
          const answer = await send(route, {
            payload,
            headers: { 'content-type': 'application/json', ...headers },
          });
          yield [route.id, complaint(answer, { status })];
        }
      })(),
    );
  });

  it('refuses a field that there is not, and names it', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withBody())
          for (const name of ['zzz', 'tenant_id', 'constructor', 'hasOwnProperty', 'a/b~c']) {
            const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
            yield [
              `${route.id} ${name}`,
              complaint(await sendJson(route, { ...bodyOf(route), [name]: 'x' }), { status: 422, pointer }),
            ];
          }
      })(),
    );
  });

  it('refuses a body without a field that is required, and names it', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withBody())
          for (const name of route.body?.required ?? []) {
            const answer = await sendJson(route, { ...bodyOf(route), [name]: undefined });
            yield [`${route.id} ${name}`, complaint(answer, { status: 422, pointer: `/${name}` })];
          }
      })(),
    );
  });

  it('refuses wrong types, NUL, half surrogate pairs, huge numbers and texts, and names the field', async () => {
    const tried = await refuseAll(
      (async function* () {
        for (const route of withBody())
          for (const [name, schema] of Object.entries(route.body?.properties ?? {}))
            for (const wrong of wrongFor(schema, route.body?.required?.includes(name) ?? false)) {
              const answer = await sendJson(route, { ...bodyOf(route), [name]: wrong });
              yield [
                `${route.id} ${name} = ${show(wrong)}`,
                complaint(answer, { status: 422, pointer: `/${name}` }),
              ];
            }
      })(),
    );
    expect(tried).toBeGreaterThan(300);
  }, 120_000);

  it('takes null for an optional field as it likes, and never breaks on it', async () => {
    const faults: string[] = [];
    for (const route of withBody())
      for (const name of Object.keys(route.body?.properties ?? {})) {
        const answer = await sendJson(route, { ...bodyOf(route), [name]: null }, { id: newId() });
        if (answer.statusCode >= 500) faults.push(`${route.id} ${name}: ${answer.statusCode}`);
      }
    expect(faults).toEqual([]);
  });

  it('refuses a key with NUL', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withBody())
          for (const key of [NUL, HALF])
            yield [
              route.id,
              complaint(await sendJson(route, { ...bodyOf(route), [key]: 1 }), { status: 422 }),
            ];
      })(),
    );
  });
});

describe('every route with an id in its path', () => {
  // A sanctions list is one of five names, and has no id.
  const withId = (): ApiRoute[] =>
    routes.filter(({ path }) => path.includes('{') && !path.includes('{list}'));

  it.each([
    ['no id', 'not-a-uuid'],
    ['a number', '1'],
    ['SQL', encodeURIComponent("' OR 1=1 --")],
    ['NUL', '%00'],
    ['broken encoding', '%E0%A4%A'],
    ['10,000 characters', LONG],
    ['a path upwards', '..%2F..%2Fetc'],
  ])('refuses %s', async (_what, id) => {
    await refuseAll(
      (async function* () {
        for (const route of withId())
          yield [route.id, complaint(await sendJson(route, bodies[route.id] ?? {}, { id }))];
      })(),
    );
  });

  it('names the id that is none', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withId())
          yield [
            route.id,
            complaint(await sendJson(route, bodies[route.id] ?? {}, { id: 'not-a-uuid' }), {
              status: 422,
              // Of several the last is looked at first.
              pointer: /\{(\w+)\}(?!.*\{)/.exec(route.path.replace('{file}', ''))?.[1] ?? 'id',
            }),
          ];
      })(),
    );
  });

  it('finds nothing by an unknown id', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withId())
          yield [
            route.id,
            complaint(await sendJson(route, bodies[route.id] ?? {}, { id: newId() }), { status: 404 }),
          ];
      })(),
    );
  });

  it("finds nothing by another business's id, and answers as for an unknown one", async () => {
    await refuseAll(
      (async function* () {
        for (const route of withId().filter(({ id }) => id in foreign)) {
          const id = foreign[route.id] ?? '';
          const unknown = newId();
          const [theirs, none] = [
            await sendJson(route, bodies[route.id] ?? {}, { id }),
            await sendJson(route, bodies[route.id] ?? {}, { id: unknown }),
          ];
          const same = (answer: Answer, own: string) => {
            const { traceId: _traceId, ...rest } = answer.json<Problem>();
            return JSON.stringify(rest).replaceAll(own, 'ID');
          };
          yield [
            route.id,
            complaint(theirs, { status: 404 }) ??
              (same(theirs, id) === same(none, unknown) ? undefined : 'tells them apart'),
          ];
        }
      })(),
    );
  });
});

describe('every route with a query', () => {
  const withQuery = (): ApiRoute[] => routes.filter(({ query }) => query.length > 0);
  const base = ({ id }: ApiRoute): Record<string, string> =>
    id === 'listAvailability'
      ? { serviceId: tenant.services.get('Manicure') ?? '', from: '2099-01-01', to: '2099-01-02' }
      : {};
  const urlOf = (route: ApiRoute, query: string): string =>
    `${pathOf(route)}?${new URLSearchParams(base(route)).toString()}&${query}`;

  it('refuses a parameter that there is not, and names it', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withQuery())
          for (const name of ['zzz', 'offset', 'constructor'])
            yield [
              `${route.id} ${name}`,
              complaint(await send(route, { url: urlOf(route, `${name}=1`) }), {
                status: 422,
                pointer: name,
              }),
            ];
      })(),
    );
  });

  it('refuses NUL, lists, and numbers out of range, and names the parameter', async () => {
    await refuseAll(
      (async function* () {
        for (const route of withQuery())
          for (const name of route.query) {
            const query = new URLSearchParams(base(route));
            query.delete(name);
            const wrong =
              name === 'limit'
                ? ['%00', '-1', '0', '1e309', '99999999999', '1.5', 'NaN', '', '5&limit=6']
                : ['%00', LONG, `a&${name}=b`];
            for (const value of wrong) {
              const answer = await send(route, {
                url: `${pathOf(route)}?${query.toString()}&${name}=${value}`,
              });
              yield [
                `${route.id} ${name}=${value.slice(0, 30)}`,
                complaint(answer, { status: 422, pointer: name }),
              ];
            }
          }
      })(),
    );
  });

  it('shows nothing of another business by its ids, nor a page after its rows', async () => {
    const rows = ['listThreads', 'listBookings', 'listServices', 'listStaff', 'listChannels'];
    const things = [
      foreign.getThread,
      foreign.getBooking,
      foreign.getService,
      foreign.getStaff,
      foreign.getChannel,
    ];
    const faults: string[] = [];
    for (const route of withQuery())
      for (const name of route.query.filter((q) => q.endsWith('Id') || q === 'startingAfter'))
        for (const thing of name === 'startingAfter' ? [things[rows.indexOf(route.id)] ?? newId()] : things) {
          const answer = await send(route, { url: urlOf(route, `${name}=${thing}`) });
          const shown =
            answer.statusCode === 200 && (answer.json<{ data?: unknown[] }>().data?.length ?? 0) > 0;
          if (answer.statusCode >= 500 || (shown && name !== 'startingAfter'))
            faults.push(`${route.id} ${name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
          if (shown && JSON.stringify(answer.json()).includes(other.id))
            faults.push(`${route.id} shows the other business`);
        }
    expect(faults).toEqual([]);
  });
});

describe('every route that wants a token', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forge = (
    changes: object = {},
    header: { alg: string; typ?: string } = { alg: 'HS256', typ: 'JWT' },
    key = host.settings.security.jwtSecret ?? '',
  ) => {
    const genuine = JSON.parse(
      Buffer.from(tenant.token.split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    const text = `${base64(header)}.${base64({ ...genuine, ...changes })}`;
    const hash = header.alg === 'HS512' ? 'sha512' : 'sha256';
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
  };
  const past = Math.floor(Date.now() / 1000) - 60;

  it('lets the same forger through who knows the key and changes nothing', async () => {
    const me = await host.app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${forge()}` } });
    expect(me.statusCode).toBe(200);
  });

  it.each<[string, () => string, string]>([
    ['no token', () => '', 'auth.token_missing'],
    ['an expired token', () => `Bearer ${forge({ iat: past - 900, exp: past })}`, 'auth.token_expired'],
    ['a token without an end', () => `Bearer ${forge({ exp: undefined })}`, 'auth.token_invalid'],
    [
      'a token of the wrong key',
      () => `Bearer ${forge({}, undefined, 'another-secret-0123456789abcdef0123456789')}`,
      'auth.token_invalid',
    ],
    [
      'algorithm none',
      () => `Bearer ${forge({}, { alg: 'none', typ: 'JWT' }).replace(/[^.]*$/, '')}`,
      'auth.token_invalid',
    ],
    ['algorithm none with a signature', () => `Bearer ${forge({}, { alg: 'none' })}`, 'auth.token_invalid'],
    ['another algorithm', () => `Bearer ${forge({}, { alg: 'HS512', typ: 'JWT' })}`, 'auth.token_invalid'],
    ['another audience', () => `Bearer ${forge({ aud: 'frontdesk-refresh' })}`, 'auth.token_invalid'],
    ['another issuer', () => `Bearer ${forge({ iss: 'evil' })}`, 'auth.token_invalid'],
    ['a role there is not', () => `Bearer ${forge({ role: 'superadmin' })}`, 'auth.token_invalid'],
    [
      'a tenant that is no id',
      () => `Bearer ${forge({ tid: "x'; DROP TABLE booking; --" })}`,
      'auth.token_invalid',
    ],
    ['a changed payload', () => `Bearer ${tampered()}`, 'auth.token_invalid'],
    ['a refresh token', () => 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'auth.token_invalid'],
    ['no bearer', () => 'Basic dXNlcjpwYXNz', 'auth.token_missing'],
  ])('refuses %s', async (_what, authorization, code) => {
    await refuseAll(
      (async function* () {
        for (const route of routes.filter(({ secured }) => secured)) {
          const answer = await sendJson(route, bodies[route.id] ?? {}, {
            headers: { authorization: authorization() },
          });
          const told = answer.statusCode === 401 ? answer.json<Problem>().code : '';
          yield [
            route.id,
            complaint(answer, { status: 401 }) ?? (told === code ? undefined : `wanted ${code}, got ${told}`),
          ];
        }
      })(),
    );
  });

  const tampered = (): string => {
    const [header, , signature] = tenant.token.split('.');
    return `${header}.${forge({ tid: other.id }).split('.')[1]}.${signature}`;
  };

  it('has at least the routes of the desk behind it', () => {
    expect(routes.filter(({ secured }) => secured).length).toBeGreaterThan(30);
    expect(
      routes
        .filter(({ secured }) => !secured)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      ...['acceptInvitation', 'answerMfaChallenge', 'askPasswordReset', 'confirmEmailChange'],
      ...['getAiHealth', 'getHealth', 'getLiveness', 'getMetrics', 'getPublicBranding', 'getReadiness'],
      ...['listAuditKeys', 'listReceiptKeys', 'logIn', 'logOut', 'refreshTokens', 'resetPassword'],
      ...['signUp', 'verifyEmail'],
    ]);
  });
});

describe('values that are of the right type and still absurd', () => {
  const customer = { name: 'Iryna' };
  const service = () => tenant.services.get('Manicure');
  const bookAt = (startsAt: string) =>
    ['createBooking', { serviceId: service(), startsAt, customer }] as const;
  const foreignService = () => other.services.get('Manicure');

  it.each<[string, () => readonly [string, object], string]>([
    ['a booking in the past', () => bookAt('2001-01-01T10:00:00Z'), '/startsAt'],
    ['a booking before time began', () => bookAt('0000-01-01T00:00:00Z'), '/startsAt'],
    ['a booking in the year 9999', () => bookAt('9999-12-31T23:59:00Z'), ''],
    ['a booking on a day there is not', () => bookAt('2030-02-30T10:00:00Z'), '/startsAt'],
    ['a booking at an hour there is not', () => bookAt('2030-02-20T25:00:00Z'), '/startsAt'],
    ['a booking without an offset', () => bookAt('2030-02-20T10:00:00'), '/startsAt'],
    ['a booking at a second', () => bookAt('2099-02-20T10:00:01Z'), '/startsAt'],
    ['a booking as a number', () => bookAt('1735689600000'), '/startsAt'],
    ['a booking in an expanded year', () => bookAt('+275760-09-13T00:00:00Z'), '/startsAt'],
    [
      'a booking of an unknown service',
      () => ['createBooking', { ...bodies.createBooking, serviceId: newId() }],
      '/serviceId',
    ],
    [
      "a booking of another business's service",
      () => ['createBooking', { ...bodies.createBooking, serviceId: foreignService() }],
      '/serviceId',
    ],
    [
      "a booking with another business's person",
      () => ['createBooking', { ...bodies.createBooking, staffId: other.staff.get('Anna') }],
      '/staffId',
    ],
    [
      'a booking for no phone number',
      () => ['createBooking', { ...bodies.createBooking, customer: { name: 'A', phone: '123' } }],
      '/customer/phone',
    ],
    [
      'a booking for nobody',
      () => ['createBooking', { ...bodies.createBooking, customer: { name: '   ' } }],
      '/customer/name',
    ],
    ['a move to the past', () => ['rescheduleBooking', { startsAt: '2001-01-01T10:00:00Z' }], '/startsAt'],
    [
      "a move to another business's person",
      () => ['rescheduleBooking', { startsAt: '2099-01-01T10:00:00Z', staffId: other.staff.get('Anna') }],
      '/staffId',
    ],
    [
      'a service for less than nothing',
      () => ['createService', { ...bodies.createService, price: { amount: -1, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service for half a cent',
      () => ['createService', { ...bodies.createService, price: { amount: 0.5, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service for more than there is',
      () => ['createService', { ...bodies.createService, price: { amount: 9e15, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service in no currency',
      () => ['createService', { ...bodies.createService, price: { amount: 1, currency: 'XQX' } }],
      '/price/currency',
    ],
    [
      'a service of no length',
      () => ['createService', { ...bodies.createService, durationMinutes: 0 }],
      '/durationMinutes',
    ],
    ['a service of a week', () => ['updateService', { durationMinutes: 10_080 }], '/durationMinutes'],
    ['a name of spaces', () => ['createService', { ...bodies.createService, name: ' \t ' }], '/name'],
    [
      "a person with another business's service",
      () => ['createStaff', { name: 'Eve', serviceIds: [foreignService()] }],
      '/serviceIds',
    ],
    [
      'a person with the same service twice',
      () => ['createStaff', { name: 'Eve', serviceIds: [service(), service()] }],
      '/serviceIds',
    ],
    [
      'hours that end before they begin',
      () => ['setWorkingHours', { days: [{ weekday: 1, intervals: [{ from: '17:00', to: '09:00' }] }] }],
      '/days',
    ],
    [
      'hours that overlap',
      () => [
        'setWorkingHours',
        {
          days: [
            {
              weekday: 1,
              intervals: [
                { from: '09:00', to: '12:00' },
                { from: '11:00', to: '13:00' },
              ],
            },
          ],
        },
      ],
      '/days',
    ],
    [
      'hours that no clock shows',
      () => ['setWorkingHours', { days: [{ weekday: 1, intervals: [{ from: '25:00', to: '99:99' }] }] }],
      '/days',
    ],
    ['an eighth day', () => ['setWorkingHours', { days: [{ weekday: 8, intervals: [] }] }], '/days'],
    [
      'the same day twice',
      () => ['setWorkingHours', { days: [1, 1].map((weekday) => ({ weekday, intervals: [] })) }],
      '/days',
    ],
    ['a holiday that has been', () => ['addHoursException', { date: '2001-01-01', intervals: [] }], '/date'],
    [
      'a holiday on a day there is not',
      () => ['addHoursException', { date: '2030-02-30', intervals: [] }],
      '/date',
    ],
    [
      "a holiday of another business's person",
      () => ['addHoursException', { date: '2099-01-01', intervals: [], staffId: other.staff.get('Anna') }],
      '/staffId',
    ],
    ['a zone there is not', () => ['updateCalendarSettings', { timeZone: 'Mars/Olympus' }], '/timeZone'],
    [
      'a horizon of a thousand years',
      () => ['updateCalendarSettings', { horizonDays: 365_000 }],
      '/horizonDays',
    ],
    ['a hold of no time', () => ['updateCalendarSettings', { holdTtlSeconds: 0 }], '/holdTtlSeconds'],
    ['a message of spaces', () => ['sendMessage', { text: ' \n ' }], '/text'],
    ['an assignee who does not exist', () => ['assignThread', { assigneeId: newId() }], '/assigneeId'],
    [
      'a channel of a kind there is not',
      () => ['createChannel', { ...bodies.createChannel, provider: 'carrier-pigeon' }],
      '/provider',
    ],
    [
      "another business's account",
      () => ['createChannel', { ...bodies.createChannel, account: other.phoneNumberId }],
      '',
    ],
    [
      'a WhatsApp channel without a token',
      () => ['createChannel', { ...bodies.createChannel, accessToken: undefined }],
      '/accessToken',
    ],
  ])('refuses %s', async (what, make, pointer) => {
    const [id, body] = make();
    const route = routes.find((r) => r.id === id) as ApiRoute;
    await refuseAll(
      (async function* () {
        yield [what, complaint(await sendJson(route, body), pointer === '' ? {} : { pointer })];
      })(),
    );
  });

  it.each<[string, string, string]>([
    ['a range that ends before it begins', 'from=2099-01-02&to=2099-01-01', 'to'],
    ['a range of a century', 'from=2099-01-01&to=2199-01-01', 'to'],
    ['a range from the year 0', 'from=0000-01-01&to=9999-12-31', 'to'],
    ['a date that is not in the calendar', 'from=2099-02-30&to=2099-03-01', 'from'],
    ['a range of words', 'from=yesterday&to=tomorrow', 'from'],
    ['a range without an end', 'from=2099-01-01', 'to'],
    ['a zone there is not', 'from=2099-01-01&to=2099-01-02&timeZone=Mars/Olympus', 'timeZone'],
  ])('refuses the availability of %s', async (what, query, pointer) => {
    const route = routes.find(({ id }) => id === 'listAvailability') as ApiRoute;
    const url = `/api/v1/availability?serviceId=${service()}&${query}`;
    await refuseAll(
      (async function* () {
        yield [what, complaint(await send(route, { url }), { status: 422, pointer })];
      })(),
    );
  });

  it.each(['', 'a b', 'ключ', 'x'.repeat(256)])('refuses the idempotency key "%s"', async (key) => {
    const route = routes.find(({ id }) => id === 'createStaff') as ApiRoute;
    const answer = await sendJson(
      route,
      { name: 'Eve' },
      { headers: { 'idempotency-key': Buffer.from(key).toString('latin1') } },
    );
    expect(complaint(answer, { status: 422, pointer: 'Idempotency-Key' })).toBeUndefined();
  });

  it('refuses a key that was used for something else', async () => {
    const route = routes.find(({ id }) => id === 'createStaff') as ApiRoute;
    const headers = { 'idempotency-key': newId() };
    expect((await sendJson(route, { name: 'Eve', active: false }, { headers })).statusCode).toBe(201);
    expect(
      complaint(await sendJson(route, { name: 'Adam', active: false }, { headers }), { status: 422 }),
    ).toBeUndefined();
  });
});

describe('what is no route', () => {
  it.each<[string, InjectOptions, number]>([
    ['an unknown path', { url: '/api/v1/nothing' }, 404],
    ['an unknown method', { method: 'DELETE', url: '/api/v1/bookings' }, 404],
    ['a broken path', { url: '/api/v1/%E0%A4%A' }, 400],
    ['a path with NUL', { url: '/api/v1/bookings%00' }, 404],
    ['a very long path', { url: `/api/v1/${LONG}` }, 404],
  ])('answers %s with a problem', async (_what, options, status) => {
    const answer = await host.app.inject({
      ...options,
      headers: { authorization: `Bearer ${tenant.token}` },
    });
    expect(complaint(answer, { status })).toBeUndefined();
  });
});

describe('the webhook of Meta', () => {
  const url = '/webhooks/meta/whatsapp';
  const signed = (payload: string): InjectOptions => ({
    method: 'POST',
    url,
    payload,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', host.settings.meta.appSecret ?? '')
        .update(payload)
        .digest('hex')}`,
    },
  });

  it.each([
    ['of another key', () => ({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })],
    ['of no length', () => ({ 'x-hub-signature-256': 'sha256=' })],
    ['that is missing', () => ({})],
    ['of another kind', () => ({ 'x-hub-signature-256': 'md5=abc' })],
  ])('stores nothing under a signature %s', async (_what, headers) => {
    const payload = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
    const answer = await host.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json', ...headers() },
    });
    expect(complaint(answer, { status: 401 })).toBeUndefined();
  });

  it.each([
    ['malformed JSON', '{"object": '],
    ['a list', '[]'],
    ['null', 'null'],
    [
      'nesting without end',
      `{"object":"whatsapp_business_account","entry":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ],
    ['more than the limit', JSON.stringify({ entry: 'x'.repeat(BODY_LIMIT) })],
  ])('never answers 5xx to signed nonsense: %s', async (_what, payload) => {
    const before = await rowCounts();
    expect((await host.app.inject(signed(payload))).statusCode).toBeLessThan(500);
    expect(await rowCounts()).toEqual(before);
  });

  it('takes a text with characters that the database cannot hold, for Meta would send it again for ever', async () => {
    const from = '4915199990001';
    expect(await tenant.whatsapp(from, `Hello ${NUL} ${HALF}`, { name: `Eve ${NUL}` })).toBe(200);
    const [answer] = await host.graph.waitForMessages(1, { to: from });
    expect(answer?.text).toMatch(/\S/);
  });
});
