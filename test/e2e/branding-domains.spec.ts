import { io, type Socket } from 'socket.io-client';
import { newId } from '#libs/kernel';
import { DomainWatch } from '../../src/branding/application/verify-domain/domain-watch.js';
import { TestApp } from '../support/app.js';
import { FakeDns } from '../support/fake-dns.js';
import { getAs } from '../support/raw-http.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Domain {
  id: string;
  name: string;
  unicodeName: string;
  ownership: string;
  certificate: { state: string; notAfter: string | null; error: string | null };
  records: { type: string; name: string; value: string }[];
  claimExpiresAt: string | null;
  graceUntil: string | null;
  version: number;
  code: string;
}

const HOUR = 3_600_000;
const SECRET = 'ask-secret-0123456789';

let dns: FakeDns;
let clock: TestClock;
let host: TestApp;
let salon: TestTenant;
let clinic: TestTenant;

beforeAll(async () => {
  dns = await FakeDns.start();
  clock = new TestClock();
  host = await TestApp.start({
    clock,
    env: {
      DNS_RESOLVERS: dns.address,
      DOMAINS_CACHE_MS: '0',
      DOMAINS_CNAME_TARGET: 'edge.frontdesk.test',
      PUBLIC_URL: 'https://desk.frontdesk.test',
      ALLOWED_HOSTS: 'api.frontdesk.test',
      TLS_ASK_SECRET: SECRET,
      ACCESS_TOKEN_SECONDS: '3600',
    },
  });
  salon = await host.createTenant({ calendar: false });
  clinic = await host.createTenant({ calendar: false });
  await salon.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'salon-chat' });
  await clinic.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'clinic-chat' });
});
afterAll(async () => {
  await host.stop();
  await dns.stop();
});

