import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { type ApiRoute, apiRoutes, resolve, type Schema } from '../support/api-routes.js';
import { ThingMaker, type Things } from '../support/business-things.js';
import { type IdPosition, idPositions, kindAt, strangersOf, withAt } from '../support/id-positions.js';
import type { TestTenant } from '../support/tenant.js';

/**
 * Every id of one business, sent by another at every place of every route that takes one: the answer is that to an id which
 * nobody has, and nothing of the business is in it. The same place answers otherwise to an id of the caller's own: else
 * the replay would prove nothing.
 */
type Answer = Awaited<ReturnType<ThingMaker['host']['app']['inject']>>;
interface Position extends IdPosition {
  readonly route: ApiRoute;
}

const WORDS = ['kanarienvogel', 'wellensittich'].map((bird) => `${bird}${newId().slice(0, 8)}`);

/** Where an id of the caller's own is answered as any other, and why. */
const MADE_LATER =
  'the answer comes before the export is made; what is in exports is looked at by the canary';
const NO_CONTACTS = 'the CRM, whose ids these are, is not there yet: any id is taken';
const ALIKE: Readonly<Record<string, string>> = {
  'requestAuditExport body /actorId': MADE_LATER,
  'requestAuditExport body /subjectId': MADE_LATER,
  'requestAuditExport body /requestId': MADE_LATER,
  'createBooking body /customer/id': NO_CONTACTS,
  'createCounterparty body /contactId': NO_CONTACTS,
  'updateCounterparty body /contactId': NO_CONTACTS,
};

let maker: ThingMaker;
let caller: TestTenant;
let other: TestTenant;
let own: Things;
let foreign: Things;
let routes: ApiRoute[];
let positions: Position[];
let bodies: Record<string, (put: string) => unknown>;
const leaks: string[] = [];
/** Ids of the other business that the caller's own things have on them, since the caller wrote them there. */
const written = new Set<string>();

beforeAll(async () => {
  maker = await ThingMaker.start();
  [caller, other] = [await maker.host.createTenant(), await maker.host.createTenant()];
  own = await maker.thingsOf(caller, WORDS[0]!);
  foreign = await maker.thingsOf(other, WORDS[1]!);
  routes = apiRoutes(maker.host.app);
  positions = routes.flatMap((route) => idPositions(route).map((position) => ({ ...position, route })));
  bodies = await bodiesOf();
}, 180_000);
afterAll(() => maker.stop());

const nameOf = ({ route, in: where, name }: Position): string => `${route.id} ${where} ${name}`;

/** What comes past the validation, where the examples of the document do not; by what is put elsewhere. */
const bodiesOf = async (): Promise<Record<string, (put: string) => unknown>> => {
  const { body } = await caller.get<{ data: Record<string, unknown>[] }>('/api/v1/audit/heads?limit=1');
  const signed = ['tenantId', 'number', 'sequence', 'hash', 'mac', 'at', 'keyId', 'signature'];
  const { email, password } = caller;
  const subject = (put: string) => (put.endsWith('channelId') ? { address: own.phone.slice(1) } : {});
  let days = 11;
  const startsAt = () =>
    new Date(Date.now() + (days += 1) * 86_400_000).toISOString().replace(/T.*/, 'T12:00:00Z');
  return {
    logIn: () => ({ email, password }),
    endSession: () => ({ password }),
    // Nothing may be sent out of the machine.
    createWebhookEndpoint: () => ({ url: `${maker.receiver.url}/new`, eventTypes: ['*'] }),
    updateWebhookEndpoint: () => ({ url: `${maker.receiver.url}/changed` }),
    verifyAuditTrail: () => ({ heads: [pick(body.data[0]!, signed)] }),
    openPrivacyRequest: (put) => ({ kind: 'export', subject: subject(put), reason: 'asked' }),
    placeLegalHold: (put) => ({ subject: subject(put), reason: 'litigation', authority: 'court' }),
    createBooking: () => ({ serviceId: own.bookableService, startsAt: startsAt(), customer: { name: 'A' } }),
    rescheduleBooking: () => ({ startsAt: startsAt() }),
    bulkAlerts: (put) => ({
      ids: [own.alert],
      ...(put.endsWith('assigneeId')
        ? { action: 'assign' }
        : { action: 'propose', disposition: 'false_positive', reasonCode: 'different_person' }),
    }),
  };
};

