import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import {
  idle,
  messagesOf,
  messageWhen,
  newCustomer,
  threadOf,
  threadsOf,
  type MessageView,
  type ThreadView,
} from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { type FakeReply, lastUserText, reply } from '../support/fake-openai.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Page<T> {
  data: T[];
  hasMore: boolean;
}
interface Problem {
  code: string;
  errors?: { pointer: string }[];
}

const clock = new TestClock();
let host: TestApp;
let tenant: TestTenant;
let me: string;

beforeAll(async () => {
  host = await TestApp.start({ model: 'scripted', clock });
  tenant = await host.createTenant();
  me = (await tenant.get<{ id: string }>('/api/v1/me')).body.id;
});
beforeEach(async () => {
  await idle(host, tenant);
  host.graph.reset();
  host.openai.reset();
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
});
afterEach(() => expect([...host.graph.refusals, ...host.openai.refusals]).toEqual([]));
afterAll(() => host.stop());

const sentTo = (to: string) =>
  host.graph.messages.filter((message) => message.to === to).map(({ text }) => text);
const say = async (from: string, text: string, of = tenant): Promise<ThreadView> => {
  const before = sentTo(from).length;
  expect(await of.whatsapp(from, text)).toBe(200);
  await host.graph.waitForMessages(before + 1, { to: from });
  await idle(host, of);
  return threadOf(of, from);
};
const act = (thread: { id: string }, what: string, body?: object, headers?: Record<string, string>) =>
  tenant.post<ThreadView & Problem>(`/api/v1/threads/${thread.id}/${what}`, body, headers);
const write = (thread: { id: string }, text: string, headers?: Record<string, string>) =>
  tenant.post<MessageView & Problem>(`/api/v1/threads/${thread.id}/messages`, { text }, headers);
const refusal = ({ status, body }: { status: number; body: Partial<Problem> }) => ({
  status,
  code: body.code,
});

/** Meta refuses for so long that the test comes in between, also on a slow machine: it asks for a pause of `seconds` each time. */
const refuseForNow = (seconds: number): void =>
  host.graph.failNext(4, {
    status: 429,
    code: 130429,
    message: 'Slow down',
    retryAfterSeconds: seconds,
  });

/** The model takes the next request and answers when it is let. */
const slowModel = () => {
  let answer: (text: string) => void = () => undefined;
  const answered = new Promise<FakeReply>((resolve) => (answer = (text) => resolve(reply.text(text))));
  host.openai.handler = () => answered;
  return { answer: (text: string) => answer(text), asked: () => host.openai.waitForRequests(1) };
};

describe('reading', () => {
  it('lists threads newest first, in pages, by owner, channel and assignee', async () => {
    const salon = await host.createTenant({ calendar: false });
    const customers = Array.from({ length: 5 }, newCustomer);
    for (const from of customers) await say(from, 'Hello', salon);
    const all = await threadsOf(salon);
    expect(all.map(({ customer }) => customer.phone)).toEqual(customers.map((from) => `+${from}`).reverse());

    const pages: ThreadView[] = [];
    for (const expected of [2, 2, 1]) {
      const after = pages.length > 0 ? `&startingAfter=${pages.at(-1)?.id ?? ''}` : '';
      const { body } = await salon.get<Page<ThreadView>>(`/api/v1/threads?limit=2${after}`);
      expect(body).toMatchObject({ hasMore: expected === 2 });
      expect(body.data).toHaveLength(expected);
      pages.push(...body.data);
    }
    expect(pages).toEqual(all);

    const agent = newId();
    await salon.post(`/api/v1/threads/${all[1]?.id}/close`);
    const taken = await salon.post(`/api/v1/threads/${all[2]?.id}/assign`);
    const found = async (query: string) =>
      (await salon.get<Page<ThreadView>>(`/api/v1/threads?${query}`)).body.data.map(({ id }) => id);
    expect(taken.status).toBe(200);
    expect(await found('owner=closed')).toEqual([all[1]?.id]);
    expect(await found('owner=human')).toEqual([all[2]?.id]);
    expect(await found('owner=bot')).toEqual([all[0], all[3], all[4]].map((thread) => thread?.id));
    expect(await found(`assigneeId=${(taken.body as { assigneeId: string }).assigneeId}`)).toEqual([
      all[2]?.id,
    ]);
    expect(await found(`assigneeId=${agent}`)).toEqual([]);
    expect(await found(`channelId=${salon.channelId}&limit=100`)).toHaveLength(5);
    expect(await found(`channelId=${tenant.channelId}`)).toEqual([]);
  });

  it('shows one thread with its customer, window and version, and its messages in pages', async () => {
    const from = newCustomer();
    await say(from, 'one');
    await say(from, 'two');
    const thread = await say(from, 'three');
    const { status, headers, body } = await tenant.get(`/api/v1/threads/${thread.id}`);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe(`"${thread.version}"`);
    expect(body).toMatchObject({
      channelId: tenant.channelId,
      provider: 'meta-whatsapp',
      owner: 'bot',
      generation: 1,
      assigneeId: null,
      customer: { name: 'Sheena Nelson', phone: `+${from}`, language: 'en' },
      preview: 'You said: three',
      closedAt: null,
      replyMode: 'free',
    });
    const { lastCustomerMessageAt, replyWindowEndsAt } = thread;
    expect(Date.parse(replyWindowEndsAt ?? '') - Date.parse(lastCustomerMessageAt ?? '')).toBe(86_400_000);

    const seen: MessageView[] = [];
    for (const hasMore of [true, true, false]) {
      const after = seen.length > 0 ? `&startingAfter=${seen.at(-1)?.id ?? ''}` : '';
      const page = await tenant.get<Page<MessageView>>(
        `/api/v1/threads/${thread.id}/messages?limit=2${after}`,
      );
      expect(page.body.hasMore).toBe(hasMore);
      seen.push(...page.body.data);
    }
    expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen.map(({ author }) => author.kind)).toEqual(Array(3).fill(['customer', 'assistant']).flat());
  });
});

