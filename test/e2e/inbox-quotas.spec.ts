import { TestApp } from '../support/app.js';
import { InboxClients } from '../support/inbox-client.js';

describe('handshakes of inbox sockets', () => {
  const clients = new InboxClients();
  let host: TestApp;
  beforeAll(async () => {
    const quotas = { THROTTLE_USER_BURST: '3', THROTTLE_USER_SECONDS: '86400', THROTTLE_ADDRESS_BURST: '10' };
    host = await TestApp.start({ env: { ...quotas, THROTTLE_ADDRESS_SECONDS: '86400' } });
  });
  afterAll(async () => {
    clients.closeAll();
    await host.stop();
  });

  it('count against the quotas of requests, those of an address before the token is looked at', async () => {
    const { token } = await host.createTenant({ calendar: false });
    const codeFor = async (given: string) => (await clients.connect(host.url, given)).refused;
    const codes: (string | null)[] = [];
    for (let i = 0; i < 4; i += 1) codes.push(await codeFor(token));
    expect(codes).toEqual([null, null, null, 'http.too_many_requests']);
    // The login took one of ten, these four took four.
    for (let i = 0; i < 5; i += 1) expect(await codeFor('nonsense')).toBe('auth.token_invalid');
    expect(await codeFor('nonsense')).toBe('http.too_many_requests');
  });
});
