import { createHmac } from 'node:crypto';
import { newId } from '#libs/kernel';
import { type ApiRoute, resolve, type Schema } from '../support/api-routes.js';
import {
  type Answer,
  BadInputDesk,
  BODY_LIMIT,
  complaint,
  HALF,
  LONG,
  NUL,
  type Problem,
} from '../support/bad-input.js';
import { IMPORT_BODY_BYTES } from '../../src/kyb/http/import.dto.js';

/** Routes that take larger bodies than all others. */
const OWN_LIMITS: Readonly<Record<string, number>> = {
  importCounterparties: IMPORT_BODY_BYTES,
};

let desk: BadInputDesk;

beforeAll(async () => {
  desk = await BadInputDesk.start();
});
afterAll(() => desk.stop());

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

describe('every route that takes a body', () => {
  it('has a body here that is refused for nothing but its values', async () => {
    expect(
      desk
        .withBody()
        .map(({ id }) => id)
        .filter((id) => !(id in desk.bodies)),
    ).toEqual([]);
    expect(desk.withBody().length).toBeGreaterThan(15);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['malformed JSON', '{"name": "x', {}, 400],
    ['no JSON at all', 'name=x', {}, 400],
    ['an empty body', '', {}, 400],
    ['a poisoned prototype', '{"__proto__": {"admin": true}}', {}, 400],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a text', '{}', { 'content-type': 'text/plain' }, 415],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415],
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
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody()) {
          const answer = await desk.send(route, {
            payload,
            headers: { 'content-type': 'application/json', ...headers },
          });
          yield [route.id, complaint(answer, { status })];
        }
      })(),
    );
  });

  it('refuses more than its limit', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody()) {
          const payload = JSON.stringify({ name: 'x'.repeat(OWN_LIMITS[route.id] ?? BODY_LIMIT) });
          const answer = await desk.send(route, { payload, headers: { 'content-type': 'application/json' } });
          yield [route.id, complaint(answer, { status: 413 })];
        }
      })(),
    );
  });

  it('refuses a field that there is not, and names it', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody())
          for (const name of ['zzz', 'tenant_id', 'constructor', 'hasOwnProperty', 'a/b~c']) {
            const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
            yield [
              `${route.id} ${name}`,
              complaint(await desk.sendJson(route, { ...desk.bodyOf(route), [name]: 'x' }), {
                status: 422,
                pointer,
              }),
            ];
          }
      })(),
    );
  });

  it('refuses a body without a field that is required, and names it', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody())
          for (const name of route.body?.required ?? []) {
            const answer = await desk.sendJson(route, { ...desk.bodyOf(route), [name]: undefined });
            yield [`${route.id} ${name}`, complaint(answer, { status: 422, pointer: `/${name}` })];
          }
      })(),
    );
  });

  it('refuses wrong types, NUL, half surrogate pairs, huge numbers and texts, and names the field', async () => {
    const tried = await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody())
          for (const [name, schema] of Object.entries(route.body?.properties ?? {}))
            for (const wrong of wrongFor(schema, route.body?.required?.includes(name) ?? false)) {
              const answer = await desk.sendJson(route, { ...desk.bodyOf(route), [name]: wrong });
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
    for (const route of desk.withBody())
      for (const name of Object.keys(route.body?.properties ?? {})) {
        const answer = await desk.sendJson(route, { ...desk.bodyOf(route), [name]: null }, { id: newId() });
        if (answer.statusCode >= 500) faults.push(`${route.id} ${name}: ${answer.statusCode}`);
      }
    expect(faults).toEqual([]);
  });

  it('refuses a key with NUL', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.withBody())
          for (const key of [NUL, HALF])
            yield [
              route.id,
              complaint(await desk.sendJson(route, { ...desk.bodyOf(route), [key]: 1 }), { status: 422 }),
            ];
      })(),
    );
  });
});

