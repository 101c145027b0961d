import { createHmac } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '#app/bootstrap';
import { newId } from '#libs/kernel';
import { type PermissionName, TokenSigner } from '#libs/security';
import { InboxSessions } from '../../src/conversations/http/inbox/inbox-sessions.js';
import { InboxWire } from '../../src/conversations/infrastructure/inbox/inbox-wire.js';
import { TestApp } from '../support/app.js';
import { idle, metric, newCustomer, threadOf, type ThreadView } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { lastUserText, reply } from '../support/fake-openai.js';
import { type InboxClient, InboxClients } from '../support/inbox-client.js';
import type { ApiAnswer, TestMember, TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

/** In every word that no notice may say. */
const CANARY = 'Zanzibar';
const DESK: PermissionName[] = ['threads:read', 'threads:write'];
const MINUTE_MS = 60_000;

const LOG = join(tmpdir(), `inbox-${newId()}.log`);
const clock = new TestClock();
const clients = new InboxClients();
let host: TestApp;
let salon: TestTenant;
let clinic: TestTenant;

beforeAll(async () => {
  host = await TestApp.start({
    model: 'scripted',
    clock,
    env: { INBOX_RECHECK_MS: '50', LOG_LEVEL: 'info', LOG_DESTINATION: LOG },
  });
  host.openai.handler = (request) => reply.text(`You said: ${lastUserText(request)}`);
  salon = await host.createTenant({ calendar: false });
  clinic = await host.createTenant({ calendar: false });
});
afterEach(() => clients.closeAll());
afterAll(async () => {
  await host.stop();
  await rm(LOG, { force: true });
});

const as = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
const ok = async <T>(answer: Promise<ApiAnswer<T>>): Promise<T> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const connect = (who: { token: string }): Promise<InboxClient> => clients.connect(host.url, who.token);
/** A login of its own. */
const logIn = async ({ email }: { email: string }, tenant = salon) => {
  const body = { email, password: tenant.password };
  return ok(tenant.post<{ accessToken: string; refreshToken: string }>('/api/v1/auth/login', body));
};
let names = 0;
const roleOf = async (permissions: PermissionName[], dataScope: string): Promise<string> => {
  const body = { name: `Role ${(names += 1)}`, permissions, dataScope };
  return (await ok(salon.post<{ id: string }>('/api/v1/roles', body))).id;
};
const memberOf = async (dataScope: string): Promise<TestMember> => salon.join(await roleOf(DESK, dataScope));
const teamOf = async (...members: TestMember[]): Promise<string> => {
  const body = { name: `Team ${(names += 1)}`, memberIds: members.map(({ id }) => id) };
  return (await ok(salon.post<{ id: string }>('/api/v1/teams', body))).id;
};
const threadIn = async (tenant: TestTenant, from = newCustomer()): Promise<ThreadView> => {
  await tenant.whatsapp(from, `${CANARY} speaking`, { name: CANARY });
  await host.graph.waitForMessages(1, { to: from });
  await idle(host, tenant);
  return threadOf(tenant, from);
};
const assign = (thread: { id: string }, body: object, who: { token: string } = salon): Promise<ThreadView> =>
  ok(salon.post<ThreadView>(`/api/v1/threads/${thread.id}/assign`, body, as(who)));
const write = (thread: { id: string }, who: { token: string } = salon) =>
  ok(
    salon.post<{ id: string; seq: number }>(
      `/api/v1/threads/${thread.id}/messages`,
      { text: CANARY },
      as(who),
    ),
  );
/** What was told until now has been heard by everybody who hears it: news of a business come one after the other. */
const quiet = async (listener: InboxClient): Promise<void> => {
  await idle(host, salon);
  const last = await threadIn(salon);
  await listener.hears('the last news', ({ threadId }) => threadId === last.id);
  await idle(host, salon);
  const closed = await ok(salon.post<ThreadView>(`/api/v1/threads/${last.id}/close`));
  await listener.hears(
    'the end of it',
    (n) => 'version' in n && n.threadId === last.id && n.version === closed.version,
  );
};

describe('a handshake', () => {
  const forged = (payload: object, secret = host.settings.security.jwtSecret ?? ''): string => {
    const parts = [{ alg: 'HS256', typ: 'JWT' }, payload];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const claims = () =>
    JSON.parse(Buffer.from(salon.token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      string
    >;
  const codeFor = async (token: string, options = {}): Promise<string | null> => {
    const client = await clients.connect(host.url, token, options);
    expect(client.session).toBeNull();
    return client.refused;
  };

  it('opens a socket for a member, until the token ends', async () => {
    const { session } = await connect(salon);
    const { sub, exp } = claims();
    const expiresAt = new Date(Number(exp) * 1000).toISOString();
    expect(session).toEqual({ personId: sub, limited: false, expiresAt });
    expect((await connect(await memberOf('mine'))).session).toMatchObject({ limited: true });
  });

  it('is refused without a token, and with one that is not ours', async () => {
    expect(await codeFor('', { auth: {} })).toBe('auth.token_missing');
    expect(await codeFor('', { auth: { token: { a: 1 } } })).toBe('auth.token_missing');
    expect(await codeFor('nonsense')).toBe('auth.token_invalid');
    expect(await codeFor(forged(claims(), 'another secret of at least thirty-two chars'))).toBe(
      'auth.token_invalid',
    );
    expect(await codeFor(forged({ ...claims(), aud: 'frontdesk:webchat' }))).toBe('auth.token_invalid');
    expect(await codeFor(forged({ ...claims(), exp: 1 }))).toBe('auth.token_expired');
    // So that the refusals above mean something.
    expect((await connect({ token: forged(claims()) })).session).not.toBeNull();
  });

  it('is refused with the token in the address, whatever else is sent', async () => {
    for (const name of ['token', 'access_token'])
      expect(await codeFor(salon.token, { query: { [name]: salon.token } })).toBe(
        'conversations.inbox_token_in_query',
      );
  });

  it('is refused with an API key', async () => {
    const body = { name: 'A program', scopes: ['threads:read'] };
    const { secret } = await ok(salon.post<{ secret: string }>('/api/v1/api-keys', body));
    expect((await salon.get('/api/v1/threads', { authorization: `Bearer ${secret}` })).status).toBe(200);
    expect(await codeFor(secret)).toBe('auth.person_required');
  });

  it('is refused to a member who may not read threads, or has yet to set up a second factor', async () => {
    const blind = await salon.join(await roleOf(['services:read'], 'all'));
    expect(await codeFor(blind.token)).toBe('auth.forbidden');
    const { sub: personId = '', sid: sessionId = '', tid: tenantId = '' } = claims();
    const { accessToken } = host.app
      .get(TokenSigner, { strict: false })
      .sign({ personId, sessionId, tenantId, role: 'owner', enrolling: true });
    expect(await codeFor(accessToken)).toBe('auth.mfa_enrolment_required');
  });

  it('is refused once the login has ended', async () => {
    const { accessToken, refreshToken } = await logIn(await salon.join('agent'));
    await ok(salon.post('/api/v1/auth/logout', { refreshToken }));
    expect(await codeFor(accessToken)).toBe('auth.session_revoked');
  });

  it('is refused at another host, and to the page of another host', async () => {
    expect(await codeFor(salon.token, { headers: { host: 'evil.test' } })).toBe(
      'conversations.inbox_not_here',
    );
    const origin = { origin: 'https://evil.test' };
    expect(await codeFor(salon.token, { headers: origin })).toBe('conversations.inbox_not_here');
  });

  it('is refused where the member has too many sockets open', async () => {
    const member = await salon.join('agent');
    const most = host.settings.inbox.socketsPerMember;
    const opened = await Promise.all(Array.from({ length: most + 2 }, () => connect(member)));
    expect(opened.map(({ refused }) => refused).filter((code) => code !== null)).toEqual(
      Array(2).fill('conversations.inbox_too_many_sockets'),
    );
    opened.find(({ session }) => session !== null)?.close();
    await eventually('one more', async () => (await connect(member)).session !== null);
  });
});

describe('what a member hears', () => {
  it('is which thread is not what it was: of the customer, the assistant and the staff, with the numbers that REST answers', async () => {
    const client = await connect(salon);
    const thread = await threadIn(salon);
    await client.hears(
      'the reply',
      (n) => n.kind === 'message.created' && n.threadId === thread.id && n.seq === 2,
    );
    expect(client.kindsOf(thread.id).slice(0, 2)).toEqual(['thread.created', 'message.created']);

    const taken = await assign(thread, {});
    await client.hears('the assignment', (n) => n.kind === 'thread.changed' && n.version === taken.version);
    const message = await write(thread);
    const notice = await client.hears(
      'the message',
      (n) => n.kind === 'message.created' && n.seq === message.seq,
    );
    expect(notice).toEqual({
      kind: 'message.created',
      threadId: thread.id,
      seq: 3,
      version: (await ok(salon.get<ThreadView>(`/api/v1/threads/${thread.id}`))).version,
    });
    await client.hears('that it was sent', (n) => n.kind === 'message.changed' && n.messageId === message.id);
    await ok(salon.post(`/api/v1/threads/${thread.id}/release`));
    const closed = await ok(salon.post<ThreadView>(`/api/v1/threads/${thread.id}/close`));
    await client.hears('the end', (n) => n.kind === 'thread.changed' && n.version === closed.version);
    const said = JSON.stringify(client.heard);
    for (const word of [CANARY, 'You said', thread.customer.phone ?? '?', thread.customer.id])
      expect(said).not.toContain(word);
  });

  it('is nothing of another business', async () => {
    const [ours, theirs] = [await connect(salon), await connect(clinic)];
    const foreign = await threadIn(clinic);
    await theirs.hears('their thread', ({ threadId }) => threadId === foreign.id);
    await quiet(ours);
    expect(ours.kindsOf(foreign.id)).toEqual([]);
    expect(theirs.heard.every(({ threadId }) => threadId === foreign.id)).toBe(true);
    expect(ours.heard.length).toBeGreaterThan(0);
  });

  it('goes as far as the data scope: all, the teams’ and the member’s own', async () => {
    const [mine, team, mate] = [await memberOf('mine'), await memberOf('team'), await salon.join('agent')];
    const teamId = await teamOf(team, mate);
    const [toAll, toTeam, toMine] = [await connect(salon), await connect(team), await connect(mine)];
    const threads = {
      mine: await assign(await threadIn(salon), { assigneeId: mine.id }),
      mate: await assign(await threadIn(salon), { assigneeId: mate.id }),
      team: await assign(await threadIn(salon), { teamId }),
      free: await threadIn(salon),
    };
    for (const thread of Object.values(threads)) await write(thread);
    await quiet(toAll);
    const heardOf = (client: InboxClient) =>
      Object.entries(threads).filter(([, { id }]) => client.kindsOf(id).length > 0);
    expect(heardOf(toAll).map(([name]) => name)).toEqual(['mine', 'mate', 'team', 'free']);
    expect(heardOf(toTeam).map(([name]) => name)).toEqual(['mate', 'team']);
    expect(heardOf(toMine).map(([name]) => name)).toEqual(['mine']);
    // Nothing of before it was theirs, and no message of a thread that went elsewhere.
    expect(toMine.kindsOf(threads.mine.id)[0]).toBe('thread.changed');
    expect(new Set(toMine.heard.map(({ threadId }) => threadId))).toEqual(new Set([threads.mine.id]));
  });

  it('ends with the thread that is given away, and begins with the one that is given', async () => {
    const [first, second] = [await memberOf('mine'), await memberOf('mine')];
    const owner = await connect(salon);
    const [giver, taker] = [await connect(first), await connect(second)];
    const thread = await assign(await threadIn(salon), { assigneeId: first.id });
    await giver.hears('the assignment', ({ threadId }) => threadId === thread.id);
    await idle(host, salon);
    await assign(thread, { assigneeId: second.id });
    await giver.hears('that it is gone', (n) => n.kind === 'thread.gone' && n.threadId === thread.id);
    await taker.hears('that it is theirs', (n) => n.kind === 'thread.changed' && n.threadId === thread.id);
    await write(thread, second);
    await taker.hears('a message', (n) => n.kind === 'message.created' && n.threadId === thread.id);
    await quiet(owner);
    expect(giver.kindsOf(thread.id).at(-1)).toBe('thread.gone');
    expect(taker.kindsOf(thread.id)).not.toContain('thread.gone');
    expect(owner.kindsOf(thread.id)).not.toContain('thread.gone');
  });
});

describe('a business whose inbox nobody has open', () => {
  it('pays neither job nor row for it', async () => {
    const wire = host.app.get(InboxWire, { strict: false });
    const paid = async (): Promise<number> => {
      const sql = `SELECT count(*)::int AS n FROM outbox_event WHERE 'conversations.tell-inbox' = ANY (handlers)`;
      return (await host.query<{ n: number }>(clinic.id, sql))[0]?.n ?? 0;
    };
    await eventually('nobody looks', async () => (await wire.watched([clinic.id])).size === 0);
    const before = await paid();
    await threadIn(clinic);
    expect(await paid()).toBe(before);
    const client = await connect(clinic);
    const thread = await threadIn(clinic);
    await client.hears('the thread', ({ threadId }) => threadId === thread.id);
    expect(await paid()).toBeGreaterThan(before);
  });
});

describe('a change of who may look', () => {
  it('of the role, the access or the login ends the socket', async () => {
    const [promoted, removed] = [await salon.join('agent'), await salon.join('agent')];
    const left = await logIn(await salon.join('agent'));
    const tokens = [promoted.token, removed.token, left.accessToken];
    const sockets = await Promise.all(tokens.map((token) => connect({ token })));
    expect(sockets.map(({ refused }) => refused)).toEqual([null, null, null]);
    await ok(salon.call('PATCH', `/api/v1/members/${promoted.id}`, { role: 'auditor' }));
    await ok(salon.call('DELETE', `/api/v1/members/${removed.id}`));
    await ok(salon.post('/api/v1/auth/logout', { refreshToken: left.refreshToken }));
    const before = sockets.map(({ heard }) => heard.length);
    await threadIn(salon);
    for (const socket of sockets) expect(await socket.ends()).toBe('auth.session_revoked');
    expect(sockets.map(({ heard }) => heard.length)).toEqual(before);
  });

  it('of what the role grants ends it, and of what it shows is told', async () => {
    const role = await roleOf(DESK, 'all');
    const member = await salon.join(role);
    const socket = await connect(member);
    await ok(salon.call('PATCH', `/api/v1/roles/${role}`, { dataScope: 'mine' }));
    await eventually('the news of it', () => socket.resyncs.includes('scope'));
    const hidden = await threadIn(salon);
    const owner = await connect(salon);
    await quiet(owner);
    expect(socket.kindsOf(hidden.id)).toEqual([]);
    await ok(salon.call('PATCH', `/api/v1/roles/${role}`, { permissions: ['services:read'] }));
    expect(await socket.ends()).toBe('auth.forbidden');
  });

  it('of the team shows its threads, and hides them', async () => {
    const [member, mate] = [await memberOf('team'), await salon.join('agent')];
    const teamId = await teamOf(mate);
    const thread = await assign(await threadIn(salon), { teamId });
    const [owner, socket] = [await connect(salon), await connect(member)];
    const setMembers = (...members: TestMember[]) =>
      ok(salon.call('PATCH', `/api/v1/teams/${teamId}`, { memberIds: members.map(({ id }) => id) }));
    await write(thread);
    await setMembers(mate, member);
    await eventually('the news of it', () => socket.resyncs.length === 1);
    const inSight = await write(thread);
    const notice = await socket.hears(
      'its message',
      (n) => n.kind === 'message.created' && n.seq === inSight.seq,
    );
    expect(notice.threadId).toBe(thread.id);
    // The last that there is to hear of it.
    await socket.hears('that it was sent', (n) => n.kind === 'message.changed' && n.messageId === inSight.id);
    await idle(host, salon);
    await setMembers(mate);
    await eventually('the news of it', () => socket.resyncs.length === 2);
    const heard = socket.kindsOf(thread.id).length;
    await write(thread);
    await quiet(owner);
    expect(socket.kindsOf(thread.id)).toHaveLength(heard);
    expect(socket.resyncs).toEqual(['scope', 'scope']);
  });

  it('by deleting a team is told to those who saw what was its', async () => {
    const member = await memberOf('team');
    const teamId = await teamOf(member);
    const thread = await assign(await threadIn(salon), { teamId });
    const [owner, socket] = [await connect(salon), await connect(member)];
    await ok(salon.call('DELETE', `/api/v1/teams/${teamId}`));
    await eventually('the news of it', () => socket.resyncs.includes('scope'));
    await owner.hears('that it is nobody’s', (n) => n.kind === 'thread.changed' && n.threadId === thread.id);
  });
});

describe('a client that was away', () => {
  it('compares what it has: what has changed, and what is out of sight', async () => {
    const member = await memberOf('mine');
    const kept = await assign(await threadIn(salon), { assigneeId: member.id });
    const given = await assign(await threadIn(salon), { assigneeId: member.id });
    const same = await assign(await threadIn(salon), { assigneeId: member.id });
    const foreign = await threadIn(clinic);
    await idle(host, salon);
    const known = await Promise.all(
      [kept, given, same].map(async ({ id }) => {
        const { version } = await ok(salon.get<ThreadView>(`/api/v1/threads/${id}`));
        return { threadId: id, version };
      }),
    );
    await write(kept);
    await assign(given, { assigneeId: (await salon.join('agent')).id });
    await idle(host, salon);
    const client = await connect(member);
    const nowhere = { threadId: newId(), version: 1 };
    const answer = await client.ask('sync', {
      threads: [...known, nowhere, { threadId: foreign.id, version: 1 }],
    });
    const { version } = await ok(salon.get<ThreadView>(`/api/v1/threads/${kept.id}`));
    expect(answer).toEqual({
      ok: true,
      changed: [{ threadId: kept.id, version }],
      gone: [given.id, nowhere.threadId, foreign.id],
    });
  });

  it('is told how to ask', async () => {
    const client = await connect(salon);
    const tooMany = Array.from({ length: 201 }, () => ({ threadId: newId(), version: 1 }));
    for (const body of [
      undefined,
      {},
      { threads: [] },
      { threads: tooMany },
      { threads: [{ threadId: 'x', version: 1 }] },
      { threads: [{ threadId: newId() }] },
      { threads: [null] },
    ])
      expect(await client.ask('sync', body)).toMatchObject({ code: 'conversations.inbox_sync_invalid' });
  });

  it('is told that it may have missed something, when Redis was away', async () => {
    const client = await connect(salon);
    const wire = host.app.get(InboxWire, { strict: false }) as unknown as {
      subscriber: { disconnect(again: boolean): void };
    };
    wire.subscriber.disconnect(true);
    await eventually('the gap', () => client.resyncs.includes('missed'));
    const thread = await threadIn(salon);
    await client.hears('news after it', ({ threadId }) => threadId === thread.id);
  });
});

describe('two processes', () => {
  let second: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    const process = { ...host.settings.process, role: 'api' as const };
    second = await createApp({ ...host.settings, process }, { embedded: false, clock });
    await second.listen(0, '127.0.0.1');
    url = await second.getUrl();
  });
  afterAll(() => second.close());

  it('tell each other’s clients, each as far as its scope goes; an end in one is an end in the other', async () => {
    const member = await memberOf('mine');
    const [here, there] = [await connect(salon), await clients.connect(url, salon.token)];
    const limited = await clients.connect(url, member.token);
    const thread = await threadIn(salon);
    for (const client of [here, there]) await client.hears('the thread', (n) => n.threadId === thread.id);
    await assign(thread, { assigneeId: member.id });
    await limited.hears('theirs', (n) => n.kind === 'thread.changed' && n.threadId === thread.id);
    expect(limited.kindsOf(thread.id)).toEqual(['thread.changed']);
    await ok(salon.call('DELETE', `/api/v1/members/${member.id}`));
    expect(await limited.ends()).toBe('auth.session_revoked');
  });
});

describe('what is kept of it', () => {
  it('is who looked and why it ended, in logs and figures; and neither words nor tokens', async () => {
    const client = await connect(salon);
    expect(await metric(host, 'frontdesk_inbox_sockets')).toBeGreaterThanOrEqual(1);
    const told = await metric(host, 'frontdesk_inbox_notices_total{kind="message.created"}');
    await threadIn(salon);
    await client.hears('a message', ({ kind }) => kind === 'message.created');
    expect(await metric(host, 'frontdesk_inbox_notices_total{kind="message.created"}')).toBeGreaterThan(told);
    client.close();
    await connect({ token: 'nonsense' });
    const lines = await eventually('the log', async () => {
      const text = await readFile(LOG, 'utf8');
      const said = ['an inbox socket was opened', 'an inbox socket ended', 'an inbox socket was refused'];
      return said.every((line) => text.includes(line)) && text;
    });
    for (const secret of [CANARY, salon.token]) expect(lines).not.toContain(secret);
    expect(await metric(host, 'frontdesk_inbox_refused_total{code="auth.token_invalid"}')).toBeGreaterThan(0);
  });

  it('is no entry in the audit trail: what is read through REST has one', async () => {
    const watcher = await salon.join('agent');
    const reads = async (): Promise<string[]> => {
      const path = `/api/v1/audit/entries?kind=read&limit=100&actorId=${watcher.id}`;
      return (await ok(salon.get<{ data: { operation: string }[] }>(path))).data.map(
        (entry) => entry.operation,
      );
    };
    const thread = await threadIn(salon);
    const client = await connect(watcher);
    await write(thread);
    await client.hears('the message', (n) => n.kind === 'message.created' && n.threadId === thread.id);
    expect(await client.ask('sync', { threads: [{ threadId: thread.id, version: 0 }] })).toMatchObject({
      changed: [{ threadId: thread.id }],
    });
    expect(await reads()).toEqual([]);
    await ok(salon.get(`/api/v1/threads/${thread.id}`, as(watcher)));
    expect(await reads()).toEqual(['getThread']);
  });
});

describe('a client that does not read', () => {
  it('is disconnected, not buffered for', async () => {
    const poll = (method: string, sid = '', body?: string) =>
      fetch(`${host.url}/socket.io/?EIO=4&transport=polling${sid && `&sid=${sid}`}`, {
        method,
        ...(body ? { body } : {}),
      });
    const sessions = host.app.get(InboxSessions, { strict: false });
    await eventually('those of before have gone', () => sessions.of(salon.id).length === 0);
    const { sid } = JSON.parse((await (await poll('GET')).text()).slice(1)) as { sid: string };
    await poll('POST', sid, `40/inbox,${JSON.stringify({ token: salon.token })}`);
    const slow = await eventually('its session', () => sessions.of(salon.id)[0]);
    const ended = await metric(host, 'frontdesk_inbox_ended_total{reason="slow"}');
    const other = await connect(salon);
    for (let version = 1; version <= host.settings.inbox.waitingNotices + 1; version += 1)
      for (const session of sessions.of(salon.id))
        sessions.tell(session, { kind: 'thread.changed', threadId: newId(), version });
    expect(sessions.isOpen(slow)).toBe(false);
    await eventually('the end of its connection', async () => (await poll('GET', sid)).status === 400);
    expect(await metric(host, 'frontdesk_inbox_ended_total{reason="slow"}')).toBe(ended + 1);
    await other.hears(
      'the last',
      (n) => 'version' in n && n.version === host.settings.inbox.waitingNotices + 1,
    );
  });
});

/** The last of this file: it moves the clock. */
describe('a token', () => {
  it('that ends takes its socket along, unless it was renewed', async () => {
    const [member, other] = [await salon.join('agent'), await salon.join('agent')];
    const [renewed, left] = [await connect(member), await connect(member)];
    clock.pass(14 * MINUTE_MS);
    expect(await renewed.ask('renew', { token: 'nonsense' })).toMatchObject({ code: 'auth.token_invalid' });
    expect(await renewed.ask('renew', {})).toMatchObject({ code: 'auth.token_missing' });
    expect(await renewed.ask('renew', { token: (await logIn(other)).accessToken })).toMatchObject({
      code: 'conversations.inbox_other_member',
    });
    expect(await renewed.ask('renew', { token: (await logIn(clinic, clinic)).accessToken })).toMatchObject({
      code: 'conversations.inbox_other_member',
    });
    const fresh = await renewed.ask<{ expiresAt: string }>('renew', {
      token: (await logIn(member)).accessToken,
    });
    expect(fresh.ok && Date.parse(fresh.expiresAt) - clock.now().getTime()).toBeGreaterThan(14 * MINUTE_MS);
    expect([renewed.closed, left.closed]).toEqual([false, false]);
    clock.pass(MINUTE_MS);
    expect(await left.ends()).toBe('auth.token_expired');
    salon.token = (await logIn(salon)).accessToken;
    const thread = await threadIn(salon);
    await renewed.hears('news', (n) => n.threadId === thread.id);
    expect(left.kindsOf(thread.id)).toEqual([]);
    clock.pass(15 * MINUTE_MS);
    expect(await renewed.ends()).toBe('auth.token_expired');
  });
});
