import type { ChannelView } from '#contracts/channels';
import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { GRAPH_TOKEN, TestApp } from '../support/app.js';
import {
  idle,
  messageWhen,
  messagesOf,
  newCustomer,
  threadOf,
  type MessageView,
} from '../support/conversation.js';
import type { TestTenant } from '../support/tenant.js';

type Answer = ChannelView & { code: string; errors?: { pointer: string }[] };

let host: TestApp;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  host = await TestApp.start();
  tenant = await host.createTenant({ calendar: false });
  other = await host.createTenant({ calendar: false });
});
afterEach(() => expect(host.graph.refusals).toEqual([]));
afterAll(() => host.stop());

let accounts = 0;
const newAccount = (): string => `30000000000${(accounts += 1)}`;
const whatsApp = (rest: object = {}) => ({
  provider: 'meta-whatsapp',
  name: 'Second number',
  account: newAccount(),
  accessToken: GRAPH_TOKEN,
  ...rest,
});
const create = (body: object, business = tenant, headers: Record<string, string> = {}) =>
  business.post<Answer>('/api/v1/channels', body, headers);
const patch = (id: string, body: object, headers: Record<string, string> = {}, business = tenant) =>
  business.call<Answer>('PATCH', `/api/v1/channels/${id}`, body, headers);
const read = async (id: string): Promise<Answer> => (await tenant.get<Answer>(`/api/v1/channels/${id}`)).body;
const refusal = ({ status, body }: { status: number; body: Answer }) => ({ status, code: body.code });

describe('a channel', () => {
  it('is connected, listed, read and changed', async () => {
    const body = whatsApp();
    const created = await create(body);
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String) as unknown,
      provider: 'meta-whatsapp',
      name: 'Second number',
      teamId: null,
      account: body.account,
      status: 'active',
      version: 1,
    });
    expect(created.headers.get('etag')).toBe('"1"');
    expect(await read(created.body.id)).toEqual(created.body);

    const changed = await patch(
      created.body.id,
      { name: 'Reception', status: 'disabled' },
      { 'if-match': '"1"' },
    );
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Reception', status: 'disabled', version: 2 },
    });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(await read(created.body.id)).toEqual(changed.body);
  });

  it('of a web chat needs no token', async () => {
    const body = { provider: 'webchat', name: 'Our page', account: `page-${newId()}` };
    expect((await create(body)).body).toMatchObject({
      provider: 'webchat',
      account: body.account,
      status: 'active',
    });
    expect(
      refusal(await create({ ...body, account: `page-${newId()}`, accessToken: { a: 1 } })),
    ).toMatchObject({ status: 422 });
  });

  it('is one of a list in pages, newest first', async () => {
    const salon = await host.createTenant({ calendar: false });
    for (let i = 0; i < 3; i += 1) await create(whatsApp({ name: `Number ${i}` }), salon);
    const list = (query: string) =>
      salon.get<{ data: ChannelView[]; hasMore: boolean }>(`/api/v1/channels?limit=3${query}`);
    const first = (await list('')).body;
    expect(first.data.map(({ name }) => name)).toEqual(['Number 2', 'Number 1', 'Number 0']);
    expect(first.hasMore).toBe(true);
    const rest = (await list(`&startingAfter=${first.data[2]?.id}`)).body;
    expect(rest).toMatchObject({ data: [{ id: salon.channelId }], hasMore: false });
    for (const query of ['limit=0', 'startingAfter=x', 'owner=me'])
      expect((await salon.get(`/api/v1/channels?${query}`)).status).toBe(422);
  });

  it('is created once for one Idempotency-Key', async () => {
    const body = whatsApp();
    const key = { 'idempotency-key': newId() };
    const answers = [await create(body, tenant, key), await create(body, tenant, key)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(refusal(await create(whatsApp(), tenant, key))).toEqual({
      status: 422,
      code: 'http.idempotency_mismatch',
    });
  });
});