describe('every route with an id in its path', () => {
  // A sanctions list is one of five names, and has no id.
  const withId = (): ApiRoute[] =>
    desk.routes.filter(({ path }) => path.includes('{') && !path.includes('{list}'));

  it.each([
    ['no id', 'not-a-uuid'],
    ['a number', '1'],
    ['SQL', encodeURIComponent("' OR 1=1 --")],
    ['NUL', '%00'],
    ['broken encoding', '%E0%A4%A'],
    ['10,000 characters', LONG],
    ['a path upwards', '..%2F..%2Fetc'],
  ])('refuses %s', async (_what, id) => {
    await desk.refuseAll(
      (async function* () {
        for (const route of withId())
          yield [route.id, complaint(await desk.sendJson(route, desk.bodies[route.id] ?? {}, { id }))];
      })(),
    );
  });

  it('names the id that is none', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of withId())
          yield [
            route.id,
            complaint(await desk.sendJson(route, desk.bodies[route.id] ?? {}, { id: 'not-a-uuid' }), {
              status: 422,
              // Of several the last is looked at first.
              pointer: /\{(\w+)\}(?!.*\{)/.exec(route.path.replace('{file}', ''))?.[1] ?? 'id',
            }),
          ];
      })(),
    );
  });

  it('finds nothing by an unknown id', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of withId())
          yield [
            route.id,
            complaint(await desk.sendJson(route, desk.bodies[route.id] ?? {}, { id: newId() }), {
              status: 404,
            }),
          ];
      })(),
    );
  });

  it("finds nothing by another business's id, and answers as for an unknown one", async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of withId().filter(({ id }) => id in desk.foreign)) {
          const id = desk.foreign[route.id] ?? '';
          const unknown = newId();
          const [theirs, none] = [
            await desk.sendJson(route, desk.bodies[route.id] ?? {}, { id }),
            await desk.sendJson(route, desk.bodies[route.id] ?? {}, { id: unknown }),
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
  const withQuery = (): ApiRoute[] => desk.routes.filter(({ query }) => query.length > 0);
  const base = ({ id }: ApiRoute): Record<string, string> =>
    id === 'listAvailability'
      ? { serviceId: desk.tenant.services.get('Manicure') ?? '', from: '2099-01-01', to: '2099-01-02' }
      : {};
  const urlOf = (route: ApiRoute, query: string): string =>
    `${desk.pathOf(route)}?${new URLSearchParams(base(route)).toString()}&${query}`;

  it('refuses a parameter that there is not, and names it', async () => {
    await desk.refuseAll(
      (async function* () {
        for (const route of withQuery())
          for (const name of ['zzz', 'offset', 'constructor'])
            yield [
              `${route.id} ${name}`,
              complaint(await desk.send(route, { url: urlOf(route, `${name}=1`) }), {
                status: 422,
                pointer: name,
              }),
            ];
      })(),
    );
  });

  it('refuses NUL, lists, and numbers out of range, and names the parameter', async () => {
    await desk.refuseAll(
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
              const answer = await desk.send(route, {
                url: `${desk.pathOf(route)}?${query.toString()}&${name}=${value}`,
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
      desk.foreign.getThread,
      desk.foreign.getBooking,
      desk.foreign.getService,
      desk.foreign.getStaff,
      desk.foreign.getChannel,
    ];
    const faults: string[] = [];
    for (const route of withQuery())
      for (const name of route.query.filter((q) => q.endsWith('Id') || q === 'startingAfter'))
        for (const thing of name === 'startingAfter' ? [things[rows.indexOf(route.id)] ?? newId()] : things) {
          const answer = await desk.send(route, { url: urlOf(route, `${name}=${thing}`) });
          const shown =
            answer.statusCode === 200 && (answer.json<{ data?: unknown[] }>().data?.length ?? 0) > 0;
          if (answer.statusCode >= 500 || (shown && name !== 'startingAfter'))
            faults.push(`${route.id} ${name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
          if (shown && JSON.stringify(answer.json()).includes(desk.other.id))
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
    key = desk.host.settings.security.jwtSecret ?? '',
  ) => {
    const genuine = JSON.parse(
      Buffer.from(desk.tenant.token.split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    const text = `${base64(header)}.${base64({ ...genuine, ...changes })}`;
    const hash = header.alg === 'HS512' ? 'sha512' : 'sha256';
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
  };
  const past = Math.floor(Date.now() / 1000) - 60;

  it('lets the same forger through who knows the key and changes nothing', async () => {
    const me = await desk.host.app.inject({
      url: '/api/v1/me',
      headers: { authorization: `Bearer ${forge()}` },
    });
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
    await desk.refuseAll(
      (async function* () {
        for (const route of desk.routes.filter(({ secured }) => secured)) {
          const answer = await desk.sendJson(route, desk.bodies[route.id] ?? {}, {
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
    const [header, , signature] = desk.tenant.token.split('.');
    return `${header}.${forge({ tid: desk.other.id }).split('.')[1]}.${signature}`;
  };

  it('has at least the routes of the desk behind it', () => {
    expect(desk.routes.filter(({ secured }) => secured).length).toBeGreaterThan(30);
    expect(
      desk.routes
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
