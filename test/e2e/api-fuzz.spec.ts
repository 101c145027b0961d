import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { testEngines } from '#libs/testing';
import { type ApiRoute, apiRoutes, resolve, type Schema } from '../support/api-routes.js';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

/** Requests in all, and the seed: a failure names both its seed and its case. `FUZZ_REQUESTS=20000 FUZZ_SEED=1`. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? (testEngines().kind === 'real' ? 20_000 : 1_500));
const SEED = Number(process.env['FUZZ_SEED'] ?? 2_085_047_119);

let host: TestApp;
let tenant: TestTenant;
let routes: ApiRoute[];
/** Ids of the business's own things. */
let ids: string[];

beforeAll(async () => {
  host = await TestApp.start({ env: { ROLE: 'api' } });
  tenant = await host.createTenant();
  routes = apiRoutes(host.app);
  ids = [...tenant.services.values(), ...tenant.staff.values(), tenant.channelId, newId()];
});
afterAll(() => host.stop());

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      0,
      -1,
      1.5,
      1e308,
      -1e15,
      Number.MAX_SAFE_INTEGER,
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud83d',
    ],
    ...[
      'x'.repeat(20_000),
      '2026-02-30T25:61:00Z',
      '9999-12-31',
      '0000-00-00',
      'Mars/Olympus',
      'not-a-uuid',
      '٣',
    ],
    ...['__proto__', "'; DROP TABLE booking; --", '{{7*7}}', '../../etc/passwd', '\u202e', '1e309', 'NaN'],
    ...[[], {}, [[[[[]]]]], [null], { $ne: null }, { a: { b: { c: { d: {} } } } }],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that the schema describes, as far as it says. */
const validFor = (given: Schema): fc.Arbitrary<unknown> => {
  const schema = { ...resolve(given), ...given } as Schema & Record<string, unknown>;
  if (Array.isArray(schema['enum'])) return fc.constantFrom<unknown>(...(schema['enum'] as unknown[]));
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]) => [name, fieldFor(name, field)]);
    const record = Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>;
    return fc.record(record, { requiredKeys: [...(schema.required ?? [])] });
  }
  const example = 'example' in schema ? [fc.constant(schema['example'])] : [];
  const kinds: Record<string, () => fc.Arbitrary<unknown>> = {
    integer: () =>
      fc.integer({ min: Number(schema['minimum'] ?? -10), max: Number(schema['maximum'] ?? 1000) }),
    number: () => fc.double({ min: 0, max: 10, noNaN: true }),
    boolean: () => fc.boolean(),
    array: () => fc.array(validFor((schema as { items?: Schema }).items ?? {}), { maxLength: 3 }),
    object: () => fc.dictionary(fc.string(), fc.string()),
    string: () => fc.string({ maxLength: Number(schema['maxLength'] ?? 50) }),
  };
  const types = [schema.type ?? 'string'].flat().map((type) => kinds[type]?.() ?? fc.constant(null));
  return fc.oneof(...types, ...example);
};
const fieldFor = (name: string, schema: Schema): fc.Arbitrary<unknown> =>
  name.endsWith('Id') ? fc.constantFrom(...ids) : validFor(schema);

/** A valid value with one member wrong, missing or too many, or something else altogether. */
const brokenFor = (schema: Schema): fc.Arbitrary<unknown> => {
  const names = Object.keys(schema.properties ?? {});
  const name = names.length > 0 ? fc.constantFrom(...names, 'zzz') : fc.constant('zzz');
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(validFor(schema), name, hostile)
        .map(([v, n, bad]) => ({ ...(v as object), [n]: bad })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(validFor(schema), name)
        .map(([v, n]) => Object.fromEntries(Object.entries(v as object).filter(([key]) => key !== n))),
    },
    { weight: 1, arbitrary: hostile },
  );
};

const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/xml',
      'multipart/form-data',
      'x',
    ),
    'if-match': fc.constantFrom('*', '"1"', '"999999999999999"', 'W/"1"', 'x'),
    'idempotency-key': fc.constantFrom('k', 'x'.repeat(256), 'a b', '\u00e9'),
    accept: fc.constantFrom('text/html', '*/*', 'nonsense'),
    'accept-language': fc.constantFrom('de', 'x'.repeat(500)),
    'x-request-id': fc.constantFrom('r', 'x'.repeat(500)),
  },
  { requiredKeys: [] },
);

const requestFor = (route: ApiRoute): fc.Arbitrary<InjectOptions> =>
  fc
    .record({
      id: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: hostile }),
      query: fc.dictionary(
        fc.constantFrom(...route.query, 'zzz'),
        fc.oneof(fc.constantFrom<unknown>(...ids, '2026-12-01', '5'), hostile),
        { maxKeys: 3 },
      ),
      body: route.body ? fc.oneof(validFor(route.body), brokenFor(route.body)) : fc.constant(undefined),
      extra: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    })
    .map(({ id, query, body, extra }) => {
      const search = new URLSearchParams(
        Object.entries(query).map(([k, v]): [string, string] => [
          k,
          typeof v === 'string' ? v : (JSON.stringify(v) ?? ''),
        ]),
      ).toString();
      const segment = encodeURIComponent(
        (typeof id === 'string' ? id : (JSON.stringify(id) ?? '')).toWellFormed(),
      );
      return {
        method: route.method as InjectOptions['method'],
        url: `${route.path.replace(/\{\w+\}/g, segment.slice(0, 2000))}${search ? `?${search.slice(0, 8000)}` : ''}`,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...extra },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      };
    });

it('answers nothing that its document does not describe, and never fails, whatever it is sent', async () => {
  const faults = new Set<string>();
  const runs = Math.ceil(REQUESTS / routes.length);
  let sent = 0;
  let accepted = 0;
  for (const [index, route] of routes.entries()) {
    for (const request of fc.sample(requestFor(route), { seed: SEED + index, numRuns: runs })) {
      const before = host.answers.faults.size;
      const answer = await host.app.inject({
        ...request,
        headers: { authorization: `Bearer ${tenant.token}`, ...request.headers },
      });
      sent += 1;
      if (answer.statusCode < 300) accepted += 1;
      if (answer.statusCode >= 500 || host.answers.faults.size > before)
        faults.add(
          `seed ${SEED}, ${route.id}: ${answer.statusCode} ${answer.body.slice(0, 200)} to ${JSON.stringify(request).slice(0, 600)}`,
        );
    }
  }
  expect([...faults].slice(0, 10)).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
  // Else it never came past the validation.
  expect(accepted).toBeGreaterThan(sent / 20);
}, 300_000);
