import { newId } from '#libs/kernel';
import { REDIS } from '#libs/redis';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

/** Of a day: nothing flows back while a test runs, however slow the machine is. */
const QUOTAS = {
  THROTTLE_USER_BURST: '20',
  THROTTLE_USER_SECONDS: '86400',
  THROTTLE_TENANT_BURST: '1000',
  THROTTLE_TENANT_SECONDS: '86400',
  THROTTLE_ADDRESS_BURST: '60',
  THROTTLE_ADDRESS_SECONDS: '86400',
};

describe('throttling', () => {
  let host: TestApp;
  let salon: TestTenant;
  let clinic: TestTenant;

  beforeAll(async () => {
    host = await TestApp.start({ env: { ...QUOTAS, TRUST_PROXY: 'true' } });
    [salon, clinic] = [
      await host.createTenant({ calendar: false }),
      await host.createTenant({ calendar: false }),
    ];
  });
  afterAll(() => host.stop());

  let addresses = 0;
  const newAddress = (): string => `198.51.100.${(addresses += 1)}`;
  const from = (address: string, headers: Record<string, string> = {}, url = '/api/v1/me') =>
    host.app.inject({ url, headers: { 'x-forwarded-for': address, ...headers } });
  const as = (tenant: TestTenant) => ({ authorization: `Bearer ${tenant.token}` });

  it('tells every caller the policy and what is left', async () => {
    const { headers } = await from(newAddress(), as(clinic));
    expect(headers['ratelimit-policy']).toBe('"user";q=20;w=86400, "tenant";q=1000;w=86400');
    expect(headers['ratelimit']).toMatch(/^"user";r=1\d;t=\d+$/);
  });

  it('refuses a person who asks too much, from wherever, and nobody else', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => from(newAddress(), as(salon))));
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(20);
    expect(refused).toHaveLength(20);
    expect(refused[0]!.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused[0]!.json()).toMatchObject({ code: 'http.too_many_requests', status: 429 });
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await from(newAddress(), as(clinic))).statusCode).toBe(200);
  });

  it('refuses an address before it looks at the token, and an IPv6 address with its /64', async () => {
    const address = newAddress();
    const guesses = await Promise.all(
      Array.from({ length: 70 }, () => from(address, { authorization: `Bearer ${newId()}` })),
    );
    expect(guesses.filter(({ statusCode }) => statusCode === 401)).toHaveLength(60);
    expect(guesses.filter(({ statusCode }) => statusCode === 429)).toHaveLength(10);
    expect((await from(address, as(clinic))).statusCode).toBe(429);
    const neighbours = await Promise.all(
      Array.from({ length: 61 }, (_, i) => from(`2001:db8:1:2::${i.toString(16)}`)),
    );
    expect(neighbours.filter(({ statusCode }) => statusCode === 429)).toHaveLength(1);
    expect((await from('2001:db8:1:3::1')).statusCode).toBe(401);
  });

  it('turns no delivery of a provider away, nor a look at our health', async () => {
    const address = newAddress();
    const statuses = new Set<number>();
    for (const url of ['/live', '/webhooks/meta/whatsapp'])
      for (let i = 0; i < 70; i += 1) statuses.add((await from(address, {}, url)).statusCode);
    expect(statuses.has(429)).toBe(false);
  });

  it('lets requests pass when Redis cannot be asked, and counts them', async () => {
    const down = await TestApp.start({ env: { ...QUOTAS, THROTTLE_USER_BURST: '1' } });
    try {
      const tenant = await down.createTenant({ calendar: false });
      jest
        .spyOn(down.app.get<{ eval: () => Promise<unknown> }>(REDIS), 'eval')
        .mockRejectedValue(new Error('Connection is closed.'));
      for (let i = 0; i < 3; i += 1) expect((await tenant.get('/api/v1/me')).status).toBe(200);
      const metrics = (await down.app.inject({ url: '/metrics' })).body;
      expect(Number(/frontdesk_throttle_unavailable_total (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(
        3,
      );
    } finally {
      await down.stop();
    }
  });
});