describe('the token of a channel', () => {
  const stored = async (id: string): Promise<string> => {
    const [row] = await host.query<{ credentials: string }>(
      tenant.id,
      'SELECT credentials FROM channel WHERE id = $1',
      [id],
    );
    return row?.credentials ?? '';
  };

  it('is never answered, and lies encrypted in the database, bound to its row', async () => {
    const accessToken = `EAAG-secret-${newId()}`;
    const key = { 'idempotency-key': newId() };
    const created = await create(whatsApp({ accessToken }), tenant, key);
    const { id } = created.body;
    const changed = await patch(id, { accessToken: `${accessToken}-2` });
    const list = await tenant.get('/api/v1/channels?limit=100');
    for (const { body } of [created, changed, list, await tenant.get(`/api/v1/channels/${id}`)]) {
      expect(JSON.stringify(body)).not.toContain(accessToken);
      expect(JSON.stringify(body)).not.toMatch(/credential|accessToken/i);
    }
    const [kept] = await host.query<{ all: string }>(
      tenant.id,
      `SELECT (SELECT string_agg(c::text, '') FROM channel c) || coalesce((SELECT string_agg(i::text, '') FROM idempotency_key i), '')
         || coalesce((SELECT string_agg(o::text, '') FROM outbox_event o), '') AS all`,
    );
    expect(kept?.all).toContain(id);
    expect(kept?.all).not.toContain(accessToken);
    expect(kept?.all).not.toContain(Buffer.from(accessToken).toString('base64').slice(0, 20));

    // Somebody who can write to the table cannot make one channel send with the token of another.
    const thief = (await create(whatsApp())).body;
    const from = newCustomer();
    await host.query(tenant.id, 'UPDATE channel SET credentials = $2 WHERE id = $1', [
      thief.id,
      await stored(id),
    ]);
    const sender = Object.assign(Object.create(tenant) as TestTenant, { phoneNumberId: thief.account });
    await sender.whatsapp(from, 'Hello');
    const thread = await threadOf(tenant, from);
    const { body: answer } = await tenant.post<MessageView>(`/api/v1/threads/${thread.id}/messages`, {
      text: 'Hi',
    });
    const failed = await messageWhen(tenant, answer, ({ status }) => status === 'failed');
    expect(failed.error).toMatchObject({ code: 'no_access_token' });
    expect(await read(thief.id)).toMatchObject({ status: 'auth-revoked' });
    expect(host.graph.messages.filter(({ to }) => to === from)).toEqual([]);
  });

  it('is sealed anew each time', async () => {
    const { id } = (await create(whatsApp())).body;
    const before = await stored(id);
    await patch(id, { accessToken: GRAPH_TOKEN });
    expect(await stored(id)).not.toBe(before);
  });
});

describe('an account', () => {
  it('belongs to one business at a time', async () => {
    const body = whatsApp();
    expect((await create(body)).status).toBe(201);
    for (const business of [tenant, other])
      expect(refusal(await create(body, business))).toEqual({ status: 409, code: 'channels.account_taken' });
    const rows = await host.query(other.id, 'SELECT 1 FROM channel WHERE account = $1', [body.account]);
    expect(rows).toEqual([]);
  });

  it('that many connect at once goes to one of them', async () => {
    const body = whatsApp();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => create(body, i % 2 ? tenant : other)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });
});

describe('a disabled channel', () => {
  it('stores what comes in, sends nothing, and says why', async () => {
    const salon = await host.createTenant({ calendar: false });
    const from = newCustomer();
    await patch(salon.channelId, { status: 'disabled' }, {}, salon);
    await salon.whatsapp(from, 'Hello');
    await idle(host, salon);
    const thread = await threadOf(salon, from);
    expect(await messagesOf(salon, thread.id)).toMatchObject([
      { text: 'Hello' },
      { direction: 'outbound', status: 'failed', error: { code: 'channels.disabled' } },
    ]);
    expect(host.graph.messages.filter(({ to }) => to === from)).toEqual([]);

    await patch(salon.channelId, { status: 'active' }, {}, salon);
    await salon.whatsapp(from, 'And now?');
    await host.graph.waitForMessages(1, { to: from });
  });
});

