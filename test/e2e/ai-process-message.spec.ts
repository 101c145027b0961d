import { jest } from '@jest/globals';
import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { TurnRunner } from '../../src/ai/application/compose-reply/turn-runner.js';
import { TurnRecordRepository } from '../../src/ai/infrastructure/turn-record.repository.js';
import { TestApp } from '../support/app.js';
import { AssistantDesk } from '../support/assistant-desk.js';
import { eventually } from '../support/eventually.js';
import { reply } from '../support/fake-openai.js';
import type { ApiAnswer, TestTenant } from '../support/tenant.js';

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly traceId: string;
  readonly errors?: { pointer: string; detail: string }[];
}

interface Assistant {
  readonly name: string;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly instructions: string;
  readonly version: number;
}

const asProblem = (answer: ApiAnswer<unknown>): Problem => {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    status: answer.status,
    code: expect.any(String),
    traceId: expect.stringMatching(/./),
  });
  return answer.body as Problem;
};

describe('POST /api/v1/ai/process-message, offline', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let stranger: TestTenant;
  let desk: AssistantDesk;

  beforeAll(async () => {
    host = await TestApp.start();
    tenant = await host.createTenant();
    stranger = await host.createTenant({ calendar: false });
    desk = new AssistantDesk(host, tenant);
  });
  afterAll(() => host.stop());

  it.each([
    {
      language: 'en',
      book: ['Hi, can I book a manicure tomorrow at 15:00?', 'yes please'],
      cancel: ['Please cancel my booking', 'yes'],
    },
    {
      language: 'de',
      book: ['Hallo, ich möchte morgen um 15 Uhr zur Maniküre', 'ja gern'],
      cancel: ['Bitte stornieren Sie meinen Termin', 'ja'],
    },
    {
      language: 'uk',
      book: ['Добрий день! Хочу манікюр завтра о 16:30', 'так'],
      cancel: ['Скасуйте мій запис, будь ласка', 'так'],
    },
    {
      language: 'ru',
      book: ['Здравствуйте, запишите на маникюр завтра в 18:00', 'да'],
      cancel: ['Отмените мою запись, пожалуйста', 'да'],
    },
  ])('books and cancels in $language, in its published shape', async ({ language, book, cancel }) => {
    const phone = desk.newPhone();
    const [wish = '', consent = ''] = book;
    const offered = await desk.say(phone, wish);
    expect(Object.keys(offered).sort()).toEqual([
      'cost',
      'model',
      'response',
      'response_time_ms',
      'tokens_used',
    ]);
    expect(offered).toEqual({
      response: expect.stringMatching(/\S/),
      tokens_used: expect.any(Number),
      cost: 0,
      response_time_ms: expect.any(Number),
      model: expect.stringContaining('offline'),
    });
    expect(await desk.bookingsOf(phone)).toMatchObject([{ status: 'held' }]);

    const confirmed = await desk.say(phone, consent);
    const [booking, ...others] = await desk.bookingsOf(phone);
    expect(others).toEqual([]);
    expect(booking).toMatchObject({
      status: 'confirmed',
      code: confirmed.booking_code,
      serviceName: 'Manicure',
    });
    expect(confirmed.response).toContain(booking?.code);
    expect(await desk.threadOf(phone)).toMatchObject({ owner: 'bot', customer: { language } });

    for (const line of cancel) await desk.say(phone, line);
    expect(await desk.bookingsOf(phone)).toMatchObject([{ id: booking?.id, status: 'cancelled' }]);
    const outcomes = await host.query(
      tenant.id,
      'SELECT DISTINCT outcome FROM turn_record WHERE thread_id = $1',
      [(await desk.threadOf(phone)).id],
    );
    expect(outcomes).toEqual([{ outcome: 'answered' }]);
  });

  it('takes the phone number with and without "+" for one customer', async () => {
    const phone = desk.newPhone();
    await desk.say(phone, 'Hello');
    await desk.say(phone.slice(1), 'Hello again');
    expect(await desk.threadsOf(phone)).toHaveLength(1);
  });

  it('takes salon_id in capitals, and refuses that of another business', async () => {
    const phone = desk.newPhone();
    expect((await desk.post(phone, 'Hello', { salon_id: tenant.id.toUpperCase() })).status).toBe(200);
    const refused = asProblem(await desk.post(phone, 'Hello', { salon_id: stranger.id }));
    expect(refused).toMatchObject({ status: 403, code: 'ai.other_salon' });
    const { body } = await stranger.get<{ data: unknown[] }>('/api/v1/threads');
    expect(body.data).toEqual([]);
  });

  it('keeps conversations of one customer apart by conversation_id', async () => {
    const phone = desk.newPhone();
    await desk.say(phone, 'Can I book a manicure tomorrow at 9:00?', { conversation_id: 'one' });
    const other = await desk.say(phone, 'yes please', { conversation_id: 'two' });
    expect(other.booking_code).toBeUndefined();
    const { booking_code: code } = await desk.say(phone, 'yes please', { conversation_id: 'one' });
    expect(await desk.bookingsOf(phone)).toMatchObject([{ code, status: 'confirmed' }]);
    const threads = await desk.threadsOf(phone);
    expect(threads).toHaveLength(2);
    expect(new Set(threads.map((t) => t.customer.id)).size).toBe(1);
  });

  it('answers concurrent calls of one conversation one after the other, and books once', async () => {
    const phone = desk.newPhone();
    await desk.say(phone, 'Can I book a manicure tomorrow at 11:00?');
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.post(phone, 'yes please')));
    const refused = answers.filter(({ status }) => status !== 200);
    for (const answer of refused)
      expect(asProblem(answer)).toMatchObject({ status: 409, code: 'ai.answered_together' });
    expect(refused.length).toBeLessThan(answers.length);
    const codes = answers.map(({ body }) => body.booking_code).filter((code) => code !== undefined);
    expect(new Set(codes).size).toBe(1);
    expect((await desk.bookingsOf(phone)).filter((b) => b.status === 'confirmed')).toMatchObject([
      { code: codes[0] },
    ]);

    const { id } = await desk.threadOf(phone);
    const { body } = await tenant.get<{ data: { direction: string }[] }>(
      `/api/v1/threads/${id}/messages?limit=100`,
    );
    expect(body.data.filter((m) => m.direction === 'inbound')).toHaveLength(9);
    expect(body.data.filter((m) => m.direction === 'outbound')).toHaveLength(
      answers.length - refused.length + 1,
    );
  });

  it('answers concurrent conversations in parallel, and gives a contested slot to one of them', async () => {
    const customers = Array.from({ length: 5 }, () => desk.newPhone());
    await Promise.all(
      customers.map((phone) => desk.say(phone, 'Can I book a massage tomorrow at 13:00 with Anna?')),
    );
    await Promise.all(customers.map((phone) => desk.say(phone, 'yes please')));
    const { body } = await tenant.get<{ data: { staffId: string; serviceName: string; startsAt: string }[] }>(
      '/api/v1/bookings?status=confirmed&limit=100',
    );
    const taken = body.data
      .filter((b) => b.serviceName === 'Massage')
      .map((b) => `${b.staffId} ${b.startsAt}`);
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('is silent in a thread that waits for a person or has one, and answers again after its release', async () => {
    const phone = desk.newPhone();
    await desk.say(phone, 'I want to talk to a person');
    const { id, owner } = await desk.threadOf(phone);
    expect(owner).toBe('queued');
    const queued = asProblem(await desk.post(phone, 'Hello?'));
    expect(queued).toMatchObject({ status: 409, code: 'ai.thread_with_person', threadId: id });

    expect((await tenant.post(`/api/v1/threads/${id}/assign`)).status).toBe(200);
    expect(asProblem(await desk.post(phone, 'Hello?'))).toMatchObject({
      status: 409,
      code: 'ai.thread_with_person',
    });
    expect((await tenant.post(`/api/v1/threads/${id}/release`)).status).toBe(200);
    expect((await desk.say(phone, 'What do you offer?')).response).toContain('Manicure');
  });

  it('resumes a turn that broke off, so that the conversation goes on', async () => {
    const phone = desk.newPhone();
    await desk.say(phone, 'Can I book a haircut tomorrow at 9:00?');
    jest
      .spyOn(host.app.get(TurnRecordRepository), 'insertCalls')
      .mockRejectedValueOnce(new Error('the connection broke'));
    const { booking_code: code } = await desk.say(phone, 'yes please');
    expect(await desk.bookingsOf(phone)).toMatchObject([{ code, status: 'confirmed' }]);
    expect((await desk.say(phone, 'thank you')).response).toMatch(/\S/);
  });

  it.each<[string, object, string]>([
    ['no salon_id', { salon_id: undefined }, '/salon_id'],
    ['a salon_id that is none', { salon_id: 'salon-1' }, '/salon_id'],
    ['a salon_id of another type', { salon_id: 42 }, '/salon_id'],
    ['no phone number', { phone_number: undefined }, '/phone_number'],
    ['a phone number of another type', { phone_number: 4915112345678 }, '/phone_number'],
    ['a phone number without country code', { phone_number: '0151123456' }, '/phone_number'],
    ['a phone number of letters', { phone_number: 'call me' }, '/phone_number'],
    ['a phone number too long', { phone_number: `+49${'1'.repeat(40)}` }, '/phone_number'],
    ['no message', { message: undefined }, '/message'],
    ['an empty message', { message: '' }, '/message'],
    ['a message of spaces', { message: ' \n\t' }, '/message'],
    ['a message too long', { message: 'a'.repeat(4_097) }, '/message'],
    ['a message that is a list', { message: ['Hi'] }, '/message'],
    ['a message with NUL', { message: 'Hi\u0000' }, '/message'],
    ['half a surrogate pair', { message: 'Hi \ud83d' }, '/message'],
    ['an empty conversation_id', { conversation_id: '' }, '/conversation_id'],
    ['a conversation_id too long', { conversation_id: 'c'.repeat(129) }, '/conversation_id'],
    ['a conversation_id with NUL', { conversation_id: 'c\u0000' }, '/conversation_id'],
    ['a field that there is not', { customer_id: newId() }, '/customer_id'],
  ])('refuses %s, and names the field', async (_what, wrong, pointer) => {
    const phone = desk.newPhone();
    const problem = asProblem(await desk.post(phone, 'Hello', wrong));
    expect(problem.status).toBe(422);
    expect(problem.errors?.map((e) => e.pointer)).toContain(pointer);
    expect(await desk.threadsOf(phone)).toEqual([]);
  });

  it('wants a token with the permission', async () => {
    const anonymous = await fetch(`${host.url}/api/v1/ai/process-message`, { method: 'POST' });
    expect(anonymous.status).toBe(401);
  });

  it('answers the health of an installation without a key', async () => {
    const { status, body } = await tenant.get('/api/v1/ai/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      service: 'ai',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      openai: 'offline',
    });
  });

  describe('settings of the assistant', () => {
    const PATH = '/api/v1/ai/assistant';
    const patch = (body: unknown, headers: Record<string, string> = {}, who = tenant) =>
      who.call<Assistant>('PATCH', PATH, body, headers);
    const read = async () => (await tenant.get<Assistant>(PATH)).body;

    it('start with the defaults, are changed under If-Match, and reset by null', async () => {
      const untouched = await tenant.get<Assistant>(PATH);
      expect(untouched.headers.get('etag')).toBe('"0"');
      expect(untouched.body).toEqual({
        ...{
          name: 'Assistant',
          model: null,
          temperature: null,
          maxTokens: null,
          instructions: '',
          version: 0,
        },
      });

      const own = {
        name: 'Sonja',
        model: 'gpt-4o',
        temperature: 0,
        maxTokens: 100,
        instructions: 'Be kind.',
      };
      const changed = await patch(own, { 'if-match': '"0"' });
      expect(changed.body).toEqual({ ...own, version: 1 });
      expect(changed.headers.get('etag')).toBe('"1"');

      const stale = asProblem(await patch({ name: 'Late' }, { 'if-match': '"0"' }));
      expect(stale).toMatchObject({ status: 412, code: 'ai.assistant_changed' });
      expect(await read()).toEqual({ ...own, version: 1 });

      const reset = await patch({ model: null, temperature: null, maxTokens: null }, { 'if-match': '"1"' });
      expect(reset.body).toEqual({ ...own, model: null, temperature: null, maxTokens: null, version: 2 });
    });

    it('let one of two concurrent writers of the same version through', async () => {
      const { version } = await read();
      const headers = { 'if-match': `"${version}"` };
      const answers = await Promise.all([patch({ name: 'Ann' }, headers), patch({ name: 'Bob' }, headers)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect((await read()).version).toBe(version + 1);
    });

    it('belong to one business', async () => {
      await patch({ name: 'Mine' });
      expect((await stranger.get<Assistant>(PATH)).body.name).toBe('Assistant');
    });

    it.each([
      ['agent', 200, 403],
      ['auditor', 403, 403],
      ['admin', 200, 200],
    ] as const)('are for the %s: read %d, write %d', async (role, mayRead, mayWrite) => {
      const email = `${role}-${tenant.id}@example.test`;
      const password = 'correct-horse-battery';
      await host.as(tenant.id, () =>
        host.dispatcher.request(new AddMemberCommand({ email, name: role, password, role })),
      );
      const login = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', { email, password });
      const headers = { authorization: `Bearer ${login.body.accessToken}` };
      expect((await tenant.get(PATH, headers)).status).toBe(mayRead);
      expect((await patch({ name: role }, headers)).status).toBe(mayWrite);
    });

    it.each<[string, object, string]>([
      ['no name', { name: null }, '/name'],
      ['an empty name', { name: '' }, '/name'],
      ['a name too long', { name: 'n'.repeat(101) }, '/name'],
      ['a name with NUL', { name: 'n\u0000' }, '/name'],
      ['an empty model', { model: '' }, '/model'],
      ['a temperature below 0', { temperature: -0.1 }, '/temperature'],
      ['a temperature above 2', { temperature: 2.01 }, '/temperature'],
      ['a temperature as text', { temperature: '1' }, '/temperature'],
      ['too few tokens', { maxTokens: 15 }, '/maxTokens'],
      ['too many tokens', { maxTokens: 1e9 }, '/maxTokens'],
      ['half a token', { maxTokens: 100.5 }, '/maxTokens'],
      ['no instructions', { instructions: null }, '/instructions'],
      ['instructions too long', { instructions: 'i'.repeat(8_001) }, '/instructions'],
      ['a field that there is not', { version: 7 }, '/version'],
    ])('refuse %s', async (_what, wrong, pointer) => {
      const before = await read();
      const problem = asProblem(await patch(wrong));
      expect(problem.status).toBe(422);
      expect(problem.errors?.map((e) => e.pointer)).toContain(pointer);
      expect(await read()).toEqual(before);
    });

    it.each(['1', 'W/"1"', '"x"', '""', '"99999999999999999999"'])('refuse If-Match %s', async (tag) => {
      expect(asProblem(await patch({ name: 'Any' }, { 'if-match': tag }))).toMatchObject({
        status: 422,
        code: 'http.if_match_invalid',
      });
    });
  });
});

describe('with a model server', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let desk: AssistantDesk;

  beforeAll(async () => {
    host = await TestApp.start({ model: 'scripted' });
    tenant = await host.createTenant();
    desk = new AssistantDesk(host, tenant);
  });
  afterAll(() => host.stop());
  beforeEach(() => host.openai.reset());

  it('answers the health of a server that refuses, without waiting for it to be asked again', async () => {
    host.openai.modelsStatus = 500;
    const first = await tenant.get('/api/v1/ai/health');
    const second = await tenant.get('/api/v1/ai/health');
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'degraded', service: 'ai', openai: 'error' },
    });
    expect(second.body).toMatchObject({ openai: 'error' });
    expect(host.openai.modelsRequests).toBe(1);
  });

  it('drops the reply that a person came before, and does nothing more in the calendar', async () => {
    const phone = desk.newPhone();
    const startsAt = desk.at(1, '10:00');
    host.openai.script(
      reply.tool('hold_slot', { serviceId: tenant.services.get('Manicure'), startsAt }),
      async () => {
        const { id } = await desk.threadOf(phone);
        await tenant.post(`/api/v1/threads/${id}/assign`);
        const [held] = await desk.bookingsOf(phone);
        return reply.tool('confirm_booking', { holdId: held?.id });
      },
      reply.text('I could not book it.'),
    );
    const dropped = asProblem(await desk.post(phone, 'Book me a manicure'));
    expect(dropped).toMatchObject({ status: 409, code: 'ai.reply_dropped' });
    expect((await desk.bookingsOf(phone)).map((b) => b.status)).not.toContain('confirmed');

    const { id, owner } = await desk.threadOf(phone);
    expect(owner).toBe('human');
    const { body } = await tenant.get<{ data: { direction: string }[] }>(`/api/v1/threads/${id}/messages`);
    expect(body.data.map((m) => m.direction)).toEqual(['inbound']);
    // It has cost all the same.
    const [{ count } = { count: 0 }] = await host.query<{ count: number }>(
      tenant.id,
      `SELECT count(*)::int AS count FROM model_call c JOIN turn t ON t.tenant_id = c.tenant_id AND t.id = c.turn_id
       WHERE t.thread_id = $1 AND t.status = 'dropped'`,
      [id],
    );
    expect(count).toBe(3);
  });

  it('makes a second call wait for the first, whose answer it reads', async () => {
    const phone = desk.newPhone();
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    host.openai.script(async () => (await gate, reply.text('First answer.')), reply.text('Second answer.'));
    const first = desk.post(phone, 'One');
    await host.openai.waitForRequests(1);
    const runs = jest.spyOn(host.app.get(TurnRunner), 'run');
    const second = desk.post(phone, 'Two');
    await eventually('the second call asks for its turn', () => runs.mock.results.length > 0);
    expect(await runs.mock.results[0]?.value).toMatchObject({ ran: false, refusal: 'busy' });
    letGo();
    expect((await first).body).toMatchObject({ response: 'First answer.' });
    expect((await second).body).toMatchObject({ response: 'Second answer.' });
    expect(host.openai.requests[1]?.messages.slice(1).map((m) => m.content)).toEqual([
      'One',
      'First answer.',
      'Two',
    ]);
  });
});

describe('with a model server that is there', () => {
  it('answers that it is connected', async () => {
    const host = await TestApp.start({ model: 'scripted' });
    try {
      const health = await fetch(`${host.url}/api/v1/ai/health`);
      expect(await health.json()).toMatchObject({ status: 'ok', openai: 'connected' });
    } finally {
      await host.stop();
    }
  });
});
