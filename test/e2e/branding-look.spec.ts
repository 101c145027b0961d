import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

interface Image {
  url: string;
  contentType: string;
  width: number;
}
interface Branding {
  displayName: string | null;
  colors: Record<string, string | null>;
  customCss: string;
  cssRemoved: { what: string }[];
  warnings: { code: string }[];
  logo: Image | null;
  favicon: Image | null;
  version: number;
  code?: string;
  errors?: { pointer: string }[];
}

/** 16 x 16 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAFklEQVR42mNgGAWjYBSMglEwCkYBCAAEEAABhT6v8gAAAABJRU5ErkJggg==',
  'base64',
);
const sized = (width: number, height: number): string => {
  const bytes = Buffer.from(PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
};

let host: TestApp;
let salon: TestTenant;
let clinic: TestTenant;

beforeAll(async () => {
  host = await TestApp.start();
  salon = await host.createTenant({ calendar: false });
  clinic = await host.createTenant({ calendar: false });
  await salon.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'salon-page' });
  await clinic.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'clinic-page' });
});
afterAll(() => host.stop());

const put = (body: object, headers: Record<string, string> = {}, path = '', tenant = salon) =>
  tenant.call<Branding>('PUT', `/api/v1/branding${path}`, body, headers);
const read = async (tenant = salon): Promise<Branding> =>
  (await tenant.get<Branding>('/api/v1/branding')).body;

describe('branding', () => {
  it('comes plain, and is set as a whole', async () => {
    const plain = await clinic.get<Branding>('/api/v1/branding');
    expect(plain.status).toBe(200);
    expect(plain.headers.get('etag')).toBe('"0"');
    expect(plain.body).toMatchObject({
      displayName: null,
      customCss: '',
      logo: null,
      warnings: [],
      version: 0,
    });

    const set = await put({
      displayName: '  Salon <Olena> ',
      colors: { primary: '#FFE600', onPrimary: '#ffffff' },
      support: { email: 'hello@salon.example', phone: '+380 50 123 45 67', url: 'https://salon.example' },
      hidePoweredBy: true,
      customCss: '.header h1{letter-spacing:.02em;position:fixed}@import url(https://evil.test);',
    });
    expect(set.status).toBe(200);
    expect(set.body).toMatchObject({
      displayName: 'Salon <Olena>',
      colors: { primary: '#ffe600', onPrimary: '#ffffff', background: null, text: null },
      support: { phone: '+380501234567' },
      customCss: '.header h1{letter-spacing:.02em}',
      warnings: [{ code: 'low_contrast', pointer: '/colors/onPrimary' }],
      version: 1,
    });
    expect(set.body.cssRemoved.map(({ what }) => what)).toEqual(['position:fixed', '@import']);
    const { cssRemoved: _said, ...kept } = set.body;
    expect(await read()).toEqual(kept);
    expect((await read(clinic)).displayName).toBeNull();
    const reset = await put({}, {}, '', clinic);
    expect(reset.body).toMatchObject({ displayName: null, hidePoweredBy: false, version: 1 });
  });

  it('is not overwritten by who has not read it', async () => {
    const { version } = await read();
    const stale = await put({ displayName: 'Late' }, { 'if-match': `"${version - 1}"` });
    expect([stale.status, stale.body.code]).toEqual([412, 'branding.changed']);
    const racing = await Promise.all(
      ['A', 'B', 'C', 'D'].map((displayName) => put({ displayName }, { 'if-match': `"${version}"` })),
    );
    expect(racing.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it.each([
    ['/colors/primary', { colors: { primary: 'red' } }],
    ['/colors/primary', { colors: { primary: '#fff' } }],
    ['/colors/text', { colors: { text: 3 } }],
    ['/colors', { colors: [] }],
    ['/displayName', { displayName: 'a\u202eb' }],
    ['/displayName', { displayName: ' ' }],
    ['/displayName', { displayName: 'x'.repeat(81) }],
    ['/support/url', { support: { url: 'javascript:alert(1)' } }],
    ['/support/url', { support: { url: 'http://salon.example' } }],
    ['/support/phone', { support: { phone: '123' } }],
    ['/support/email', { support: { email: 'nobody' } }],
    ['/customCss', { customCss: 'x'.repeat(20_001) }],
    ['/customCss', { customCss: '('.repeat(10_000) }],
    ['/customCss', { customCss: 'a\u0000b' }],
    ['/hidePoweredBy', { hidePoweredBy: 'yes' }],
    ['/other', { other: 1 }],
  ])('refuses what %s may not be', async (pointer, body) => {
    const { status, body: problem } = await put(body);
    expect(status).toBe(422);
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('is for those who may', async () => {
    const email = `agent-${newId()}@example.test`;
    const password = 'correct-horse-battery';
    await host.as(salon.id, () =>
      host.dispatcher.request(new AddMemberCommand({ email, name: 'Agent', password, role: 'agent' })),
    );
    const login = await salon.post<{ accessToken: string }>('/api/v1/auth/login', { email, password });
    const headers = { authorization: `Bearer ${login.body.accessToken}` };
    for (const [method, path] of [
      ['GET', '/api/v1/branding'],
      ['PUT', '/api/v1/branding'],
      ['PUT', '/api/v1/branding/logo'],
      ['DELETE', '/api/v1/branding/favicon'],
      ['PUT', '/api/v1/branding/sender'],
      ['POST', '/api/v1/branding/sender/test'],
      ['POST', '/api/v1/domains'],
      ['GET', '/api/v1/referrals'],
      ['POST', '/api/v1/referrals/code'],
    ] as const) {
      const refused = await salon.call(method, path, method === 'GET' ? undefined : {}, headers);
      expect([path, refused.status]).toEqual([path, 403]);
    }
    expect((await fetch(`${host.url}/api/v1/branding`)).status).toBe(401);
  });
});

describe('pictures', () => {
  it('are stored, and served so that they are nothing but pictures', async () => {
    const set = await put({ data: PNG.toString('base64') }, {}, '/logo');
    expect(set.status).toBe(200);
    expect(set.body.logo).toMatchObject({
      contentType: 'image/png',
      width: 16,
      height: 16,
      bytes: PNG.length,
    });
    const served = await fetch(host.url + set.body.logo!.url);
    expect(Buffer.from(await served.arrayBuffer()).equals(PNG)).toBe(true);
    expect(Object.fromEntries(served.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
    // The clinic has no such picture, whoever's it is.
    const elsewhere = await fetch(host.url + set.body.logo!.url.replace(salon.id, clinic.id));
    expect(elsewhere.status).toBe(404);

    const icon = await put({ data: sized(32, 32) }, {}, '/favicon');
    expect(icon.body.favicon?.width).toBe(32);
    const removed = await salon.call<Branding>('DELETE', '/api/v1/branding/logo');
    expect([removed.status, removed.body.logo, removed.body.favicon?.width]).toEqual([200, null, 32]);
    expect((await fetch(host.url + set.body.logo!.url)).status).toBe(404);
    const again = await salon.call<Branding>('DELETE', '/api/v1/branding/logo');
    expect([again.status, again.body.code]).toEqual([404, 'branding.image_not_found']);
  });

  it.each([
    [
      'branding.image_invalid',
      '/logo',
      Buffer.from('<svg onload="alert(1)"/>'.padEnd(64)).toString('base64'),
    ],
    ['branding.image_invalid', '/logo', Buffer.from('GIF89a'.padEnd(64)).toString('base64')],
    ['branding.image_dimensions', '/logo', sized(2049, 20)],
    ['branding.image_dimensions', '/logo', sized(15, 20)],
    ['branding.image_dimensions', '/favicon', sized(513, 513)],
    ['branding.image_too_large', '/favicon', Buffer.concat([PNG, Buffer.alloc(65_536)]).toString('base64')],
    ['http.validation_failed', '/logo', 'not base64!'],
    ['http.validation_failed', '/logo', ''],
  ])('refuses with %s', async (code, path, data) => {
    const refused = await put({ data }, {}, path);
    expect([refused.status, refused.body.code]).toEqual([422, code]);
    expect(refused.body.errors?.[0]?.pointer).toBe('/data');
  });

  it('are not looked for at odd places', async () => {
    for (const path of [
      `/brand/${salon.id}/x.png`,
      `/brand/nobody/style.css`,
      `/brand/${newId()}/${'0'.repeat(64)}.png`,
      `/brand/${salon.id}/..%2f..%2fetc%2fpasswd`,
    ])
      expect([path, [404, 422].includes((await fetch(host.url + path)).status)]).toEqual([path, true]);
  });
});

describe('the chat page', () => {
  it('shows the business, under a policy that lets nothing else in', async () => {
    await put({
      displayName: 'Olena & "Co" <script>',
      colors: { primary: '#0b6a5b', background: '#ffffff' },
      customCss: '.chip{color:red}',
    });
    await put({ data: PNG.toString('base64') }, {}, '/logo');
    const page = await fetch(`${host.url}/chat?channel=salon-page`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("style-src 'self';");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(html).toContain('<h1>Olena &#38; &#34;Co&#34; &#60;script&#62;</h1>');
    expect(html).toContain('<title>Olena &#38;');
    expect(html).toContain('Powered by Frontdesk');
    expect(html).toMatch(/<img class="logo" src="\/brand\/[\w-]+\/[0-9a-f]{64}\.png"/);
    expect(html).not.toMatch(/<style|style=|<script>/);

    const sheet = /href="(\/brand\/[\w-]+\/style\.css\?v=\d+)"/.exec(html)?.[1] ?? '';
    const css = await fetch(host.url + sheet);
    expect(css.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(css.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await css.text();
    expect(text).toContain('--own:#0b6a5b');
    expect(text).toContain('--on-own:#ffffff');
    expect(text).toContain('.chip{color:red}');
    // What must stay to be read comes last, and is the only thing that is important.
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^\[data-protected\]\{.*visibility:visible!important/);
    const etag = css.headers.get('etag') ?? '';
    expect((await fetch(host.url + sheet, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('leaves out who runs it only where that was asked for', async () => {
    await put({ hidePoweredBy: true });
    const html = await (await fetch(`${host.url}/chat?channel=salon-page`)).text();
    expect(html).not.toContain('Powered by Frontdesk');
    expect(html).toContain('<h1>Salon Test</h1>');
    const unknown = await (await fetch(`${host.url}/chat?channel=nobody-here`)).text();
    expect(unknown).toContain('<h1>Chat with us</h1>');
  });

  it('tells anybody how the business looks, and nothing else', async () => {
    const seen = await fetch(`${host.url}/api/v1/public/branding?channel=salon-page`);
    expect(seen.status).toBe(200);
    expect(Object.keys((await seen.json()) as object).sort()).toEqual(
      [
        ...['colors', 'displayName', 'faviconUrl', 'logoUrl', 'poweredBy', 'stylesheetUrl', 'support'],
        'tenantId',
      ].sort(),
    );
    for (const query of ['', '?channel=nobody-here', '?channel=%00'])
      expect([404, 422]).toContain((await fetch(`${host.url}/api/v1/public/branding${query}`)).status);
  });
});
