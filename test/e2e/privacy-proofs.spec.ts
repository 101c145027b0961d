import { verifyReceipt } from '#libs/privacy';
import { RequestRunner } from '../../src/privacy/application/carry-out-request/request-runner.js';
import { RetentionRunner } from '../../src/privacy/application/retention/retention-runner.js';
import { TestApp } from '../support/app.js';
import { faultsOf } from '../support/audit.js';
import { idle, messagesOf, newCustomer, textFrom, threadOf, valueOf } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { lastUserText, reply } from '../support/fake-openai.js';
import { gate } from '../support/ledger.js';
import type { ApiAnswer, TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Step {
  store: string;
  state: string;
  what: string | null;
  records: number;
}
interface Request {
  id: string;
  state: string;
  code?: string;
  steps: Step[];
  holds: { id: string; reason: string }[];
  candidates?: { customerId: string; current: boolean }[];
}

const DAY_MS = 86_400_000;
const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  host = await TestApp.start({ model: 'scripted', clock });
});
beforeEach(async () => {
  tenant = await host.createTenant();
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => host.stop());

const say = async (from: string, text: string) => {
  const before = host.graph.messages.filter(({ to }) => to === from).length;
  await tenant.whatsapp(from, text, { name: 'Canaria', sentAt: clock.now() });
  await host.graph.waitForMessages(before + 1, { to: from });
  await idle(host, tenant);
  return threadOf(tenant, from);
};
const open = (subject: object, kind = 'erasure'): Promise<ApiAnswer<Request>> =>
  tenant.post<Request>('/api/v1/privacy/requests', { kind, subject, reason: 'asked' });
const read = async (id: string): Promise<Request> =>
  (await tenant.get<Request>(`/api/v1/privacy/requests/${id}`)).body;
const finished = (id: string): Promise<Request> =>
  eventually(`request ${id} done`, async () => {
    const request = await read(id);
    return !['pending', 'running'].includes(request.state) && request;
  });
const act = (id: string, what: 'cancel' | 'resume'): Promise<ApiAnswer<Request>> =>
  tenant.post<Request>(`/api/v1/privacy/requests/${id}/${what}`);
const hold = async (subject: object, over: object = {}): Promise<string> => {
  const body = { subject, reason: 'Litigation', authority: 'Court', ...over };
  const answer = await tenant.post<{ id: string }>('/api/v1/privacy/holds', body);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
};
const lift = async (id: string): Promise<string[]> =>
  (await tenant.post<{ waitingRequestIds: string[] }>(`/api/v1/privacy/holds/${id}/lift`, { reason: 'over' }))
    .body.waitingRequestIds;
const stepOf = ({ steps }: Request, name: string): Step | undefined =>
  steps.find(({ store }) => store === name);
const texts = async (threadId: string): Promise<(string | undefined)[]> =>
  (await messagesOf(tenant, threadId)).map((message) => JSON.stringify(message.parts));

/** Runs `work` once, before the runner comes to a store; outside any unit of work. */
const before = (store: string, work: () => Promise<unknown>): void => {
  type Step = (id: string, registered: { name: string }) => Promise<boolean>;
  const runner = RequestRunner.prototype as unknown as { step: Step };
  const genuine = runner.step;
  let done = false;
  jest.spyOn(runner, 'step').mockImplementation(async function (this: RequestRunner, id, registered) {
    if (registered.name === store && !done) {
      done = true;
      await work();
    }
    return genuine.call(this, id, registered);
  });
};

/** Rows of every table of the tenant, but those that say when something ran or was read. */
const rowCounts = async (): Promise<Record<string, number>> => {
  const tables = await host.query<{ name: string }>(
    tenant.id,
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'
       AND c.table_name NOT IN ('retention_run', 'retention_run_class', 'audit_entry', 'audit_chain', 'login_session')
     ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await host.query<{ n: number }>(tenant.id, `SELECT count(*)::int AS n FROM ${name}`);
    counts[name] = row!.n;
  }
  return counts;
};

describe('an erasure', () => {
  it('while a turn is in flight: what the model says then reaches nobody and is kept nowhere', async () => {
    const from = newCustomer();
    const { opened, open: answer } = gate();
    host.openai.handler = async () => {
      await opened;
      return reply.text('An answer about canarybirds');
    };
    const asked = host.openai.requests.length;
    await tenant.whatsapp(from, 'My canarybird sings', { name: 'Canaria', sentAt: clock.now() });
    await eventually('the model is asked', () => host.openai.requests.length > asked);
    const thread = await threadOf(tenant, from);
    const { body } = await open({ phone: `+${from}` });
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    answer();
    await idle(host, tenant);
    expect(host.graph.messages.filter(({ to }) => to === from)).toEqual([]);
    expect(await messagesOf(tenant, thread.id)).toEqual([]);
    const kept = await host.query<{ transcript: string }>(
      tenant.id,
      'SELECT transcript::text FROM turn_record WHERE thread_id = $1',
      [thread.id],
    );
    expect(kept.filter(({ transcript }) => transcript !== '[]')).toEqual([]);
  });

  it('into which a hold falls keeps what is not gone yet, readable, and ends when the hold does', async () => {
    const from = newCustomer();
    const thread = await say(from, 'What I said');
    const subject = { phone: `+${from}` };
    let placed = '';
    before('conversations.messages', async () => (placed = await hold(subject)));
    const { body } = await open(subject);
    const held = await finished(body.id);
    expect(held).toMatchObject({ state: 'partially_completed', holds: [{ id: placed }] });
    expect(stepOf(held, 'conversations.identities')).toMatchObject({ state: 'done', what: 'deleted' });
    expect(stepOf(held, 'conversations.messages')).toMatchObject({ state: 'held', what: 'kept', records: 0 });
    expect(stepOf(held, 'encryption.subject-keys')).toMatchObject({ state: 'held' });
    expect((await texts(thread.id)).join()).toContain('What I said');

    expect(await lift(placed)).toEqual([body.id]);
    expect((await act(body.id, 'resume')).status).toBe(200);
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    expect(await texts(thread.id)).toEqual([]);
  });

  it.each([
    ['the customer', (customerId: string) => ({ customerId })],
    ['the address', (_: string, from: string) => ({ channelId: tenant.channelId, address: from })],
  ])('under way is known to a hold that names %s', async (_what, subjectOf) => {
    const from = newCustomer();
    const { customer } = await say(from, 'What I said');
    before('conversations.messages', () => hold(subjectOf(customer.id, from)));
    const { body } = await open({ phone: `+${from}` });
    expect(await finished(body.id)).toMatchObject({ state: 'partially_completed' });
  });

  it('waits for the last of overlapping holds, each for its classes', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Twice held');
    const subject = { phone: `+${from}` };
    const [all, messages] = [await hold(subject), await hold(subject, { dataClasses: ['messages'] })];
    const { body } = await open(subject);
    expect(await finished(body.id)).toMatchObject({
      state: 'refused_by_hold',
      holds: [{ id: all }, { id: messages }],
    });

    expect(await lift(all)).toEqual([body.id]);
    await act(body.id, 'resume');
    const partly = await finished(body.id);
    expect(partly).toMatchObject({ state: 'partially_completed', holds: [{ id: messages }] });
    expect(stepOf(partly, 'conversations.messages')).toMatchObject({ state: 'held' });
    expect(stepOf(partly, 'ai.turn-records')).toMatchObject({ state: 'done' });
    expect((await texts(thread.id)).join()).toContain('Twice held');

    await lift(messages);
    await act(body.id, 'resume');
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    expect(await texts(thread.id)).toEqual([]);
    const receipt = await tenant.get(`/api/v1/privacy/requests/${body.id}/receipt`);
    const { keys } = (await tenant.get<{ keys: { x: string }[] }>('/api/v1/privacy/receipt-keys')).body;
    expect(verifyReceipt(receipt.body, keys)).toBe(true);
  });

  it('destroys no key while anything is held, of whatever class, for it may be sealed with it', async () => {
    const from = newCustomer();
    await say(from, 'As it came');
    const subject = { phone: `+${from}` };
    const placed = await hold(subject, { dataClasses: ['raw-events'] });
    const { body } = await open(subject);
    const partly = await finished(body.id);
    expect(partly).toMatchObject({ state: 'partially_completed', holds: [{ id: placed }] });
    expect(stepOf(partly, 'encryption.subject-keys')).toMatchObject({ state: 'held', what: 'kept' });
    await lift(placed);
    await act(body.id, 'resume');
    const done = await finished(body.id);
    expect(stepOf(done, 'encryption.subject-keys')).toMatchObject({ state: 'done', what: 'key destroyed' });
  });

  it('that was cancelled while it waited erases nothing, whatever is lifted', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Still here');
    const subject = { phone: `+${from}` };
    const placed = await hold(subject);
    const { body } = await open(subject);
    await finished(body.id);
    expect((await act(body.id, 'cancel')).body.state).toBe('cancelled');
    expect(await lift(placed)).toEqual([]);
    expect((await act(body.id, 'resume')).body.code).toBe('privacy.request_not_waiting');
    expect((await act(body.id, 'cancel')).body.code).toBe('privacy.request_not_cancellable');
    await idle(host, tenant);
    expect(await texts(thread.id)).toHaveLength(2);
    expect((await tenant.get(`/api/v1/privacy/requests/${body.id}/receipt`)).body['state']).toBe(
      'refused_by_hold',
    );
  });

  it('that was cancelled before anybody began it erases nothing', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Never begun');
    const { opened, open: begin } = gate();
    const genuine = RequestRunner.prototype.run;
    jest.spyOn(RequestRunner.prototype, 'run').mockImplementation(async function (this: RequestRunner, id) {
      await opened;
      return genuine.call(this, id);
    });
    const { body } = await open({ phone: `+${from}` });
    expect((await act(body.id, 'cancel')).body.state).toBe('cancelled');
    begin();
    await idle(host, tenant);
    expect(await read(body.id)).toMatchObject({ state: 'cancelled', steps: [] });
    expect(await texts(thread.id)).toHaveLength(2);
  });

  it('of a number that two people have had asks which one is meant', async () => {
    const [number, moved] = [newCustomer(), newCustomer()];
    const first = await say(number, 'I had it first');
    const system = { type: 'user_changed_number', body: 'changed', wa_id: moved };
    const notice = { ...textFrom(number, ''), type: 'system', system };
    await tenant.webhook(valueOf(tenant.phoneNumberId, { messages: [notice] }));
    await idle(host, tenant);
    const second = await say(number, 'It is mine now');
    expect(second.customer.id).not.toBe(first.customer.id);
    const answer = await open({ phone: `+${number}` });
    expect([answer.status, answer.body.code]).toEqual([409, 'privacy.subject_ambiguous']);
    expect(answer.body.candidates).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ customerId: first.customer.id, current: false }),
        expect.objectContaining({ customerId: second.customer.id, current: true }),
      ]),
    );
    const { body } = await open({ customerId: first.customer.id });
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    expect(await texts(first.id)).toEqual([]);
    expect(await texts(second.id)).toHaveLength(2);
  });

  it('leaves the audit trail whole, without what was personal in it', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Audited');
    await tenant.post('/api/v1/bookings', {
      serviceId: tenant.services.get('Manicure'),
      startsAt: new Date(clock.now().getTime() + 5 * DAY_MS).toISOString().replace(/T.*/, 'T12:00:00Z'),
      customer: { id: thread.customer.id, name: 'Canaria Audited', phone: `+${from}` },
    });
    const names = async (): Promise<{ after: unknown; state: string }[]> => {
      const { body } = await tenant.get<{
        data: { changes: { field: string; after: unknown; state: string }[] | null }[];
      }>('/api/v1/audit/entries?subjectType=booking&limit=100');
      return body.data.flatMap(({ changes }) =>
        (changes ?? [])
          .filter(({ field }) => field === 'customer_name')
          .map(({ after, state }) => ({ after, state })),
      );
    };
    expect(await names()).toContainEqual({ after: 'Canaria Audited', state: 'plain' });
    const { body } = await open({ phone: `+${from}` });
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    await idle(host, tenant);
    expect(JSON.stringify(await names())).not.toContain('Canaria');
    expect(await names()).toContainEqual({ after: null, state: 'erased' });
    expect(await faultsOf(host, tenant.id)).toEqual([]);
    expect((await tenant.post('/api/v1/audit/verify', {})).body).toMatchObject({
      integrity: { ok: true },
      completeness: { ok: true },
    });
  });

  it('takes the reason of a hold that has run out, as of one that was lifted', async () => {
    const from = newCustomer();
    await say(from, 'Held for a day');
    const subject = { phone: `+${from}` };
    const id = await hold(subject, { until: new Date(clock.now().getTime() + DAY_MS).toISOString() });
    clock.pass(2 * DAY_MS);
    const { email, password } = tenant;
    const login = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', { email, password });
    tenant.token = login.body.accessToken;
    const { body } = await open(subject);
    expect(await finished(body.id)).toMatchObject({ state: 'completed' });
    const [row] = await host.query(
      tenant.id,
      'SELECT reason, subject_sealed AS sealed FROM legal_hold WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ reason: '[erased]', sealed: null });
  });
});

describe('retention', () => {
  it('that has run finds nothing to do, the same day and the next', async () => {
    await say(newCustomer(), 'Old words');
    // Their time counts from then.
    await eventually('every event settled', async () => {
      const open = await host.query(tenant.id, 'SELECT FROM outbox_event WHERE settled_at IS NULL');
      return open.length === 0;
    });
    clock.pass(400 * DAY_MS);
    const run = () => host.as(tenant.id, () => host.app.get(RetentionRunner).run());
    const before = await rowCounts();
    await run();
    const after = await rowCounts();
    expect(after['message']).toBeLessThan(before['message']!);
    await run();
    expect(await rowCounts()).toEqual(after);
    clock.pass(DAY_MS);
    await run();
    expect(await rowCounts()).toEqual(after);
    const runs = await host.query<{ runs: number; pruned: number }>(
      tenant.id,
      `SELECT count(DISTINCT r.id)::int AS runs, sum(c.records) FILTER (WHERE r.day = (SELECT max(day) FROM retention_run))::int AS pruned
       FROM retention_run r JOIN retention_run_class c ON c.tenant_id = r.tenant_id AND c.run_id = r.id`,
    );
    expect(runs).toEqual([{ runs: 2, pruned: 0 }]);
  });
});