describe('changes', () => {
  it('under If-Match go to who has read the newest version', async () => {
    const { id } = (await create(whatsApp())).body;
    expect(refusal(await patch(id, { name: 'x' }, { 'if-match': '"7"' }))).toEqual({
      status: 412,
      code: 'channel.changed',
    });
    expect(refusal(await patch(id, { name: 'x' }, { 'if-match': 'seven' }))).toMatchObject({ status: 422 });
    expect(await read(id)).toMatchObject({ name: 'Second number', version: 1 });
    const rivals = await Promise.all(
      Array.from({ length: 8 }, (_, i) => patch(id, { name: `Name ${i}` }, { 'if-match': '"1"' })),
    );
    expect(rivals.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
    expect(await read(id)).toEqual(rivals.find(({ status }) => status === 200)?.body);
  });

  it('reach neither another business’s channel nor one that is not there', async () => {
    for (const id of [other.channelId, newId()]) {
      expect(refusal(await tenant.get<Answer>(`/api/v1/channels/${id}`))).toEqual({
        status: 404,
        code: 'channel.not_found',
      });
      expect(refusal(await patch(id, { name: 'Mine now' }))).toEqual({
        status: 404,
        code: 'channel.not_found',
      });
    }
    expect((await other.get(`/api/v1/channels/${other.channelId}`)).body).toMatchObject({
      name: 'WhatsApp',
      version: 1,
    });
    expect((await tenant.get('/api/v1/channels/7')).status).toBeLessThan(500);
    expect((await tenant.get('/api/v1/channels/7')).status).toBeGreaterThanOrEqual(400);
  });

  it('need the permission, and a token', async () => {
    const email = `agent-${newId()}@example.test`;
    await host.as(tenant.id, () =>
      host.dispatcher.request(
        new AddMemberCommand({ email, name: 'Ira', password: tenant.password, role: 'agent' }),
      ),
    );
    const login = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password: tenant.password,
    });
    const agent = { authorization: `Bearer ${login.body.accessToken}` };
    expect((await tenant.get(`/api/v1/channels/${tenant.channelId}`, agent)).status).toBe(200);
    expect((await create(whatsApp(), tenant, agent)).status).toBe(403);
    expect((await patch(tenant.channelId, { name: 'x' }, agent)).status).toBe(403);
    expect((await create(whatsApp(), tenant, { authorization: '' })).status).toBe(401);
    expect((await tenant.get('/api/v1/channels', { authorization: 'Bearer forged' })).status).toBe(401);
  });
});

describe('input that does not fit', () => {
  it.each([
    ['nothing', {}, '/provider'],
    ['an unknown provider', whatsApp({ provider: 'telegraph' }), '/provider'],
    ['the provider of integrators', whatsApp({ provider: 'api' }), '/provider'],
    ['no name', whatsApp({ name: '' }), '/name'],
    ['too long a name', whatsApp({ name: 'x'.repeat(101) }), '/name'],
    ['a name with NUL', whatsApp({ name: 'a\u0000' }), '/name'],
    ['an account with a slash', whatsApp({ account: '../me' }), '/account'],
    ['an account that is a number', whatsApp({ account: 106540352242922 }), '/account'],
    ['no token', whatsApp({ accessToken: undefined }), '/accessToken'],
    ['too long a token', whatsApp({ accessToken: 'x'.repeat(1001) }), '/accessToken'],
    ['a business account with spaces', whatsApp({ businessAccountId: 'a b' }), '/businessAccountId'],
    ['a status', whatsApp({ status: 'active' }), '/status'],
  ])('is refused and named: %s', async (_what, body, pointer) => {
    const answer = await create(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((each) => each.pointer)).toEqual(expect.arrayContaining([pointer]));
  });

  it.each([
    ['another account', { account: '1234567' }, '/account'],
    ['the state that only a provider brings about', { status: 'auth-revoked' }, '/status'],
    ['a name that is a list', { name: ['x'] }, '/name'],
    ['a name that is null', { name: null }, '/name'],
    ['an empty token', { accessToken: '' }, '/accessToken'],
  ])('is refused in a change, and named: %s', async (_what, body, pointer) => {
    const before = await read(tenant.channelId);
    const answer = await patch(tenant.channelId, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((each) => each.pointer)).toEqual(expect.arrayContaining([pointer]));
    expect(await read(tenant.channelId)).toEqual(before);
  });
});
