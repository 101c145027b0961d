import { createHmac } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { buildOpenApi, operationsOf, PERMISSION_EXTENSION, SIGNED_IN } from '#libs/http';
import { permissionsOf, type PermissionName, ROLES, type Role } from '#libs/security';
import { type ApiRoute, apiRoutes, resolve, type Schema } from '../support/api-routes.js';
import { TestApp } from '../support/app.js';

/** Expected answers are made of the routes' metadata and the permission catalogue: a new route is in the table by itself. */
let host: TestApp;
let routes: ApiRoute[];
let permissions: Map<string, string | undefined>;
const tokens = new Map<Role, string>();
/** By the name of the property that takes it. */
let ownByName: Record<string, unknown>;

const PASSWORD = 'correct-horse-battery';

beforeAll(async () => {
  host = await TestApp.start();
  const tenant = await host.createTenant();
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
  const [serviceId, staffId] = [tenant.services.get('Manicure'), tenant.staff.get('Anna')];
  ownByName = { serviceId, staffId, channelId: tenant.channelId, startsAt: '2099-01-01T10:00:00Z' };
});
afterAll(() => host.stop());

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

const send = ({ method, path, body }: ApiRoute, token?: string) =>
  host.app.inject({
    method: method as InjectOptions['method'],
    url: path.replace(/\{\w+\}/g, newId()),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { payload: JSON.stringify(sample(body)) } : {}),
  });

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
      const answer = await send(route, token());
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
      const answer = await send(route, tokens.get(role));
      const refused = answer.statusCode === 403 && codeOf(answer.body) === 'auth.forbidden';
      if (refused === may || answer.statusCode === 401 || answer.statusCode >= 500)
        faults.push(
          `${route.id} (${permission}): ${answer.statusCode}, expected ${may ? 'to be let in' : '403'}`,
        );
    }
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(30);
  });
});
