import fc from 'fast-check';
import { testEngines } from '#libs/testing';
import {
  type Known,
  Ref,
  RequestMaker,
  type RequestPlan,
  refTo,
  toRequest,
} from '../support/api-requests.js';
import { type ApiRoute, apiRoutes } from '../support/api-routes.js';
import { type ThingKind, ThingMaker } from '../support/business-things.js';
import { kindAt } from '../support/id-positions.js';
import { report, seeded } from '../support/ledger.js';
import type { TestTenant } from '../support/tenant.js';

/** Requests in all, and the seed: a failure names both its seed and its case. `FUZZ_REQUESTS=20000 FUZZ_SEED=1`. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? (testEngines().kind === 'real' ? 20_000 : 2_500));
const SEED = Number(process.env['FUZZ_SEED'] ?? 2_085_047_119);
/** This share of the operations may never answer with a 2xx, besides those that cannot. */
const FLOOR_SHARE = 0.08;
/** So many operations follow on what another has made. */
const FOLLOWING = 3;

/** Operations that no request made of the document can bring to a 2xx, and why. */
const CLOSED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...[
        'logIn',
        'answerMfaChallenge',
        'refreshTokens',
        'verifyEmail',
        'confirmEmailChange',
        'resetPassword',
      ],
      ...[
        'acceptInvitation',
        'acceptMyInvitation',
        'changePassword',
        'askEmailChange',
        'startMfa',
        'confirmMfa',
      ],
      ...['renewRecoveryCodes', 'disableMfa', 'endSession', 'endOtherSessions'],
    ].map((id) => [id, 'wants a secret that is mailed, or known to one person']),
  ),
  leaveBusiness: 'the last owner may not',
  testSender: 'wants a mail server',
  getPublicBranding: 'wants the host of a business',
  verifyDomain: 'wants a record in the DNS',
  reportCertificate: 'wants a domain that is proved',
  approveDisposition: 'wants another person than the one who proposed',
  rejectDisposition: 'wants another person than the one who proposed',
};

const DAY_MS = 86_400_000;
const at = fc.integer({ min: 2, max: 60 }).map((days) => new Date(Date.now() + days * DAY_MS).toISOString());
const noon = at.map((instant) => instant.replace(/T.*/, 'T12:00:00Z'));
const day = at.map((instant) => instant.slice(0, 10));
const customer = fc.record({ customerId: refTo('customer') });
const KNOWN: Readonly<Record<string, Known>> = {
  createBooking: {
    body: fc.record({
      serviceId: refTo('bookableService'),
      startsAt: noon,
      customer: fc.record({ name: fc.constant('A') }),
    }),
  },
  rescheduleBooking: { body: fc.record({ startsAt: noon }) },
  listAvailability: {
    query: day.chain((from) =>
      fc.record({ serviceId: refTo('bookableService'), from: fc.constant(from), to: fc.constant(from) }),
    ),
  },
  openPrivacyRequest: {
    body: fc.record({ kind: fc.constant('export'), subject: customer, reason: fc.constant('asked') }),
  },
  placeLegalHold: {
    body: fc.record({ subject: customer, reason: fc.constant('suit'), authority: fc.constant('court') }),
  },
  bulkAlerts: {
    body: fc.record({
      action: fc.constant('assign'),
      ids: fc.tuple(refTo('alert')),
      assigneeId: refTo('owner'),
    }),
  },
};

let maker: ThingMaker;
let tenant: TestTenant;
let routes: ApiRoute[];
/** Ids of what there is, by kind; grows with what the run makes. */
const pool = new Map<ThingKind, string[]>();
/** Under which thing one stands in its path. */
const parents = new Map<string, string>();
/** Who asks, and who works with them. */
let self: string;
let colleague: string;

beforeAll(async () => {
  maker = await ThingMaker.start();
  tenant = await maker.host.createTenant();
  routes = apiRoutes(maker.host.app);
  const things = await maker.thingsOf(tenant, 'fuzz');
  for (const [kind, id] of Object.entries(things)) pool.set(kind as ThingKind, [id]);
  pool.set('member', [things.member, things.owner]);
  [self, colleague] = [things.owner, things.member];
  parents.set(things.relation, things.counterparty);
  parents.set(things.webhookDelivery, things.webhookEndpoint);
  parents.set(things.exportFile, things.auditExport);
}, 180_000);
afterAll(() => maker.stop());

const idFor = ({ kind, at }: Ref): string => {
  const ids = (kind && pool.get(kind)) ?? [...pool.values()].flat();
  return ids[at % ids.length]!;
};

