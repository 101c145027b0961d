import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';

const METRICS_TOKEN = 'metrics-token-0123456789';

describe('hardening', () => {
  let folder: string;
  let logFile: string;
  let app: TestApp;
  let salon: TestTenant;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-log-'));
    logFile = join(folder, 'log.jsonl');
    app = await TestApp.start({ env: { METRICS_TOKEN, LOG_LEVEL: 'info', LOG_DESTINATION: logFile } });
    salon = await app.createTenant({ calendar: false });
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });

  const securityLines = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(logFile, 'utf8'))
      .split('\n')
      .filter((line) => line.includes('"Security"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('lets no cache keep what a business reads', async () => {
    for (const path of ['/api/v1/me', '/api/v1/threads', `/api/v1/threads/${newId()}`])
      expect((await salon.get(path)).headers.get('cache-control')).toBe('no-store');
  });

  it('tells browsers to stay on TLS, to guess no types, to send no referrer and to frame nothing', async () => {
    const { headers } = await salon.get('/api/v1/me');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['a route', '/api/v1/me'],
    ['a page', '/docs'],
    ['a path that is none', '/nothing/here'],
    ['a path that cannot be read', '/%zz'],
    ['a parameter that is too long', `/api/v1/threads/${'x'.repeat(300)}`],
    ['the socket before it is one', '/socket.io/?EIO=4&transport=polling'],
    ['what the socket server refuses', '/socket.io/?EIO=4&transport=polling&sid=nobody'],
    ["the socket's script", '/socket.io/socket.io.min.js'],
  ])('says so on every answer: %s', async (_, path) => {
    const { headers } = await fetch(`${app.url}${path}`, { redirect: 'manual' });
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    // JSON is UTF-8 by itself (RFC 8259).
    expect(headers.get('content-type')).toMatch(/^application\/json|; ?charset=utf-8$/i);
  });

  it('shows the metrics to whoever has the token, and to nobody else', async () => {
    const scrape = (authorization?: string) =>
      fetch(`${app.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
    expect((await scrape(`Bearer ${METRICS_TOKEN}`)).status).toBe(200);
    for (const wrong of [undefined, 'Bearer ', `Bearer ${METRICS_TOKEN}x`, METRICS_TOKEN]) {
      const refused = await scrape(wrong);
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
        401,
        'observability.metrics_token_wrong',
      ]);
    }
  });

  it('answers no TRACE', async () => {
    expect((await app.app.inject({ method: 'TRACE' as 'GET', url: '/api/v1/me' })).statusCode).toBe(404);
  });

  it('logs who was turned away and why, never what was sent', async () => {
    const password = `wrong-${newId()}`;
    await salon.call('POST', '/api/v1/auth/login', { email: salon.email, password });
    await salon.get('/api/v1/me', { authorization: 'Bearer forged.token.here' });
    await eventually('both refusals are logged', async () => {
      const codes = (await securityLines()).map(({ code }) => code);
      return codes.includes('auth.wrong_credentials') && codes.includes('auth.token_invalid');
    });
    const line = (await securityLines()).find(({ code }) => code === 'auth.wrong_credentials');
    expect(line).toMatchObject({ status: 401, method: 'POST', route: '/api/v1/auth/login' });
    // Addresses of networks are in the audit trail, not in logs.
    expect(line?.['address']).toBe('[redacted]');
    const everything = await readFile(logFile, 'utf8');
    for (const secret of [password, salon.email, 'forged.token.here', METRICS_TOKEN])
      expect(everything).not.toContain(secret);
  });
});