describe('a person who takes over', () => {
  it('silences the bot, answers, and gives the thread back for what comes from then on', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Hello');
    const assigned = await act(thread, 'assign');
    expect(assigned.status).toBe(200);
    expect(assigned.body).toMatchObject({ owner: 'human', assigneeId: me, generation: 2 });

    await tenant.whatsapp(from, 'Is somebody there?');
    await idle(host, tenant);
    expect(sentTo(from)).toEqual(['You said: Hello']);

    const answer = await write(thread, 'Yes, this is Olena.');
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      direction: 'outbound',
      author: { kind: 'agent', id: me },
      status: 'queued',
    });
    await host.graph.waitForMessages(2, { to: from });
    await messageWhen(tenant, answer.body, ({ status }) => status === 'sent');

    await tenant.whatsapp(from, 'Great, thank you');
    await idle(host, tenant);
    expect((await act(thread, 'release')).body).toMatchObject({
      owner: 'bot',
      assigneeId: null,
      generation: 3,
    });
    await idle(host, tenant);
    expect(sentTo(from)).toEqual(['You said: Hello', 'Yes, this is Olena.']);

    await say(from, 'And the prices?');
    expect(sentTo(from).at(-1)).toBe('You said: And the prices?');
    expect(host.openai.requests).toHaveLength(2);
  });

  it('in mid-reply: what the bot was composing is dropped, not sent', async () => {
    const from = newCustomer();
    const model = slowModel();
    await tenant.whatsapp(from, 'Hello');
    await model.asked();
    const thread = await threadOf(tenant, from);
    expect((await act(thread, 'assign')).status).toBe(200);
    model.answer('I am the bot');
    await idle(host, tenant);
    expect(sentTo(from)).toEqual([]);
    expect((await messagesOf(tenant, thread.id)).map(({ text }) => text)).toEqual(['Hello']);
    const turns = await host.query(tenant.id, 'SELECT status FROM turn WHERE thread_id = $1', [thread.id]);
    expect(turns).toEqual([{ status: 'dropped' }]);
  });

  it('by writing, in mid-reply: only the person is heard', async () => {
    const from = newCustomer();
    const model = slowModel();
    await tenant.whatsapp(from, 'Hello');
    await model.asked();
    const thread = await threadOf(tenant, from);
    expect((await write(thread, 'I am a person')).status).toBe(201);
    model.answer('I am the bot');
    await idle(host, tenant);
    expect(sentTo(from)).toEqual(['I am a person']);
    expect(await threadOf(tenant, from)).toMatchObject({ owner: 'human', assigneeId: me });
  });

  it('and gives back in mid-reply: what was composed before is still dropped', async () => {
    const from = newCustomer();
    const model = slowModel();
    await tenant.whatsapp(from, 'Hello');
    await model.asked();
    const thread = await threadOf(tenant, from);
    await act(thread, 'assign');
    await act(thread, 'release');
    model.answer('I am the bot');
    await idle(host, tenant);
    expect(sentTo(from)).toEqual([]);
  });

  it('while the reply waits to be sent again: it is dropped, and said so', async () => {
    const from = newCustomer();
    refuseForNow(2);
    await tenant.whatsapp(from, 'Hello');
    const thread = await threadOf(tenant, from);
    const waiting = await eventually('a reply that was tried once', async () => {
      const [row] = await host.query<MessageView>(
        tenant.id,
        `SELECT id, thread_id AS "threadId" FROM message
         WHERE thread_id = $1 AND status = 'queued' AND send_started_at IS NOT NULL`,
        [thread.id],
      );
      return row;
    });
    expect((await act(thread, 'assign')).status).toBe(200);
    await messageWhen(tenant, waiting, ({ status }) => status === 'dropped');
    expect(sentTo(from)).toEqual([]);
  });

  it('may hand it to a colleague; taking what is one’s own already changes nothing', async () => {
    const thread = await say(newCustomer(), 'Hello');
    const first = await act(thread, 'assign');
    const again = await act(thread, 'assign');
    expect(again.body.version).toBe(first.body.version);
    const { personId } = await host.as(tenant.id, () =>
      host.dispatcher.request(
        new AddMemberCommand({
          email: `colleague-${newId()}@example.test`,
          name: 'Ira',
          password: 'correct-horse-battery',
          role: 'agent',
        }),
      ),
    );
    const handed = await act(thread, 'assign', { assigneeId: personId });
    expect(handed.body).toMatchObject({ owner: 'human', assigneeId: personId, generation: 3 });
  });

  it('cannot hand it to somebody without access to the business', async () => {
    const other = await host.createTenant({ calendar: false });
    const stranger = (await other.get<{ id: string }>('/api/v1/me')).body.id;
    const thread = await say(newCustomer(), 'Hello');
    for (const assigneeId of [stranger, newId()]) {
      const refused = await act(thread, 'assign', { assigneeId });
      expect(refusal(refused)).toEqual({ status: 422, code: 'thread.assignee_unknown' });
      expect(refused.body.errors).toMatchObject([{ pointer: '/assigneeId' }]);
    }
    expect((await tenant.get(`/api/v1/threads/${thread.id}`)).body).toMatchObject({
      owner: 'bot',
      version: thread.version,
    });
  });

  it('needs no body for any of it', async () => {
    const thread = await say(newCustomer(), 'Hello');
    for (const [what, owner] of [
      ['assign', 'human'],
      ['release', 'bot'],
      ['close', 'closed'],
    ] as const) {
      const { status, body } = await tenant.call<ThreadView>('POST', `/api/v1/threads/${thread.id}/${what}`);
      expect({ status, owner: body.owner }).toEqual({ status: 200, owner });
    }
  });
});