/** What was removed is not chosen again while there are others. */
const forget = (id: string): void => {
  for (const [kind, ids] of pool)
    if (ids.length > 1)
      pool.set(
        kind,
        ids.filter((each) => each !== id),
      );
};

/** The kind of thing that a route makes; undefined: none that a path takes. */
const madeBy = (route: ApiRoute): ThingKind | undefined =>
  route.id === 'testWebhookEndpoint'
    ? 'webhookDelivery'
    : (kindAt({ ...route, path: `${route.path}/{id}` }, { in: 'path', name: 'id' }) ?? undefined);
const lastKind = (route: ApiRoute): ThingKind | null | undefined => {
  const name = [...route.path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1];
  return name === undefined ? undefined : kindAt(route, { in: 'path', name });
};

it('answers nothing that its document does not describe, and never fails, whatever it is sent', async () => {
  const { host } = maker;
  const random = seeded(SEED);
  const requests = new RequestMaker(maker.receiver.url, KNOWN);
  const faults = new Set<string>();
  const succeeded = new Map<string, number>();
  const counts = { sent: 0, accepted: 0, notFound: 0, unauthorised: 0 };
  const runs = Math.ceil(REQUESTS / routes.length);
  const plans = new Map(
    routes.map((route, index) => [
      route,
      fc.sample(requests.plans(route), { seed: SEED + index, numRuns: runs })[Symbol.iterator](),
    ]),
  );
  const next = (route: ApiRoute): RequestPlan | undefined => plans.get(route)?.next().value;

  /** Answers what it made. */
  const send = async (plan: RequestPlan, about?: string): Promise<string | undefined> => {
    const { route } = plan;
    const before = host.answers.faults.size;
    const [last, first] = Object.values(plan.path).reverse();
    const chosen =
      last instanceof Ref ? (last.kind === lastKind(route) ? (about ?? idFor(last)) : idFor(last)) : '';
    // Whoever ends the login that it asks with comes no further.
    const lastId = route.id === 'endMemberSessions' && chosen === self ? colleague : chosen;
    const request = toRequest(plan, (ref) =>
      ref === last ? lastId : (ref === first && parents.get(lastId)) || idFor(ref),
    );
    const answer = await host.app.inject({
      ...request,
      headers: { authorization: `Bearer ${tenant.token}`, ...request.headers },
    });
    const { statusCode: status, body } = answer;
    counts.sent += 1;
    if (status < 300) {
      counts.accepted += 1;
      succeeded.set(route.id, (succeeded.get(route.id) ?? 0) + 1);
    }
    if (status === 404 && route.path.includes('{')) counts.notFound += 1;
    if (status === 401) counts.unauthorised += 1;
    if (status >= 500 || host.answers.faults.size > before)
      faults.add(
        `seed ${SEED}, ${route.id}: ${status} ${body.slice(0, 200)} to ${JSON.stringify(request).slice(0, 600)}`,
      );
    if (route.method === 'DELETE' && status < 300) forget(lastId);
    const kind = madeBy(route);
    if (status < 200 || status > 202 || route.method !== 'POST' || !kind) return undefined;
    const { id } = JSON.parse(body) as { id?: string };
    if (id === undefined) return undefined;
    pool.set(kind, [...(pool.get(kind) ?? []), id]);
    if (lastId) parents.set(id, lastId);
    return id;
  };

  for (let left = runs; left > 0; left -= 1)
    for (const route of routes.toSorted(() => random() - 0.5)) {
      const plan = next(route);
      const made = plan && (await send(plan));
      if (made === undefined) continue;
      const after = routes.filter((each) => lastKind(each) === madeBy(route));
      for (let n = 0; n < FOLLOWING; n += 1) {
        const following = next(after[Math.floor(random() * after.length)]!);
        if (following) await send(following, made);
      }
    }

  const reached = routes.filter(({ id }) => succeeded.has(id));
  const never = routes.filter(({ id }) => !succeeded.has(id) && !(id in CLOSED)).map(({ id }) => id);
  report(`${counts.sent} requests, ${counts.accepted} with a 2xx, ${counts.notFound} of no such thing`);
  report(`a 2xx of ${reached.length} of ${routes.length} operations; not: ${never.join(', ') || 'none'}`);
  expect([...faults].slice(0, 10)).toEqual([]);
  expect(counts.sent).toBeGreaterThanOrEqual(REQUESTS);
  // Else it never came past the validation, the ids, or the sign-in.
  expect(counts.accepted).toBeGreaterThan(counts.sent / 4);
  expect(counts.unauthorised).toBeLessThan(counts.sent / 20);
  expect(never.length).toBeLessThanOrEqual(routes.length * FLOOR_SHARE);
}, 600_000);
