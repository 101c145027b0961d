import { TestApp } from '../support/app.js';
import { FakeDns } from '../support/fake-dns.js';
import { getAs } from '../support/raw-http.js';

describe('behind a proxy that is trusted', () => {
  let dns: FakeDns;
  let host: TestApp;

  beforeAll(async () => {
    dns = await FakeDns.start();
    host = await TestApp.start({
      env: { DNS_RESOLVERS: dns.address, TRUST_PROXY: 'true', DOMAINS_CACHE_MS: '60000' },
    });
  });
  afterAll(async () => {
    await host.stop();
    await dns.stop();
  });
  const at = async (forwarded: string, path: string, headers: Record<string, string> = {}) =>
    (await getAs(host.url, path, { host: 'api:3000', 'x-forwarded-host': forwarded, ...headers })).status;

  it('the host is the one that the proxy was asked for', async () => {
    const tenant = await host.createTenant({ calendar: false });
    await tenant.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'proxied' });
    // Remembered as nobody's, until it is somebody's.
    expect(await at('salon.example', '/chat')).toBe(421);
    const claim = await tenant.post<{ id: string; records: { name: string; value: string }[] }>(
      '/api/v1/domains',
      {
        name: 'salon.example',
      },
    );
    const [record] = claim.body.records;
    dns.txt.set(record!.name, [record!.value]);
    await tenant.post(`/api/v1/domains/${claim.body.id}/verify`);
    expect(await at('salon.example', '/chat')).toBe(200);
    expect(await at('SALON.example.:443', '/chat')).toBe(200);
    expect(await at('localhost, salon.example', '/api/v1/me')).toBe(404);
    expect(await at('salon.example, evil.test', '/chat')).toBe(421);
    expect(await at('', '/chat')).toBe(421);
    expect(await at('localhost', '/chat')).toBe(200);

    // Without a secret the question must come from nearby, and not through the proxy.
    const ask = (headers: Record<string, string> = {}) =>
      getAs(host.url, '/internal/tls/ask?domain=salon.example', { host: 'api:3000', ...headers });
    expect((await ask()).status).toBe(200);
    expect((await ask({ 'x-forwarded-for': '127.0.0.1' })).status).toBe(404);
    expect((await ask({ forwarded: 'for=127.0.0.1' })).status).toBe(404);

    await tenant.call('DELETE', `/api/v1/domains/${claim.body.id}`);
    expect(await at('salon.example', '/chat')).toBe(421);
  });
});