describe('closing', () => {
  it('ends the thread; the next message opens another, of the same customer', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Hello');
    const closed = await act(thread, 'close');
    expect(closed.body).toMatchObject({ owner: 'closed', replyMode: 'none' });
    expect(closed.body.closedAt).not.toBeNull();
    expect((await act(thread, 'close')).body.version).toBe(closed.body.version);
    for (const refused of [
      await write(thread, 'Too late'),
      await act(thread, 'assign'),
      await act(thread, 'release'),
    ])
      expect(refusal(refused)).toEqual({ status: 409, code: 'thread.closed' });

    const next = await say(from, 'Me again');
    expect(next.id).not.toBe(thread.id);
    expect(next).toMatchObject({ owner: 'bot', customer: { id: thread.customer.id } });
    expect((await messagesOf(tenant, next.id)).map(({ text }) => text)).toEqual([
      'Me again',
      'You said: Me again',
    ]);
  });

  it('drops what the bot was composing', async () => {
    const from = newCustomer();
    const model = slowModel();
    await tenant.whatsapp(from, 'Hello');
    await model.asked();
    await act(await threadOf(tenant, from), 'close');
    model.answer('Too late');
    await idle(host, tenant);
    expect(sentTo(from)).toEqual([]);
  });

  it('frees what the thread held in the calendar', async () => {
    const from = newCustomer();
    const startsAt = new Date(clock.now().getTime() + 3 * 86_400_000);
    host.openai.script(
      reply.tool('hold_slot', {
        serviceId: tenant.services.get('Manicure'),
        startsAt: `${startsAt.toISOString().slice(0, 10)}T12:00`,
      }),
      reply.text('Shall I book it?'),
    );
    const thread = await say(from, 'A manicure in three days at two');
    const held = () =>
      host.query<{ status: string }>(tenant.id, `SELECT status FROM booking WHERE thread_id = $1`, [
        thread.id,
      ]);
    expect(await held()).toEqual([{ status: 'held' }]);
    await act(thread, 'close');
    await eventually('the hold released', async () =>
      (await held()).every(({ status }) => status !== 'held'),
    );
  });
});

