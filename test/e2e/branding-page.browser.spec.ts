import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { FakeDns } from '../support/fake-dns.js';

const CHROMIUM = '/usr/bin/chromium';
const inBrowser = existsSync(CHROMIUM) || process.env.CI ? describe : describe.skip;
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAFklEQVR42mNgGAWjYBSMglEwCkYBCAAEEAABhT6v8gAAAABJRU5ErkJggg==';

inBrowser('the page of a business, on its own domain', () => {
  let dns: FakeDns;
  let host: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    dns = await FakeDns.start();
    host = await TestApp.start({ env: { DNS_RESOLVERS: dns.address } });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      timeout: 100_000,
      // The browser itself believes that the domain is here.
      args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP chat.salon.example 127.0.0.1'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    await dns?.stop();
  });

  it('looks as it was set, chats, and keeps what it must tell', async () => {
    const tenant = await host.createTenant();
    await tenant.post('/api/v1/channels', { provider: 'webchat', name: 'Page', account: 'salon-page' });
    const claim = await tenant.post<{ id: string; records: { name: string; value: string }[] }>(
      '/api/v1/domains',
      {
        name: 'chat.salon.example',
      },
    );
    const [record] = claim.body.records;
    dns.txt.set(record!.name, [record!.value]);
    expect((await tenant.post(`/api/v1/domains/${claim.body.id}/verify`)).status).toBe(200);
    await tenant.call('PUT', '/api/v1/branding', {
      displayName: 'Salon Olena',
      colors: { primary: '#7a1f5c', background: '#fffdf5' },
      customCss:
        '.chip{color:rgb(1,2,3)} .powered,.welcome p{color:#fff;font-size:0;height:0;max-height:0;overflow:hidden}',
    });
    await tenant.call('PUT', '/api/v1/branding/logo', { data: PNG });
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => (line.type() === 'error' ? faults.push(line.text()) : undefined));

    await page.goto(`http://chat.salon.example:${new URL(host.url).port}/`);
    await page.locator('#chat[data-state=online]').waitFor();
    expect(await page.title()).toBe('Salon Olena');
    expect(await page.locator('h1').textContent()).toBe('Salon Olena');
    // As text: the project's types know no DOM.
    const styleOf = (selector: string, property: string) =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue('${property}')`,
      );
    expect(await styleOf('.chip', 'color')).toBe('rgb(1, 2, 3)');
    expect(await styleOf('.avatar', 'background-color')).toBe('rgb(122, 31, 92)');
    expect(await page.evaluate("document.querySelector('img.logo').naturalWidth")).toBe(16);
    for (const notice of ['.powered', '.welcome p[data-protected]']) {
      expect([await styleOf(notice, 'color'), await styleOf(notice, 'font-size')]).toEqual([
        'rgb(59, 70, 68)',
        '13px',
      ]);
      expect((await page.locator(notice).boundingBox())?.height).toBeGreaterThan(12);
    }

    await page.getByLabel('Your message').fill('When are you open?');
    await page.keyboard.press('Enter');
    await page.locator('.message:not(.own) .bubble').first().waitFor();
    // Of plain HTTP, which there is none of outside of a test.
    expect(faults.filter((fault) => !fault.includes('Cross-Origin-Opener-Policy'))).toEqual([]);
  });
});
