import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeBreachedPasswords } from '../support/fake-breached-passwords.js';
import { GOOD_PASSWORD, IdentityApp } from '../support/identity.js';

const BREACHED = 'marble lantern ferry';
const UNKNOWN = 'walnut ferry lantern';
const WARNING = 'a password was taken without a look among breached ones';

describe('breached passwords', () => {
  const folder = mkdtempSync(join(tmpdir(), 'breached-'));
  const log = join(folder, 'frontdesk.log');
  let service: FakeBreachedPasswords;
  let desk: IdentityApp;

  beforeAll(async () => {
    service = await FakeBreachedPasswords.start();
    service.put(BREACHED, 3);
    desk = await IdentityApp.start({
      env: {
        // As a person writes it.
        BREACHED_PASSWORDS_URL: `${service.url}/`,
        BREACHED_PASSWORDS_TIMEOUT_MS: '3000',
        LOG_LEVEL: 'warn',
        LOG_DESTINATION: log,
      },
    });
  }, 60_000);
  beforeEach(() => {
    service.instead = null;
    service.asked.length = 0;
  });
  afterEach(() => expect(service.refused).toEqual([]));
  afterAll(async () => {
    await desk.stop();
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  const signUp = (password: string) => desk.post('/auth/sign-up', desk.signUpBody({ password }));
  const warnings = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes(WARNING))
      .map((line) => JSON.parse(line) as { reason: string });
  const refusal = (pointer: string) => ({
    status: 422,
    body: expect.objectContaining({
      code: 'auth.password_breached',
      errors: [expect.objectContaining({ pointer })],
    }) as unknown,
  });

  it('open no account; others do, and no more than five characters of a hash leave the house', async () => {
    expect(await signUp(BREACHED)).toMatchObject(refusal('/password'));
    expect((await signUp(UNKNOWN)).status).toBe(201);
    expect(service.asked).toHaveLength(2);
    for (const request of service.asked) expect(request).toMatch(/^GET \/range\/[0-9A-F]{5}$/);
  });

  it('are not looked up when the house itself refuses them', async () => {
    expect((await signUp('password1234')).body).toMatchObject({ code: 'auth.password_guessable' });
    expect((await signUp('short')).body).toMatchObject({ code: 'auth.password_length' });
    expect(service.asked).toEqual([]);
  });

  it('are not what is padding', async () => {
    service.put('velvet meadow anchor', 0);
    expect((await signUp('velvet meadow anchor')).status).toBe(201);
    expect(service.asked).toHaveLength(1);
  });

  it('are refused when a password is changed', async () => {
    const owner = await desk.signUp();
    const change = (newPassword: string) =>
      desk.post('/me/password', { currentPassword: GOOD_PASSWORD, newPassword }, owner.accessToken);
    expect(await change(BREACHED)).toMatchObject(refusal('/newPassword'));
    expect((await desk.logIn(owner.email)).status).toBe(200);
    expect((await change(UNKNOWN)).status).toBe(204);
  });

  it('are refused when a password is reset, and the link is good for another', async () => {
    const owner = await desk.signUp();
    await desk.post('/auth/password-reset', { email: owner.email });
    const token = await desk.mail.tokenTo(owner.email, 'reset-password');
    const reset = (password: string) => desk.post('/auth/password-reset/confirm', { token, password });
    expect(await reset(BREACHED)).toMatchObject(refusal('/password'));
    expect((await desk.logIn(owner.email)).status).toBe(200);
    expect((await reset(UNKNOWN)).status).toBe(204);
  });

  it('are refused when an invitation is accepted, and it stays open', async () => {
    const owner = await desk.signUp();
    const email = `ivan-${owner.personId}@lumen.example`;
    await desk.post('/invitations', { email, role: 'agent' }, owner.accessToken);
    const token = await desk.mail.tokenTo(email, 'accept-invitation');
    const accept = (password: string) =>
      desk.post('/auth/invitations/accept', { token, name: 'Ivan', password });
    expect(await accept(BREACHED)).toMatchObject(refusal('/password'));
    expect((await accept(UNKNOWN)).status).toBe(200);
  });

  it.each([
    ['does not answer', 'nothing', 'timeout'],
    ['is out of order', { status: 503, body: '' }, 'http_503'],
    ['answers something else', { status: 200, body: '<html>Welcome to the hotel</html>' }, 'answer_invalid'],
    ['answers nothing', { status: 200, body: '' }, 'answer_invalid'],
    ['answers without end', { status: 200, body: 'x'.repeat(2_000_000) }, 'answer_too_large'],
  ] as const)('are taken when the service %s: nobody is kept out', async (_, instead, reason) => {
    service.instead = instead;
    const before = warnings().length;
    expect((await signUp(BREACHED)).status).toBe(201);
    expect(warnings().slice(before)).toEqual([expect.objectContaining({ reason })]);
  });

  it('are taken when there is no such service, and none of it is in the log', async () => {
    const gone = await FakeBreachedPasswords.start();
    const { url } = gone;
    await gone.stop();
    const { breachedPasswordsUrl } = desk.host.settings.accounts;
    Object.assign(desk.host.settings.accounts, { breachedPasswordsUrl: url });
    const before = warnings().length;
    expect((await signUp(BREACHED)).status).toBe(201);
    expect(warnings().slice(before)).toEqual([expect.objectContaining({ reason: 'unreachable' })]);
    Object.assign(desk.host.settings.accounts, { breachedPasswordsUrl });
    const prefixes = service.asked.map((request) => request.slice(-5));
    for (const word of [BREACHED, UNKNOWN, '/range/', ...prefixes])
      expect(readFileSync(log, 'utf8')).not.toContain(word);
  });

  it('are counted', async () => {
    const metrics = await (await fetch(`${desk.host.url}/metrics`)).text();
    const count = (outcome: string) =>
      Number(
        new RegExp(`^frontdesk_breached_password_checks_total{outcome="${outcome}"} (\\d+)$`, 'm').exec(
          metrics,
        )?.[1],
      );
    expect(count('breached')).toBe(4);
    expect(count('unavailable')).toBe(6);
    expect(count('unknown')).toBeGreaterThanOrEqual(5);
  });
});
