import { createHmac } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { buildOpenApi, operationsOf, PERMISSION_EXTENSION, SIGNED_IN } from '#libs/http';
import { permissionsOf, type PermissionName, ROLES, type Role } from '#libs/security';
import { type ApiRoute, apiRoutes, resolve, type Schema } from '../support/api-routes.js';
import { TestApp } from '../support/app.js';
import { AssistantDesk } from '../support/assistant-desk.js';
import type { TestTenant } from '../support/tenant.js';

/** Expected answers are made of the routes' metadata and the permission catalogue: a new route is in the table by itself. */
let host: TestApp;
let routes: ApiRoute[];
let permissions: Map<string, string | undefined>;
const tokens = new Map<Role, string>();
/** Ids of another business: of each kind of thing one. */
let foreign: string[];
/** The same of the caller's own. */
let own: string[];
/** By the name of the property that takes it. */
let ownByName: Record<string, unknown>;

const PASSWORD = 'correct-horse-battery';

beforeAll(async () => {
  host = await TestApp.start();
  const [tenant, other] = [await host.createTenant(), await host.createTenant()];
  routes = apiRoutes(host.app);
  permissions = new Map(
    [...operationsOf(buildOpenApi(host.app))].map(({ operation }) => [
      operation.operationId ?? '',
      operation[PERMISSION_EXTENSION] as string | undefined,
    ]),
  );
  tokens.set('owner', tenant.token);
  for (const role of Object.keys(ROLES) as Role[]) {
    if (role === 'owner') continue;
    const email = `${role}-${tenant.id}@example.test`;
    await host.as(tenant.id, () =>
      host.dispatcher.request(new AddMemberCommand({ email, name: role, password: PASSWORD, role })),
    );
    const login = await host.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      payload: { email, password: PASSWORD },
    });
    tokens.set(role, login.json<{ accessToken: string }>().accessToken);
  }
  foreign = await thingsOf(other);
  own = await thingsOf(tenant);
  const [serviceId, staffId] = [tenant.services.get('Manicure'), tenant.staff.get('Anna')];
  ownByName = { serviceId, staffId, channelId: tenant.channelId, startsAt: '2099-01-01T10:00:00Z' };
});
afterAll(() => host.stop());

const thingsOf = async (owner: TestTenant): Promise<string[]> => {
  const desk = new AssistantDesk(host, owner);
  const booking = await owner.post<{ id: string }>('/api/v1/bookings', {
    serviceId: owner.services.get('Manicure'),
    startsAt: desk.instant(desk.at(3, '10:00')),
    customer: { name: 'Iryna', phone: '+380501234567' },
  });
  const exception = await owner.post<{ id: string }>('/api/v1/calendar/exceptions', {
    date: desk.at(5, '').slice(0, 10),
    intervals: [],
  });
  const phone = desk.newPhone();
  await desk.say(phone, 'Hello');
  const thread = (await desk.threadOf(phone)).id;
  const me = await owner.get<{ id: string }>('/api/v1/me');
  return [
    ...[booking.body.id, exception.body.id, thread, me.body.id, owner.id, owner.channelId],
    ...owner.services.values(),
    ...owner.staff.values(),
  ];
};

/** A value that the schema describes: its example where it has one. */
const sample = (given: Schema): unknown => {
  const schema = { ...resolve(given), ...given } as Schema & Record<string, unknown>;
  for (const key of ['example', 'default']) if (key in schema) return schema[key];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema.properties)
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [
        name,
        ownByName[name] ?? sample(schema.properties?.[name] ?? {}),
      ]),
    );
  const [type] = [schema.type ?? 'string'].flat();
  if (schema['format'] === 'uuid') return newId();
  return (
    { string: 'text', integer: 1, number: 1, boolean: true, array: [], object: {} }[type ?? 'string'] ?? null
  );
};

const send = (
  { method, path, body }: ApiRoute,
  { id = newId(), payload = body ? sample(body) : undefined, query = '', token }: Sent,
) =>
  host.app.inject({
    method: method as InjectOptions['method'],
    url: `${path.replace(/\{\w+\}/g, id)}${query}`,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  });

interface Sent {
  readonly id?: string;
  readonly payload?: unknown;
  readonly query?: string;
  readonly token?: string;
}

