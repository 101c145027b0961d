import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { GetSenderQuery } from '#contracts/branding';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeDns } from '../support/fake-dns.js';
import type { TestTenant } from '../support/tenant.js';

interface Answer {
  code: string;
  errors?: { pointer: string }[];
  version: number;
  sent: boolean;
  failure: string | null;
}

const PASSWORD = 'smtp-pass-1';
const mails: { from: string; to: string; text: string; user: unknown }[] = [];
let refuseMail = false;

let smtp: SMTPServer;
let dns: FakeDns;
let host: TestApp;
let strict: TestApp;
let salon: TestTenant;
let clinic: TestTenant;
let port: number;

beforeAll(async () => {
  smtp = new SMTPServer({
    cert: readFileSync('test/fixtures/tls/receiver.cert.pem'),
    key: readFileSync('test/fixtures/tls/receiver.key.pem'),
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, _session, done) =>
      auth.username === 'salon' && auth.password === PASSWORD
        ? done(null, { user: auth.username })
        : done(new Error('no such user')),
    onMailFrom: (_address, _session, done) =>
      refuseMail ? done(Object.assign(new Error('not here'), { responseCode: 550 })) : done(),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo[0]?.address ?? '',
          text: Buffer.concat(parts).toString(),
          user: session.user,
        });
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  port = (smtp.server.address() as AddressInfo).port;
  dns = await FakeDns.start();
  host = await TestApp.start({
    env: {
      DNS_RESOLVERS: dns.address,
      SENDER_ALLOW_PRIVATE_HOSTS: 'true',
      SENDER_TESTS_PER_HOUR: '4',
    },
  });
  salon = await host.createTenant({ calendar: false });
  clinic = await host.createTenant({ calendar: false });
  const claim = await salon.post<{ id: string; records: { name: string; value: string }[] }>(
    '/api/v1/domains',
    {
      name: 'salon.example',
    },
  );
  const [record] = claim.body.records;
  dns.txt.set(record!.name, [record!.value]);
  await salon.post(`/api/v1/domains/${claim.body.id}/verify`);
});
afterAll(async () => {
  await host.stop();
  await strict?.stop();
  await dns.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

const server = (rest: object = {}) => ({
  host: '127.0.0.1',
  port,
  security: 'starttls',
  username: 'salon',
  password: PASSWORD,
  ...rest,
});
const put = (body: object, tenant = salon, headers: Record<string, string> = {}) =>
  tenant.call<Answer>('PUT', '/api/v1/branding/sender', body, headers);
const effective = (tenant = salon) => host.as(tenant.id, () => host.dispatcher.ask(new GetSenderQuery()));
const test = (tenant = salon) =>
  tenant.post<Answer>('/api/v1/branding/sender/test', { to: 'olena@salon.example' });

describe('the sender', () => {
  it('is the installation’s until it is set', async () => {
    expect((await clinic.get<Answer>('/api/v1/branding/sender')).body).toMatchObject({
      fromName: null,
      fromAddress: null,
      fromAddressInUse: false,
      smtp: null,
      hasPassword: false,
      version: 0,
    });
    expect(await effective(clinic)).toEqual({
      from: { name: 'Salon Test', address: null },
      replyTo: null,
      smtp: null,
    });
    const refused = await test(clinic);
    expect([refused.status, refused.body.code]).toEqual([409, 'branding.sender_no_smtp']);
  });

  it('is an address at a domain of one’s own, or below it', async () => {
    for (const fromAddress of ['a@salon.example', 'a@mail.salon.example'])
      expect((await put({ fromAddress })).status).toBe(200);
    for (const [fromAddress, tenant] of [
      ['a@notsalon.example', salon],
      ['a@example', salon],
      ['a@salon.example', clinic],
    ] as const) {
      const refused = await put({ fromAddress }, tenant);
      expect([fromAddress, refused.status]).toEqual([fromAddress, 422]);
      expect(refused.body.errors?.[0]?.pointer).toBe('/fromAddress');
    }
  });

  it('keeps its password to itself, and sends through its own server', async () => {
    const set = await put({
      fromName: 'Salon Olena',
      fromAddress: 'Hello@Salon.example',
      replyTo: 'olena@salon.example',
      smtp: server(),
    });
    expect(set.status).toBe(200);
    expect(set.body).toMatchObject({
      fromAddress: 'hello@salon.example',
      fromAddressInUse: true,
      hasPassword: true,
    });
    expect(JSON.stringify([set.body, (await salon.get('/api/v1/branding/sender')).body])).not.toContain(
      PASSWORD,
    );
    const [row] = await host.query<{ sealed: string }>(
      salon.id,
      'SELECT smtp_password AS sealed FROM brand_sender',
    );
    expect(row?.sealed).toMatch(/^fd1\./);
    expect(await effective()).toMatchObject({
      from: { name: 'Salon Olena', address: 'hello@salon.example' },
      replyTo: 'olena@salon.example',
      smtp: { host: '127.0.0.1', password: PASSWORD },
    });
    const tried = await test();
    expect(tried.body).toMatchObject({ sent: true, failure: null });
    expect(mails).toEqual([
      expect.objectContaining({ from: 'hello@salon.example', to: 'olena@salon.example', user: 'salon' }),
    ]);
    expect(mails[0]?.text).toContain('From: Salon Olena <hello@salon.example>');
    expect(mails[0]?.text).toContain('Reply-To: olena@salon.example');
  });

  it('writes the business’s invitations, through its server and by its address', async () => {
    const saved = await put({ fromName: 'Salon', fromAddress: 'hello@salon.example', smtp: server() });
    expect(saved.status).toBe(200);
    mails.length = 0;
    const invited = await salon.post('/api/v1/invitations', { email: 'ivan@example.test', role: 'agent' });
    expect(invited.status).toBe(201);
    const mail = await eventually('the invitation is sent', () =>
      mails.find(({ to }) => to === 'ivan@example.test'),
    );
    expect(mail).toMatchObject({ from: 'hello@salon.example', user: 'salon' });
    expect(mail.text).toContain('accept-invitation');
  });

  it('answers how a server refused', async () => {
    refuseMail = true;
    expect((await test()).body).toMatchObject({ sent: false, failure: 'rejected' });
    refuseMail = false;
    await put({ fromAddress: 'hello@salon.example', smtp: server({ password: 'wrong' }) });
    const wrong = await test();
    expect(wrong.body).toMatchObject({ sent: false, failure: 'auth-revoked' });
    await put({ fromAddress: 'hello@salon.example', smtp: server({ port: 1 }) });
    expect((await test()).body).toMatchObject({ sent: false, failure: 'transient' });
    const many = await test();
    expect([many.status, many.body.code]).toEqual([429, 'branding.sender_too_many_tests']);
    expect(Number(many.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('keeps a password for the same server and user alone', async () => {
    await put({ fromAddress: 'hello@salon.example', smtp: server() });
    const kept = await put({ fromAddress: 'hello@salon.example', smtp: server({ password: undefined }) });
    expect(kept.body).toMatchObject({ hasPassword: true });
    expect((await effective()).smtp?.password).toBe(PASSWORD);
    for (const change of [{ host: 'evil.example' }, { username: 'other' }]) {
      const moved = await put({ smtp: server({ password: undefined, ...change }) });
      expect([moved.status, moved.body.code]).toEqual([422, 'branding.smtp_password_missing']);
    }
    expect((await put({})).body).toMatchObject({ smtp: null, hasPassword: false });
    expect((await effective()).smtp).toBeNull();
  });

  it('falls back when the domain is lost, and answers still arrive', async () => {
    await put({ fromAddress: 'hello@salon.example', smtp: server() });
    const domains = await salon.get<{ data: { id: string }[] }>('/api/v1/domains');
    await salon.call('DELETE', `/api/v1/domains/${domains.body.data[0]!.id}`);
    expect(await effective()).toEqual({
      from: { name: 'Salon Test', address: null },
      replyTo: 'hello@salon.example',
      smtp: null,
    });
  });

  it('is not overwritten by who has not read it', async () => {
    const { version } = (await put({ fromName: 'A' })).body;
    const stale = await put({ fromName: 'B' }, salon, { 'if-match': `"${version - 1}"` });
    expect([stale.status, stale.body.code]).toEqual([412, 'branding.sender_changed']);
  });

  it.each([
    ['/fromName', { fromName: 'a\nBcc: x@evil.test' }],
    ['/replyTo', { replyTo: 'a@b.example\r\nBcc: x@evil.test' }],
    ['/smtp/port', { smtp: { host: 'smtp.example.com', port: 70_000, security: 'tls' } }],
    ['/smtp/security', { smtp: { host: 'smtp.example.com', port: 25, security: 'none' } }],
    ['/smtp/host', { smtp: { host: 'a b', port: 25, security: 'tls' } }],
    ['/smtp', { smtp: 'smtp.example.com' }],
  ])('refuses what %s may not be', async (pointer, body) => {
    const refused = await put(body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });
});

describe('SMTP servers of private networks', () => {
  it('are not reached unless the operator lets them', async () => {
    strict = await TestApp.start({ env: { DNS_RESOLVERS: dns.address } });
    const tenant = await strict.createTenant({ calendar: false });
    for (const [where, portNumber] of [
      ['127.0.0.1', 587],
      ['10.0.0.5', 587],
      ['169.254.169.254', 25],
      ['localhost', 25],
      ['mail.internal', 25],
      ['db', 25],
      ['smtp.example.com', 6379],
    ] as const) {
      const refused = await put({ smtp: { host: where, port: portNumber, security: 'starttls' } }, tenant);
      expect([where, refused.status, refused.body.code]).toEqual([where, 422, 'branding.smtp_host_refused']);
    }
  });
});
