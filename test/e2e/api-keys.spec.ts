import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Key {
  allowedNetworks: string[];
  id: string;
  prefix: string;
  secret: string;
  rotatedTo: string | null;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
}

const MINUTE_MS = 60_000;

describe('API keys', () => {
  const clock = new TestClock();
  let host: TestApp;
  let salon: TestTenant;
  let clinic: TestTenant;

  beforeAll(async () => {
    host = await TestApp.start({ clock, env: { TRUST_PROXY: 'true' } });
    [salon, clinic] = [
      await host.createTenant({ calendar: false }),
      await host.createTenant({ calendar: false }),
    ];
  });
  afterAll(() => host.stop());

  const make = async (input: object = {}, tenant = salon): Promise<Key> => {
    const answer = await tenant.post<Key>('/api/v1/api-keys', {
      name: 'Website',
      scopes: ['services:read'],
      ...input,
    });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const use = async (secret: string, path = '/api/v1/services', headers: Record<string, string> = {}) => {
    const answer = await host.app.inject({
      url: path,
      headers: { authorization: `Bearer ${secret}`, ...headers },
    });
    return [answer.statusCode, answer.statusCode < 400 ? '' : answer.json<{ code: string }>().code] as const;
  };

  it('do what their scopes say, in their own business, and no more', async () => {
    const key = await make();
    await clinic.post('/api/v1/services', {
      name: 'Consultation',
      durationMinutes: 20,
      price: { amount: 1, currency: 'EUR' },
    });
    const list = await host.app.inject({
      url: '/api/v1/services',
      headers: { authorization: `Bearer ${key.secret}` },
    });
    expect([list.statusCode, list.body.includes('Consultation')]).toEqual([200, false]);
    expect(await use(key.secret, '/api/v1/threads')).toEqual([403, 'auth.key_scope_missing']);
    expect(await use(key.secret, '/api/v1/me')).toEqual([403, 'auth.person_required']);
  });

  it('show their secret once, and keep its hash', async () => {
    const key = await make();
    const { body } = await salon.get(`/api/v1/api-keys/${key.id}`);
    expect(JSON.stringify(body)).not.toContain(key.secret);
    // The random part has underscores of its own.
    const [, random] = /^fdk_[0-9a-f]{32}_(.{6})/.exec(key.secret) ?? [];
    expect(body).toMatchObject({ prefix: `fdk_…_${random}` });
    const stored = JSON.stringify(await host.query(salon.id, 'SELECT * FROM api_key'));
    expect(stored).not.toContain(key.secret);
    const trail = JSON.stringify(await host.query(salon.id, 'SELECT * FROM audit_entry'));
    expect(trail).toContain('createApiKey');
    expect(trail).not.toContain(key.secret);
  });

  it('that are made up, cut, revoked or expired are refused, each with its own code', async () => {
    const key = await make();
    const random = 'A'.repeat(43);
    const tenant = salon.id.replaceAll('-', '');
    for (const wrong of [
      `fdk_${tenant}_${random}`,
      `fdk_${newId().replaceAll('-', '')}_${random}`,
      key.secret.slice(0, -1),
      'fdk_',
    ])
      expect(await use(wrong)).toEqual([401, 'auth.key_invalid']);
    const brief = await make({ expiresAt: new Date(clock.now().getTime() + MINUTE_MS) });
    expect(await use(brief.secret)).toEqual([200, '']);
    clock.pass(MINUTE_MS);
    expect(await use(brief.secret)).toEqual([401, 'auth.key_expired']);
    // What would replace it would be as old.
    const replaced = await salon.post<{ code: string }>(`/api/v1/api-keys/${brief.id}/rotate`, {
      graceSeconds: 0,
    });
    expect([replaced.status, replaced.body.code]).toEqual([409, 'tenancy.key_over']);
  });

  it('are refused within a second after they were revoked, and revoking twice is no error', async () => {
    const key = await make();
    expect((await use(key.secret))[0]).toBe(200);
    for (let i = 0; i < 2; i += 1)
      expect((await salon.call('DELETE', `/api/v1/api-keys/${key.id}`)).status).toBe(204);
    await eventually(
      'the key is refused',
      async () => (await use(key.secret))[1] === 'auth.key_revoked',
      1_500,
    );
  });

  it('are replaced with a grace, or at once when they have leaked', async () => {
    const old = await make();
    const answer = await salon.post<Key>(`/api/v1/api-keys/${old.id}/rotate`, { graceSeconds: 60 });
    expect(answer.status).toBe(201);
    expect([(await use(old.secret))[0], (await use(answer.body.secret))[0]]).toEqual([200, 200]);
    clock.pass(MINUTE_MS);
    await eventually(
      'the grace is over',
      async () => (await use(old.secret))[1] === 'auth.key_rotated',
      1_500,
    );
    expect(await use(answer.body.secret)).toEqual([200, '']);
    const again = await salon.post<{ code: string }>(`/api/v1/api-keys/${old.id}/rotate`, {
      graceSeconds: 60,
    });
    expect([again.status, again.body.code]).toEqual([409, 'tenancy.key_over']);

    const leaked = await make();
    await salon.post(`/api/v1/api-keys/${leaked.id}/rotate`, { graceSeconds: 0 });
    expect(await use(leaked.secret)).toEqual([401, 'auth.key_rotated']);
  });

  it('work from the networks that were allowed', async () => {
    const key = await make({ allowedNetworks: ['198.51.100.0/24', '2001:db8:7::/48', '203.0.113.9'] });
    const from = (address: string) => use(key.secret, undefined, { 'x-forwarded-for': address });
    for (const inside of ['198.51.100.200', '2001:db8:7:1::5', '203.0.113.9', '::ffff:198.51.100.4'])
      expect(await from(inside)).toEqual([200, '']);
    for (const outside of ['198.51.101.1', '2001:db8:8::1', '203.0.113.10'])
      expect(await from(outside)).toEqual([403, 'auth.key_address_refused']);
    // The proxy adds whom it was asked by behind what the client has sent; and where it names nobody, nobody is let in.
    expect(await from('198.51.100.200, 192.0.2.1')).toEqual([403, 'auth.key_address_refused']);
    expect(await from('192.0.2.1, 198.51.100.200')).toEqual([200, '']);
    expect(await from('198.51.100.200:4711')).toEqual([200, '']);
    expect(await from('garbage')).toEqual([403, 'auth.key_address_refused']);
  });

  it('show the networks as they are compared, and refuse what can be read in two ways', async () => {
    const { allowedNetworks, secret } = await make({
      allowedNetworks: [
        '198.51.100.77/24',
        '::ffff:203.0.113.9',
        '2001:DB8:7:0::1/48',
        '::ffff:192.0.2.0/120',
      ],
    });
    expect(allowedNetworks).toEqual(['198.51.100.0/24', '203.0.113.9/32', '2001:db8:7::/48', '192.0.2.0/24']);
    expect(await use(secret, undefined, { 'x-forwarded-for': '203.0.113.9' })).toEqual([200, '']);
    for (const network of ['010.0.0.1', '10.1', '0x7f.0.0.1', 'fe80::1%eth0', '10.0.0.0/33', '10.0.0.0/'])
      expect(
        (
          await salon.post<{ code: string }>('/api/v1/api-keys', {
            name: 'Website',
            scopes: ['services:read'],
            allowedNetworks: [network],
          })
        ).body.code,
      ).toBe('tenancy.key_network_invalid');
  });

  it('tell when and from where they were last used', async () => {
    const key = await make();
    await use(key.secret, undefined, { 'x-forwarded-for': '203.0.113.77' });
    await eventually('the use is noted', async () => {
      const { body } = await salon.get<Key>(`/api/v1/api-keys/${key.id}`);
      return body.lastUsedAddress === '203.0.113.77' && body.lastUsedAt !== null;
    });
  });

  it('cannot be given what their maker may not do, nor what no key may do', async () => {
    const limited = await make({ scopes: ['services:read', 'api-keys:read'] });
    expect(await use(limited.secret, '/api/v1/api-keys')).toEqual([200, '']);
    const refusals = await Promise.all(
      [['members:write'], ['api-keys:write'], ['services:read', 'members:write']].map((scopes) =>
        salon.post<{ code: string }>('/api/v1/api-keys', { name: 'x', scopes }),
      ),
    );
    for (const { status, body } of refusals)
      expect([status, body.code]).toEqual([422, 'tenancy.key_scope_refused']);
    for (const [input, code] of [
      [{ allowedNetworks: ['salon.example'] }, 'tenancy.key_network_invalid'],
      [{ expiresAt: '2001-01-01T00:00:00Z' }, 'tenancy.key_expiry_past'],
      [{ scopes: ['everything'] }, 'http.validation_failed'],
      [{ scopes: [] }, 'http.validation_failed'],
    ] as const) {
      const { status, body } = await salon.post<{ code: string }>('/api/v1/api-keys', {
        name: 'x',
        scopes: ['services:read'],
        ...input,
      });
      expect([status, body.code]).toEqual([422, code]);
    }
  });

  it('of another business are not there', async () => {
    const key = await make({}, clinic);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/rotate', { graceSeconds: 0 }],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await salon.call<{ code: string }>(method, `/api/v1/api-keys/${key.id}${path}`, body);
      expect([answer.status, answer.body.code]).toEqual([404, 'api-key.not_found']);
    }
    expect(await use(key.secret)).toEqual([200, '']);
    const { body } = await salon.get<{ data: Key[] }>('/api/v1/api-keys?limit=100');
    expect(body.data.some(({ id }) => id === key.id)).toBe(false);
  });

  it('are one when a request to make one is repeated', async () => {
    const headers = { 'idempotency-key': 'one-key' };
    const body = { name: 'Once', scopes: ['services:read'] };
    const [first, second] = [
      await salon.post<Key>('/api/v1/api-keys', body, headers),
      await salon.post<Key>('/api/v1/api-keys', body, headers),
    ];
    expect(second.body.secret).toBe(first.body.secret);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });
});