/** A thing of the caller's own that the route finds; any id where it finds none. */
const parentOf = async (route: ApiRoute, token?: string): Promise<string> => {
  if (!route.path.includes('{') || route.method === 'DELETE' || (route.query.length === 0 && !route.body))
    return newId();
  for (const id of own)
    if ((await send(route, { id, token, ...(route.body ? { payload: {} } : {}) })).statusCode !== 404)
      return id;
  return newId();
};

const codeOf = (text: string): string =>
  text.startsWith('{') ? String((JSON.parse(text) as { code?: unknown }).code) : '';

describe('every route of the running application', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forge = (changes: object, alg = 'HS256', key = host.settings.security.jwtSecret ?? '') => {
    const genuine = JSON.parse(
      Buffer.from((tokens.get('owner') ?? '').split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    const text = `${base64({ alg, typ: 'JWT' })}.${base64({ ...genuine, ...changes })}`;
    return alg === 'none'
      ? `${text}.`
      : `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };

  it.each<[string, () => string | undefined, string]>([
    ['no token', () => undefined, 'auth.token_missing'],
    ['an expired one', () => forge({ iat: 1, exp: 2 }), 'auth.token_expired'],
    ['one without a signature', () => forge({}, 'none'), 'auth.token_invalid'],
    ['one of another key', () => forge({}, 'HS256', 'x'.repeat(48)), 'auth.token_invalid'],
    ['one for another audience', () => forge({ aud: 'elsewhere' }), 'auth.token_invalid'],
    ['one of another issuer', () => forge({ iss: 'somebody' }), 'auth.token_invalid'],
  ])('is closed to %s unless it is public', async (_what, token, code) => {
    const faults: string[] = [];
    for (const route of routes.filter(({ id }) => permissions.get(id) !== undefined)) {
      const answer = await send(route, { token: token() });
      if (answer.statusCode !== 401 || codeOf(answer.body) !== code)
        faults.push(`${route.id}: ${answer.statusCode} ${codeOf(answer.body)}, expected 401 ${code}`);
    }
    expect(faults).toEqual([]);
  });

  it.each(Object.keys(ROLES) as Role[])('answers %s as the permission catalogue says', async (role) => {
    const faults: string[] = [];
    let asked = 0;
    for (const route of routes) {
      const permission = permissions.get(route.id);
      if (permission === undefined) continue;
      asked += 1;
      const may = permission === SIGNED_IN || permissionsOf(role).has(permission as PermissionName);
      const answer = await send(route, { token: tokens.get(role) });
      const refused = answer.statusCode === 403 && codeOf(answer.body) === 'auth.forbidden';
      if (refused === may || answer.statusCode === 401 || answer.statusCode >= 500)
        faults.push(
          `${route.id} (${permission}): ${answer.statusCode}, expected ${may ? 'to be let in' : '403'}`,
        );
    }
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(30);
  });

  it("answers another business's ids in path, query and body as ids that there are not", async () => {
    const token = tokens.get('owner');
    const faults: string[] = [];
    const compare = async (what: string, ask: (id: string) => ReturnType<typeof send>) => {
      for (const theirs of foreign) {
        const none = newId();
        const [a, b] = [await ask(theirs), await ask(none)];
        const told = (text: string, id: string) =>
          text
            .replace(/"traceId":"\w+"/, '')
            .replaceAll(id, 'ID')
            .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW');
        const same =
          a.statusCode < 300 ? a.statusCode === b.statusCode : told(a.body, theirs) === told(b.body, none);
        if (a.statusCode >= 500 || !same)
          faults.push(
            `${what}: ${a.statusCode} ${a.body.slice(0, 120)} but ${b.statusCode} ${b.body.slice(0, 120)}`,
          );
      }
    };
    for (const route of routes) {
      if (permissions.get(route.id) === undefined) continue;
      if (route.path.includes('{')) await compare(`${route.id} path`, (id) => send(route, { id, token }));
      const id = await parentOf(route, token);
      for (const name of route.query.filter((each) => /Id$|^startingAfter$/.test(each)))
        await compare(`${route.id} ?${name}`, (given) =>
          send(route, { id, query: `?${name}=${given}`, token }),
        );
      const body = route.body ? (sample(route.body) as Record<string, unknown>) : {};
      for (const name of Object.keys(route.body?.properties ?? {}).filter((each) => /^id$|Ids?$/.test(each)))
        await compare(`${route.id} /${name}`, (given) =>
          send(route, { id, payload: { ...body, [name]: name.endsWith('Ids') ? [given] : given }, token }),
        );
    }
    expect(faults).toEqual([]);
  });
});