/** A value that the schema describes: its example where it has one, and no more than it requires. */
const sample = (given: Schema): unknown => {
  const schema = { ...resolve(given), ...given } as Schema & Record<string, unknown>;
  for (const key of ['example', 'default']) if (key in schema) return schema[key];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema.properties)
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {})]),
    );
  const [type] = [schema.type ?? 'string'].flat();
  if (schema['format'] === 'uuid') return newId();
  return (
    { string: 'text', integer: 1, number: 1, boolean: true, array: [], object: {} }[type ?? 'string'] ?? null
  );
};

const pick = (from: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

/** Ids of the caller's own everywhere but where `put` says otherwise. */
const send = async (route: ApiRoute, put: readonly [IdPosition, string][], by = caller): Promise<Answer> => {
  const things = by === caller ? own : foreign;
  const at = (where: string, name: string): string | undefined =>
    put.find(([position]) => position.in === where && position.name === name)?.[1];
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const kind = kindAt(route, { in: 'path', name });
    return at('path', name) ?? (kind ? things[kind] : ({ list: 'eu', entryId: 'EU.1' }[name] ?? name));
  });
  const query = new URLSearchParams(
    put.filter(([each]) => each.in === 'query').map(([{ name }, id]): [string, string] => [name, id]),
  );
  for (const [name, value] of Object.entries(QUERIES[route.id] ?? {}))
    if (!query.has(name)) query.set(name, value());
  let body = route.body ? (bodies[route.id]?.(put[0]?.[0].name ?? '') ?? sample(route.body)) : undefined;
  for (const position of idPositions(route)) {
    const given = at('body', position.name);
    const kind = kindAt(route, position);
    const there = isThere(body, position.name);
    if (position.in === 'body' && (given ?? (kind && there)))
      body = withAt(body, position.name, given ?? things[kind!]);
  }
  const answer = await maker.host.app.inject({
    method: route.method as InjectOptions['method'],
    url: `${path}${query.size > 0 ? `?${query.toString()}` : ''}`,
    headers: {
      authorization: `Bearer ${by.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  if (by === caller)
    inspect(
      `${route.id} ${path}`,
      answer,
      put.map(([, id]) => id),
    );
  return answer;
};

/** What a query needs to find anything. */
const QUERIES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  listAvailability: {
    serviceId: () => own.bookableService,
    from: () => new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10),
    to: () => new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
  },
  listCoverageGaps: { source: () => 'gleif' },
  listSanctionsListChanges: { from: () => '0', to: () => '1' },
};

const isThere = (body: unknown, pointer: string): boolean =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], body) !==
  undefined;

/** Words and ids of the other business in an answer, but for those that were sent. */
const inspect = (what: string, { statusCode, body }: Answer, sent: readonly string[]): void => {
  if (body.includes(WORDS[1]!)) leaks.push(`${what}: ${statusCode} ${body.slice(0, 300)}`);
  for (const [kind, id] of Object.entries(foreign))
    if (kind !== 'exportFile' && !sent.includes(id) && !written.has(id) && body.includes(id))
      leaks.push(`${what}: ${statusCode} names the other's ${kind}: ${body.slice(0, 300)}`);
};

const told = ({ statusCode, body }: Answer, sent: readonly string[]): string => {
  const text = sent.reduce((left, id) => left.replaceAll(id, 'SENT'), body);
  return `${statusCode} ${text
    .replace(/"traceId":"\w+"/, '')
    .replace(/"version":\d+/, '')
    .replace(/"(code|subjectName)":"([A-Z0-9]{6}|[\w-]{43})"/g, '"$1":"RANDOM"')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'NOW')}`;
};

const ask = async (route: ApiRoute, put: readonly [IdPosition, string][]): Promise<string> =>
  told(
    await send(route, put),
    put.map(([, id]) => id),
  );

describe('every place that takes an id', () => {
  it('has a known thing, or is said to be of nobody', () => {
    const unknown = positions.filter((position) => kindAt(position.route, position) === undefined);
    expect(unknown.map(nameOf)).toEqual([]);
    expect(positions.length).toBeGreaterThan(150);
    for (const [kind, id] of [...Object.entries(own), ...Object.entries(foreign)])
      if (!id) throw new Error(`no ${kind} was made`);
  });

  it('is of a route that reads what is the caller’s own, and that alone', async () => {
    const faults: string[] = [];
    for (const route of routes.filter(({ method, secured }) => method === 'GET' && secured)) {
      const { statusCode, body } = await send(route, []);
      if (statusCode !== 200) faults.push(`${route.id}: ${statusCode} ${body.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
    expect(leaks).toEqual([]);
  });

  it("answers another business's id as one that nobody has", async () => {
    const before = await everythingOfOther();
    const faults: string[] = [];
    const compare = async (route: ApiRoute, replaced: readonly Position[]): Promise<void> => {
      const theirs = replaced.map((position): [IdPosition, string] => [
        position,
        foreign[kindAt(route, position)!],
      ]);
      const answer = await ask(route, theirs);
      for (const which of [0, 1]) {
        const strangers = theirs.map(([position, id]): [IdPosition, string] => [
          position,
          strangersOf(id)[which % strangersOf(id).length]!,
        ]);
        const none = await ask(route, strangers);
        if (answer !== none || answer.startsWith('5'))
          faults.push(
            `${replaced.map(nameOf).join(' and ')}: ${answer.slice(0, 300)}\n  but ${none.slice(0, 300)}`,
          );
      }
    };
    const known = positions.filter((each) => ![null, 'exportFile'].includes(kindAt(each.route, each)!));
    const taken = known.filter((position) => nameOf(position) in ALIKE);
    for (const position of known) if (!taken.includes(position)) await compare(position.route, [position]);
    for (const route of routes) {
      const inPath = known.filter((each) => each.route === route && each.in === 'path');
      if (inPath.length > 1) await compare(route, inPath);
    }
    for (const position of taken) {
      written.add(foreign[kindAt(position.route, position)!]);
      await compare(position.route, [position]);
    }
    expect(faults).toEqual([]);
    expect(leaks).toEqual([]);
    const after = await everythingOfOther();
    expect(Object.keys(before).filter((id) => before[id] !== after[id])).toEqual([]);
  }, 300_000);

  it('answers an id of the caller’s own otherwise', async () => {
    const faults: string[] = [];
    // Reads first: what is changed or removed may not be found any more.
    const order = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'];
    const rank = ({ route: { id, method }, in: where }: Position): number =>
      (id.startsWith('cancel') ? order.length : order.indexOf(method)) + (where === 'path' ? 0.5 : 0);
    const sorted = positions.toSorted((a, b) => rank(a) - rank(b));
    const mine = new Map<ApiRoute, string>();
    for (const position of sorted) {
      const { route } = position;
      const kind = kindAt(route, position);
      if (!kind) continue;
      const none = await Promise.all(
        [...strangersOf(own[kind]), newId()].map((id) => ask(route, [[position, id]])),
      );
      const known = position.in === 'path' ? mine.get(route) : undefined;
      const found = known ?? (await ask(route, [[position, own[kind]]]));
      // All of the path is the caller's own at once: a second removal would find nothing.
      if (position.in === 'path') mine.set(route, found);
      const alike = none.every((each) => each === found);
      if (alike !== nameOf(position) in ALIKE) faults.push(`${nameOf(position)}: ${found.slice(0, 300)}`);
    }
    expect(faults).toEqual([]);
    expect(leaks).toEqual([]);
  }, 300_000);
});

/** Answers that say when they were asked for. */
const DATED = { getCaseFile: true, getCaseFilePdf: true };

/** What the other business reads of its things. */
const everythingOfOther = async (): Promise<Record<string, string>> => {
  const seen: Record<string, string> = {};
  const reads = routes.filter(
    ({ id, method, path }) => method === 'GET' && path.includes('{') && !(id in DATED),
  );
  for (const route of reads) {
    const answer = await send(route, [], other);
    if (answer.statusCode !== 200) throw new Error(`${route.id}: ${answer.statusCode} ${answer.body}`);
    seen[route.id] = answer.body;
  }
  return seen;
};

it('would be seen: the same look finds what is there', async () => {
  const answer = await maker.host.app.inject({
    url: `/api/v1/bookings/${foreign.booking}`,
    headers: { authorization: `Bearer ${other.token}` },
  });
  inspect('planted', answer, []);
  expect(leaks.splice(0).length).toBeGreaterThanOrEqual(2);
});