describe('writing', () => {
  it('under If-Match refuses who has read an older version', async () => {
    const thread = await say(newCustomer(), 'Hello');
    const stale = { 'if-match': `"${thread.version - 1}"` };
    for (const what of ['assign', 'release', 'close']) {
      const refused = await act(thread, what, {}, stale);
      expect(refusal(refused)).toEqual({ status: 412, code: 'thread.changed' });
    }
    expect(refusal(await act(thread, 'assign', {}, { 'if-match': 'W/"x"' }))).toMatchObject({ status: 422 });
    const taken = await act(thread, 'assign', {}, { 'if-match': `"${thread.version}"` });
    expect(taken.status).toBe(200);
    const rivals = await Promise.all(
      ['release', 'close'].map((what) =>
        act(thread, what, {}, { 'if-match': taken.headers.get('etag') ?? '' }),
      ),
    );
    expect(rivals.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('twice with one Idempotency-Key is one message; with another text it is refused', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Hello');
    const key = { 'idempotency-key': newId() };
    const answers = await Promise.all(Array.from({ length: 4 }, () => write(thread, 'Only once', key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(3);
    expect(refusal(await write(thread, 'Something else', key))).toEqual({
      status: 422,
      code: 'http.idempotency_mismatch',
    });
    await idle(host, tenant);
    expect(sentTo(from)).toEqual(['You said: Hello', 'Only once']);
  });

  it.each([
    ['no text', {}, '/text'],
    ['an empty text', { text: '' }, '/text'],
    ['blank text', { text: ' \n ' }, '/text'],
    ['a number', { text: 7 }, '/text'],
    ['too long a text', { text: 'x'.repeat(4097) }, '/text'],
    ['too long a text of emoji', { text: '😀'.repeat(2049) }, '/text'],
    ['a NUL', { text: 'a\u0000b' }, '/text'],
    ['half an emoji', { text: 'a\ud83d' }, '/text'],
    ['an unknown field', { text: 'Hi', to: '491511' }, '/to'],
    ['a list', [], ''],
  ])('refuses %s, names the field, and stores nothing', async (_what, body, pointer) => {
    const thread = await say(newCustomer(), 'Hello');
    const { status, body: problem } = await tenant.post<Problem>(
      `/api/v1/threads/${thread.id}/messages`,
      body,
    );
    expect({ status, pointers: problem.errors?.map((each) => each.pointer) }).toEqual({
      status: 422,
      pointers: expect.arrayContaining([pointer]) as unknown,
    });
    expect(await messagesOf(tenant, thread.id)).toHaveLength(2);
    expect((await threadOf(tenant, thread.customer.phone?.slice(1) ?? '')).owner).toBe('bot');
  });

  it('of the longest text goes out whole', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Hello');
    expect((await write(thread, 'x'.repeat(4096))).status).toBe(201);
    await host.graph.waitForMessages(2, { to: from });
    expect(sentTo(from)[1]).toHaveLength(4096);
  });
});

describe('requests that do not fit', () => {
  const routes = (id: string): [string, string, object?][] => [
    ['GET', `/api/v1/threads/${id}`],
    ['GET', `/api/v1/threads/${id}/messages`],
    ['POST', `/api/v1/threads/${id}/messages`, { text: 'Hi' }],
    ['POST', `/api/v1/threads/${id}/assign`, {}],
    ['POST', `/api/v1/threads/${id}/release`, {}],
    ['POST', `/api/v1/threads/${id}/close`, {}],
  ];

  it('find neither another business’s thread nor one that is not there', async () => {
    const other = await host.createTenant({ calendar: false });
    const foreign = await say(newCustomer(), 'Hello', other);
    for (const id of [foreign.id, newId()])
      for (const [method, path, body] of routes(id))
        expect(refusal(await tenant.call(method, path, body))).toEqual({
          status: 404,
          code: 'thread.not_found',
        });
    expect(await threadOf(other, foreign.customer.phone?.slice(1) ?? '')).toEqual(foreign);
    const lists = await tenant.get<Page<ThreadView>>(`/api/v1/threads?channelId=${other.channelId}`);
    expect(lists.body.data).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['startingAfter=1', 'startingAfter'],
    ['owner=robot', 'owner'],
    ['channelId=x', 'channelId'],
    ['assigneeId=x', 'assigneeId'],
    ['nonsense=1', 'nonsense'],
  ])('are refused with the parameter: %s', async (query, pointer) => {
    const { status, body } = await tenant.get<Problem>(`/api/v1/threads?${query}`);
    expect(status).toBe(422);
    expect(body.errors?.map((each) => each.pointer)).toEqual(expect.arrayContaining([pointer]));
  });

  it('are refused where an id is no UUID', async () => {
    for (const [method, path, body] of routes('7')) {
      const { status } = await tenant.call(method, path, body);
      expect([400, 422]).toContain(status);
    }
    const thread = await say(newCustomer(), 'Hello');
    expect(refusal(await act(thread, 'assign', { assigneeId: 'me' }))).toMatchObject({ status: 422 });
  });

  it('are a 403 without the permission, and a 401 without a token that is good', async () => {
    const thread = await say(newCustomer(), 'Hello');
    const email = `auditor-${newId()}@example.test`;
    await host.as(tenant.id, () =>
      host.dispatcher.request(
        new AddMemberCommand({ email, name: 'Ada', password: tenant.password, role: 'auditor' }),
      ),
    );
    const login = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password: tenant.password,
    });
    const auditor = { authorization: `Bearer ${login.body.accessToken}` };
    for (const [method, path, body] of routes(thread.id)) {
      const { status } = await tenant.call(method, path, body, auditor);
      expect({ path, status }).toEqual({ path, status: method === 'GET' ? 200 : 403 });
    }

    const [head = '', payload = '', signature = ''] = tenant.token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const forged = {
      'not a token': 'nonsense',
      'claims changed': [head, encode({ ...claims, tid: newId() }), signature].join('.'),
      'no signature': [encode({ alg: 'none', typ: 'JWT' }), payload, ''].join('.'),
      'signature cut': [head, payload, signature.slice(0, -4)].join('.'),
    };
    for (const [method, path, body] of routes(thread.id)) {
      for (const token of Object.values(forged))
        expect((await tenant.call(method, path, body, { authorization: `Bearer ${token}` })).status).toBe(
          401,
        );
      expect((await tenant.call(method, path, body, { authorization: '' })).status).toBe(401);
    }
    expect(await threadOf(tenant, thread.customer.phone?.slice(1) ?? '')).toEqual(thread);
  });
});

describe('later', () => {
  const signIn = async () => {
    const { email, password } = tenant;
    const login = await tenant.post<{ accessToken: string }>(
      '/api/v1/auth/login',
      { email, password },
      { authorization: '' },
    );
    tenant.token = login.body.accessToken;
  };

  it('a token has expired after a quarter of an hour', async () => {
    clock.pass(15 * 60_000);
    expect(refusal(await tenant.get('/api/v1/threads'))).toEqual({ status: 401, code: 'auth.token_expired' });
    await signIn();
    expect((await tenant.get('/api/v1/threads')).status).toBe(200);
  });

  it('than 24 hours people are told that the window is closed, until the customer writes again', async () => {
    const from = newCustomer();
    const thread = await say(from, 'Hello');
    clock.pass(24 * 3_600_000);
    await signIn();
    expect((await threadOf(tenant, from)).replyMode).toBe('template');
    expect(refusal(await write(thread, 'Still there?'))).toEqual({
      status: 409,
      code: 'channels.window_closed',
    });
    expect(await threadOf(tenant, from)).toMatchObject({ owner: 'bot', version: thread.version });
    await say(from, 'Yes, I am');
    expect((await threadOf(tenant, from)).replyMode).toBe('free');
    expect((await write(thread, 'Good')).status).toBe(201);
  });

  it('than 24 hours what the bot could not send in time is refused here, with the reason in the thread', async () => {
    const from = newCustomer();
    refuseForNow(2);
    await tenant.whatsapp(from, 'Hello');
    const thread = await threadOf(tenant, from);
    const waiting = await eventually('a reply that was tried once', async () => {
      const reply = (await messagesOf(tenant, thread.id)).find(({ direction }) => direction === 'outbound');
      const tried = await host.query(
        tenant.id,
        `SELECT 1 FROM message WHERE id = $1 AND status = 'queued' AND send_started_at IS NOT NULL`,
        [reply?.id ?? null],
      );
      return tried.length > 0 ? reply : undefined;
    });
    clock.pass(24 * 3_600_000);
    await signIn();
    const failed = await messageWhen(tenant, waiting, ({ status }) => status === 'failed');
    expect(failed.error).toMatchObject({
      code: 'channels.window_closed',
      title: expect.stringContaining('24-hour') as unknown,
    });
    expect(sentTo(from)).toEqual([]);
  });
});