const add = (name: string, tenant = salon) => tenant.post<Domain>('/api/v1/domains', { name });
const verify = (id: string, tenant = salon) => tenant.post<Domain>(`/api/v1/domains/${id}/verify`);
const prove = ({ records }: Domain): void => {
  const [record] = records;
  dns.txt.set(record!.name, [...(dns.txt.get(record!.name) ?? []), record!.value]);
};
const proved = async (name: string, tenant = salon): Promise<Domain> => {
  const claim = (await add(name, tenant)).body;
  prove(claim);
  const { status, body } = await verify(claim.id, tenant);
  expect(status).toBe(200);
  return body;
};
const read = async (id: string, tenant = salon) => (await tenant.get<Domain>(`/api/v1/domains/${id}`)).body;
const at = (name: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  getAs(host.url, path, { host: name, ...headers }, method);
const codeOf = (body: string): unknown => (JSON.parse(body) as { code: unknown }).code;
/** Tokens are of 15 minutes, and days pass here. */
const signInAgain = async (): Promise<void> => {
  for (const tenant of [salon, clinic]) {
    const { email, password } = tenant;
    tenant.token = '';
    tenant.token = (
      await tenant.post<{ accessToken: string }>('/api/v1/auth/login', { email, password })
    ).body.accessToken;
  }
};
const pass = async (hours: number): Promise<void> => {
  clock.pass(hours * HOUR);
  await host.app.get(DomainWatch, { strict: false }).run();
  await signInAgain();
};

describe('a domain', () => {
  it('is claimed, proved by its record, read, listed and given up', async () => {
    const claim = await add('Bücher.Example.');
    expect(claim.status).toBe(201);
    expect(claim.body).toMatchObject({
      name: 'xn--bcher-kva.example',
      unicodeName: 'bücher.example',
      ownership: 'unproven',
      certificate: { state: 'pending_dns', notAfter: null, error: null },
      records: [
        { type: 'TXT', name: '_frontdesk-challenge.xn--bcher-kva.example' },
        { type: 'CNAME', name: 'xn--bcher-kva.example', value: 'edge.frontdesk.test' },
      ],
    });
    const { id } = claim.body;
    const early = await verify(id);
    expect([early.status, early.body.code]).toEqual([409, 'domains.proof_missing']);
    dns.txt.set('_frontdesk-challenge.xn--bcher-kva.example', ['something else']);
    expect((await verify(id)).body.code).toBe('domains.proof_missing');
    prove(claim.body);
    const verified = await verify(id);
    expect(verified.body).toMatchObject({
      ownership: 'proven',
      certificate: { state: 'verified' },
      claimExpiresAt: null,
    });
    expect(await read(id)).toEqual(verified.body);
    const listed = await salon.get<{ data: Domain[] }>('/api/v1/domains?limit=100');
    expect(listed.body.data).toContainEqual(verified.body);
    expect((await at('xn--bcher-kva.example', '/chat')).status).toBe(200);

    expect((await salon.call('DELETE', `/api/v1/domains/${id}`)).status).toBe(204);
    expect((await salon.get(`/api/v1/domains/${id}`)).status).toBe(404);
    expect((await at('xn--bcher-kva.example', '/chat')).status).toBe(421);
  });

  it('is not another business’s to see', async () => {
    const { id } = (await add('unseen.example')).body;
    for (const answer of [
      await clinic.get<Domain>(`/api/v1/domains/${id}`),
      await verify(id, clinic),
      await clinic.call<Domain>('DELETE', `/api/v1/domains/${id}`),
      await clinic.post<Domain>(`/api/v1/domains/${id}/certificate`, { state: 'issuing' }),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'domains.not_found']);
    expect((await clinic.get<{ data: Domain[] }>('/api/v1/domains')).body.data).toEqual([]);
  });

  it.each([
    ['domains.name_invalid', 'https://salon.example'],
    ['domains.name_invalid', '127.0.0.1'],
    ['domains.name_invalid', 'salon'],
    ['domains.name_reserved', 'co.uk'],
    ['domains.name_reserved', 'desk.frontdesk.test'],
    ['domains.name_reserved', 'x.api.frontdesk.test'],
    ['domains.name_reserved', 'frontdesk.test'],
    ['domains.name_reserved', 'edge.frontdesk.test'],
    ['http.validation_failed', ''],
  ])('is refused with %s: %s', async (code, name) => {
    const { status, body } = await add(name);
    expect([status, body.code]).toEqual([422, code]);
  });

  it('is added once, and does not keep its owner waiting for somebody else’s claim', async () => {
    const squat = (await add('contested.example', clinic)).body;
    const claim = await add('contested.example');
    expect(claim.status).toBe(201);
    expect((await add('CONTESTED.example')).body.code).toBe('domains.exists');
    prove(claim.body);
    expect((await verify(claim.body.id)).status).toBe(200);
    // The record of the one proves nothing for the other; and with a record of its own it comes too late.
    expect((await verify(squat.id, clinic)).body.code).toBe('domains.proof_missing');
    prove(squat);
    expect((await verify(squat.id, clinic)).body.code).toBe('domains.taken');
  });

  it('says when the DNS does not answer', async () => {
    const claim = (await add('mute.example')).body;
    dns.failing = true;
    const refused = await verify(claim.id);
    dns.failing = false;
    expect([refused.status, refused.body.code]).toEqual([503, 'http.provider_unavailable']);
    expect((await read(claim.id)).ownership).toBe('unproven');
  });
});

describe('a certificate', () => {
  it('is reported step by step', async () => {
    const { id } = await proved('cert.example');
    const report = (body: object, headers = {}) =>
      salon.post<Domain>(`/api/v1/domains/${id}/certificate`, body, headers);
    expect((await report({ state: 'issuing' })).body.certificate.state).toBe('issuing');
    const notAfter = new Date(clock.now().getTime() + 40 * 24 * HOUR).toISOString();
    const active = await report({ state: 'active', notAfter });
    expect(active.body.certificate).toEqual({ state: 'active', notAfter, error: null });
    expect((await report({ state: 'issuing' })).body.certificate.state).toBe('renewing');
    const failed = await report({ state: 'failed', error: 'rate limited' });
    expect(failed.body.certificate).toEqual({ state: 'active', notAfter, error: 'rate limited' });
    for (const [status, code, body] of [
      [422, 'domains.certificate_dates', { state: 'active', notAfter: '2020-01-01T00:00:00Z' }],
      [422, 'domains.certificate_dates', { state: 'active', notAfter: '2099-W01-1T00:00:00Z' }],
      [422, 'http.validation_failed', { state: 'active' }],
      [422, 'http.validation_failed', { state: 'active', notAfter: 'tomorrow' }],
      [422, 'http.validation_failed', { state: 'verified' }],
    ] as const) {
      const refused = await report(body);
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
    expect((await report({ state: 'issuing' }, { 'if-match': '"1"' })).body.code).toBe('domains.changed');
    const unproved = (await add('unproved.example')).body;
    const early = await salon.post<Domain>(`/api/v1/domains/${unproved.id}/certificate`, {
      state: 'issuing',
    });
    expect([early.status, early.body.code]).toEqual([409, 'domains.not_verified']);
  });

  it('may be asked for where a domain is proved, by the proxy alone', async () => {
    await proved('ask.example');
    await add('asked-in-vain.example');
    const basic = (password: string) => `Basic ${Buffer.from(`caddy:${password}`).toString('base64')}`;
    const ask = async (query: string, authorization = basic(SECRET), name = 'frontdesk') =>
      (await getAs(host.url, `/internal/tls/ask?${query}`, { host: name, authorization })).status;
    expect(await ask('domain=ask.example')).toBe(200);
    expect(await ask('domain=ASK.example.')).toBe(200);
    for (const authorization of [
      '',
      basic('wrong-secret-0123'),
      `Basic ${Buffer.from(SECRET).toString('base64')}`,
      `Bearer ${SECRET}`,
      'Basic %',
    ])
      expect([authorization, await ask('domain=ask.example', authorization)]).toEqual([authorization, 404]);
    for (const query of [
      'domain=asked-in-vain.example',
      'domain=desk.frontdesk.test',
      'domain=nobody.example',
      'domain=',
      'domain[x]=ask.example',
      '',
    ])
      expect([query, await ask(query)]).toEqual([query, 404]);
    // In a query it would be kept where addresses are.
    expect(await ask(`secret=${SECRET}&domain=ask.example`, '')).toBe(404);
    // Not from outside, by a domain that is served.
    expect(await ask('domain=ask.example', basic(SECRET), 'ask.example')).toBe(404);
  });
});

describe('hosts', () => {
  beforeAll(async () => {
    await proved('chat.salon.example');
    await proved('chat.clinic.example', clinic);
  });

  it('serve on a business’s domain its own page, and nothing of anybody else', async () => {
    const page = await at('chat.salon.example', '/chat');
    expect(page.status).toBe(200);
    expect(page.body).toContain('<meta name="frontdesk-channel" content="salon-chat" />');
    expect((await at('chat.salon.example', '/chat?channel=salon-chat')).status).toBe(200);
    const root = await at('chat.salon.example', '/');
    expect([root.status, root.headers.location]).toEqual([302, '/chat']);
    for (const path of [
      '/chat/chat.css',
      '/chat/chat.js',
      `/brand/${salon.id}/style.css`,
      '/api/v1/public/branding',
      '/api/v1/public/branding?channel=salon-chat',
    ])
      expect([path, (await at('chat.salon.example', path)).status]).toEqual([path, 200]);
    for (const path of [
      '/chat?channel=clinic-chat',
      '/chat?channel=nobody',
      `/brand/${clinic.id}/style.css`,
      '/api/v1/public/branding?channel=clinic-chat',
      '/api/v1/me',
      '/api/v1/branding',
      '/docs',
      '/openapi.json',
      '/health',
      '/metrics',
      '/live',
      '/r/ABCD2345',
      '/chat/../api/v1/me',
      '//chat',
      '/%63hat/%2e%2e/docs',
    ])
      expect([path, (await at('chat.salon.example', path)).status]).toEqual([path, 404]);
    expect((await at('chat.salon.example', '/chat', {}, 'POST')).status).toBe(404);
    const login = await at('chat.salon.example', '/api/v1/auth/login', {}, 'POST');
    expect(login.status).toBe(404);
  });

  it.each([
    ['chat.salon.example', 200],
    ['CHAT.Salon.Example', 200],
    ['chat.salon.example.', 200],
    ['chat.salon.example:8443', 200],
    ['chat.salon.example.evil.test', 421],
    ['evil.chat.salon.example', 421],
    ['chat.salon.example@evil.test', 421],
    ['evil.test', 421],
    ['desk.frontdesk.test', 200],
    ['api.frontdesk.test:3000', 200],
    ['frontdesk.test', 421],
    ['localhost', 200],
    ['127.0.0.1', 200],
    ['[::1]:3000', 200],
    ['other', 421],
  ])('are told apart: %s', async (name, status) => {
    const answer = await at(name, '/chat');
    expect(answer.status).toBe(status);
    if (status === 421) expect(codeOf(answer.body)).toBe('http.unknown_host');
  });

  it('do not believe a header that no trusted proxy has written', async () => {
    const answer = await at('localhost', '/chat', { 'x-forwarded-host': 'chat.salon.example' });
    expect(answer.body).not.toContain('frontdesk-channel');
    expect((await at('chat.salon.example', '/docs', { 'x-forwarded-host': 'localhost' })).status).toBe(404);
    expect((await at('evil.test', '/api/v1/me', { 'x-forwarded-host': 'localhost' })).status).toBe(421);
  });

  it('let probes through by any name', async () => {
    expect((await at('pod-17.cluster.example', '/live')).status).toBe(200);
    expect((await at('pod-17.cluster.example', '/health')).status).toBe(421);
  });

  const connect = async (name: string, channel: string, origin?: string): Promise<string> => {
    const socket: Socket = io(`${host.url}/chat`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { channel },
      extraHeaders: { host: name, ...(origin === undefined ? {} : { origin }) },
    });
    try {
      return await new Promise<string>((resolve) => {
        socket.on('session', () => resolve('session'));
        socket.on('refused', ({ code }: { code: string }) => resolve(code));
        socket.on('connect_error', (error) => resolve(error.message));
      });
    } finally {
      socket.disconnect();
    }
  };

  it('hold for sockets as well', async () => {
    expect(await connect('chat.salon.example', 'salon-chat')).toBe('session');
    expect(await connect('CHAT.salon.example.:443', 'salon-chat')).toBe('session');
    expect(await connect('localhost', 'clinic-chat')).toBe('session');
    expect(await connect('chat.salon.example', 'clinic-chat')).toBe('channels.webchat_unknown');
    expect(await connect('evil.test', 'salon-chat')).toBe('channels.webchat_unknown');
  });

  it('answer no socket of another page', async () => {
    const from = (origin: string) => connect('chat.salon.example', 'salon-chat', origin);
    expect(await from('https://chat.salon.example')).toBe('session');
    for (const origin of [
      'https://evil.test',
      'https://salon.example',
      'null',
      'https://chat.salon.example.evil.test',
    ])
      expect(await from(origin)).toBe('channels.webchat_unknown');
  });
});

describe('as time goes by', () => {
  it('a claim that is not proved goes', async () => {
    const claim = (await add('slow.example')).body;
    clock.pass(7 * 24 * HOUR + 1);
    await signInAgain();
    prove(claim);
    const late = await verify(claim.id);
    expect([late.status, late.body.code]).toEqual([409, 'domains.claim_expired']);
    const anew = await add('slow.example');
    expect(anew.status).toBe(201);
    expect(anew.body.records[0]?.value).not.toBe(claim.records[0]?.value);
    await pass(7 * 24 + 1);
    expect((await read(anew.body.id)).code).toBe('domains.not_found');
  });

  it('a proof that is gone gets time to come back; then the name is free', async () => {
    const domain = await proved('moving.example');
    const record = domain.records[0]!;
    dns.txt.delete(record.name);
    await pass(25);
    expect(await read(domain.id)).toMatchObject({ ownership: 'grace' });
    expect((await at('moving.example', '/chat')).status).toBe(200);
    dns.txt.set(record.name, [record.value]);
    await pass(4);
    expect(await read(domain.id)).toMatchObject({ ownership: 'proven', graceUntil: null });

    dns.txt.delete(record.name);
    await pass(25);
    // No answer is no proof of anything.
    dns.failing = true;
    await pass(80);
    dns.failing = false;
    expect(await read(domain.id)).toMatchObject({ ownership: 'grace' });
    await pass(1);
    expect(await read(domain.id)).toMatchObject({
      ownership: 'suspended',
      certificate: { state: 'revoked' },
    });
    expect((await at('moving.example', '/chat')).status).toBe(421);
    const refused = await salon.post<Domain>(`/api/v1/domains/${domain.id}/certificate`, {
      state: 'issuing',
    });
    expect(refused.body.code).toBe('domains.suspended');

    const next = await proved('moving.example', clinic);
    expect(next.ownership).toBe('proven');
    expect((await at('moving.example', '/chat')).body).toContain('clinic-chat');
    dns.txt.set(record.name, [record.value]);
    expect((await verify(domain.id)).body.code).toBe('domains.taken');
  });

  it('a certificate runs out', async () => {
    const { id } = await proved('old.example');
    const notAfter = new Date(clock.now().getTime() + 48 * HOUR).toISOString();
    await salon.post(`/api/v1/domains/${id}/certificate`, { state: 'active', notAfter });
    await pass(49);
    expect((await read(id)).certificate.state).toBe('expired');
    expect((await salon.get(`/api/v1/domains/${newId()}`)).status).toBe(404);
  });
});
