import { GOOD_PASSWORD, IdentityApp, type Signed } from '../support/identity.js';
import { TestClock } from '../support/test-clock.js';

const STEP_MS = 30_000;

describe('who gets in', () => {
  let desk: IdentityApp;
  const clock = new TestClock();
  beforeAll(async () => {
    clock.standStill();
    desk = await IdentityApp.start({ clock, env: { LOGIN_ATTEMPTS_PER_MINUTE: '3' } });
  }, 60_000);
  afterAll(() => desk.stop());
  const code = (answer: { body: object }) => (answer.body as { code?: string }).code;

  const invite = async (owner: Signed, email: string, role = 'agent') => {
    const made = await desk.post<{ id: string }>('/invitations', { email, role }, owner.accessToken);
    expect(made.status).toBe(201);
    return { id: made.body.id, token: await desk.mail.tokenTo(email, 'accept-invitation') };
  };
  const accept = (token: string, more: object = {}) =>
    desk.post<Signed & { code?: string }>('/auth/invitations/accept', {
      token,
      name: 'Ivan',
      password: GOOD_PASSWORD,
      ...more,
    });

  describe('the second factor', () => {
    it('is asked for at the login once it is set up, and a code is good once', async () => {
      const owner = await desk.signUp();
      const other = (await desk.logIn(owner.email)).body;
      const { code: codeAt } = await desk.enrol(owner.accessToken, clock.now());
      expect(code(await desk.get('/me', other.accessToken))).toBe('auth.session_revoked');
      expect((await desk.get('/me/mfa', owner.accessToken)).body).toEqual({
        enabled: true,
        recoveryCodesLeft: 10,
      });

      clock.pass(STEP_MS);
      const login = await desk.logIn(owner.email);
      expect([login.status, login.body.accessToken]).toEqual([202, undefined]);
      const { challengeToken } = login.body;
      const answer = (body: object) => desk.post<Signed>('/auth/mfa', { challengeToken, ...body });
      expect(code(await answer({ code: '000000' }))).toBe('auth.mfa_code_wrong');
      expect(code(await answer({}))).toBe('http.validation_failed');
      const tokens = await answer({ code: codeAt(clock.now()) });
      expect(tokens.status).toBe(200);
      expect((await desk.get('/me', tokens.body.accessToken)).status).toBe(200);
      expect(code(await answer({ code: codeAt(clock.now()) }))).toBe('auth.mfa_challenge_over');

      const again = (await desk.logIn(owner.email)).body;
      const early = { challengeToken: again.challengeToken, code: codeAt(new Date(+clock.now() + STEP_MS)) };
      expect(code(await desk.post('/auth/mfa', early))).toBe('auth.mfa_code_wrong');
      const replayed = { challengeToken: again.challengeToken, code: codeAt(clock.now()) };
      expect(code(await desk.post('/auth/mfa', replayed))).toBe('auth.mfa_code_wrong');
    });

    it('is good for the half minute of its step, and longer only where the operator says so', async () => {
      const owner = await desk.signUp();
      const { code: codeAt } = await desk.enrol(owner.accessToken, clock.now());
      clock.pass(STEP_MS);
      const shown = codeAt(clock.now());
      clock.pass(STEP_MS);
      const { challengeToken } = (await desk.logIn(owner.email)).body;
      const late = () => desk.post('/auth/mfa', { challengeToken, code: shown });
      expect(code(await late())).toBe('auth.mfa_code_wrong');
      const { accounts } = desk.host.settings;
      Object.assign(accounts, { mfaCodeDriftSteps: 1 });
      expect((await late()).status).toBe(200);
      Object.assign(accounts, { mfaCodeDriftSteps: 0 });
    });

    it('may be a recovery code, once, until there are new ones', async () => {
      const owner = await desk.signUp();
      const { code: codeAt, recoveryCodes } = await desk.enrol(owner.accessToken, clock.now());
      const [first, second] = recoveryCodes;
      // 28 letters of 5 bits: more than the 112 from which on a plain hash is enough.
      for (const each of recoveryCodes)
        expect(each).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){6}[0-9a-hjkmnp-tv-z]{4}$/);
      expect(new Set(recoveryCodes).size).toBe(10);
      const use = async (recoveryCode?: string) => {
        const { challengeToken } = (await desk.logIn(owner.email)).body;
        return desk.post('/auth/mfa', { challengeToken, recoveryCode });
      };
      expect((await use(first?.toUpperCase())).status).toBe(200);
      expect(code(await use(first))).toBe('auth.mfa_code_wrong');
      clock.pass(STEP_MS);
      const body = { password: GOOD_PASSWORD, code: codeAt(clock.now()) };
      const renewed = await desk.post<{ recoveryCodes: string[] }>(
        '/me/mfa/recovery-codes',
        body,
        owner.accessToken,
      );
      expect(renewed.body.recoveryCodes).toHaveLength(10);
      expect(code(await use(second))).toBe('auth.mfa_code_wrong');
    });

    it('counts on the device that was challenged, and no longer than five minutes', async () => {
      const owner = await desk.signUp();
      const { code: codeAt } = await desk.enrol(owner.accessToken, clock.now());
      clock.pass(STEP_MS);
      const { challengeToken } = (await desk.logIn(owner.email)).body;
      const body = { challengeToken, code: codeAt(clock.now()) };
      const elsewhere = await desk.call('POST', '/auth/mfa', body, { headers: { 'user-agent': 'curl/8' } });
      expect(code(elsewhere)).toBe('auth.mfa_challenge_over');
      clock.pass(301_000);
      expect(code(await desk.post('/auth/mfa', { ...body, code: codeAt(clock.now()) }))).toBe(
        'auth.mfa_challenge_over',
      );
    });

    it('goes with password and code, and not without', async () => {
      const owner = await desk.signUp();
      const { code: codeAt } = await desk.enrol(owner.accessToken, clock.now());
      clock.pass(STEP_MS);
      const disable = (body: object) => desk.post('/me/mfa/disable', body, owner.accessToken);
      expect(code(await disable({ password: 'wrong one here', code: codeAt(clock.now()) }))).toBe(
        'auth.wrong_password',
      );
      expect(code(await disable({ password: GOOD_PASSWORD, code: '000000' }))).toBe('auth.mfa_code_wrong');
      expect((await disable({ password: GOOD_PASSWORD, code: codeAt(clock.now()) })).status).toBe(204);
      expect((await desk.logIn(owner.email)).status).toBe(200);
    });

    it('is shown again, with the password, before the address or the password changes', async () => {
      const owner = await desk.signUp();
      const { code: codeAt, recoveryCodes } = await desk.enrol(owner.accessToken, clock.now());
      clock.pass(STEP_MS);
      const email = `new-${owner.email}`;
      const toEmail = (more: object, token = owner.accessToken) =>
        desk.post('/me/email', { password: GOOD_PASSWORD, email, ...more }, token);
      const newPassword = 'walnut ferry lantern';
      const toPassword = (more: object) =>
        desk.post(
          '/me/password',
          { currentPassword: GOOD_PASSWORD, newPassword, ...more },
          owner.accessToken,
        );
      for (const change of [toEmail, toPassword]) {
        const bare = await change({});
        expect([bare.status, bare.body]).toEqual([
          422,
          expect.objectContaining({
            code: 'auth.mfa_code_required',
            errors: [expect.objectContaining({ pointer: '/code' })],
          }),
        ]);
        expect(code(await change({ code: codeAt(clock.now()), recoveryCode: recoveryCodes[0] }))).toBe(
          'http.validation_failed',
        );
      }
      expect(desk.mail.mails.some(({ to }) => to.includes(email))).toBe(false);

      // What is refused for another reason uses no code up.
      const code1 = codeAt(clock.now());
      expect(code(await toPassword({ newPassword: 'password1234', code: code1 }))).toBe(
        'auth.password_guessable',
      );
      expect((await toEmail({ code: code1 })).status).toBe(202);
      await desk.mail.tokenTo(email, 'change-email');
      expect(code(await toPassword({ code: code1 }))).toBe('auth.mfa_code_wrong');
      expect((await toPassword({ recoveryCode: recoveryCodes[0] })).status).toBe(204);
      expect((await desk.logIn(owner.email, { password: newPassword })).status).toBe(202);
      expect((await desk.get('/me/mfa', owner.accessToken)).body).toMatchObject({ recoveryCodesLeft: 9 });
    });

    it('is not guessed by who holds a token and the password', async () => {
      const owner = await desk.signUp();
      await desk.enrol(owner.accessToken, clock.now());
      const guesses = [];
      for (let i = 0; i < 4; i += 1) {
        const body = { password: GOOD_PASSWORD, email: `new-${owner.email}`, code: `00000${i}` };
        guesses.push(code(await desk.post('/me/email', body, owner.accessToken)));
      }
      expect(guesses).toEqual([
        ...Array.from({ length: 3 }, () => 'auth.mfa_code_wrong'),
        'auth.too_many_attempts',
      ]);
    });

    it('is asked of every member by the policy: who has none can set one up and nothing else', async () => {
      const owner = await desk.signUp();
      const patched = await desk.call(
        'PATCH',
        '/security-policy',
        { mfaRequired: true },
        {
          token: owner.accessToken,
          headers: { 'if-match': '"0"' },
        },
      );
      expect(patched.body).toEqual({ mfaRequired: true, version: 1 });
      const stale = await desk.call(
        'PATCH',
        '/security-policy',
        { mfaRequired: false },
        {
          token: owner.accessToken,
          headers: { 'if-match': '"0"' },
        },
      );
      expect([stale.status, code(stale)]).toEqual([412, 'tenancy.policy_stale']);
      const limited = (await desk.post<Signed>('/auth/refresh', { refreshToken: owner.refreshToken })).body;
      const refused = await desk.get('/services', limited.accessToken);
      expect([refused.status, code(refused)]).toEqual([403, 'auth.mfa_enrolment_required']);
      expect((await desk.get('/me', limited.accessToken)).status).toBe(200);
      await desk.enrol(limited.accessToken, clock.now());
      const full = (await desk.post<Signed>('/auth/refresh', { refreshToken: limited.refreshToken })).body;
      expect((await desk.get('/services', full.accessToken)).status).toBe(200);
    });

    it('is asked of everybody where the installation says so, whatever a business says', async () => {
      const { accounts } = desk.host.settings;
      Object.assign(accounts, { mfaRequired: true });
      const owner = await desk.signUp();
      const refused = await desk.get('/services', owner.accessToken);
      expect([refused.status, code(refused)]).toEqual([403, 'auth.mfa_enrolment_required']);
      const mine = await desk.get<{ data: object[] }>('/me/businesses', owner.accessToken);
      expect(mine.body.data).toEqual([expect.objectContaining({ mfaRequired: true })]);
      await desk.enrol(owner.accessToken, clock.now());
      const full = (await desk.post<Signed>('/auth/refresh', { refreshToken: owner.refreshToken })).body;
      const off = await desk.call(
        'PATCH',
        '/security-policy',
        { mfaRequired: false },
        { token: full.accessToken, headers: { 'if-match': '"0"' } },
      );
      expect(off.body).toMatchObject({ mfaRequired: true });
      Object.assign(accounts, { mfaRequired: false });
      expect((await desk.get('/security-policy', full.accessToken)).body).toMatchObject({
        mfaRequired: false,
      });
    });
  });

  describe('sessions', () => {
    it('are listed, and end at once: one, and all others', async () => {
      const owner = await desk.signUp();
      const [second, third] = [(await desk.logIn(owner.email)).body, (await desk.logIn(owner.email)).body];
      const list = await desk.get<{ data: { id: string; current: boolean }[] }>(
        '/me/sessions',
        third.accessToken,
      );
      expect(list.body.data).toHaveLength(3);
      expect(list.body.data[0]).toMatchObject({ current: true, device: 'Firefox on macOS', mfa: false });
      const end = (id?: string, password = GOOD_PASSWORD) =>
        desk.post(`/me/sessions/${id}/end`, { password }, third.accessToken);
      expect((await end(list.body.data[1]?.id)).status).toBe(204);
      expect(code(await desk.get('/me', second.accessToken))).toBe('auth.session_revoked');
      expect(code(await desk.post('/auth/refresh', { refreshToken: second.refreshToken }))).toBe(
        'auth.refresh_invalid',
      );
      expect((await end(list.body.data[1]?.id)).status).toBe(404);
      const others = await desk.post(
        '/me/sessions/end-others',
        { password: GOOD_PASSWORD },
        third.accessToken,
      );
      expect(others.body).toEqual({ ended: 1 });
      expect((await desk.get('/me', owner.accessToken)).status).toBe(401);
      expect((await desk.get('/me', third.accessToken)).status).toBe(200);
    });

    it('of another business are not there', async () => {
      const [owner, stranger] = [await desk.signUp(), await desk.signUp()];
      const list = await desk.get<{ data: { id: string }[] }>('/me/sessions', owner.accessToken);
      const ended = await desk.post(
        `/me/sessions/${list.body.data[0]?.id}/end`,
        { password: GOOD_PASSWORD },
        stranger.accessToken,
      );
      expect(ended.status).toBe(404);
      expect((await desk.get('/me', owner.accessToken)).status).toBe(200);
    });

    it('are not ended by who has a token and not the password; leaving asks for none', async () => {
      const owner = await desk.signUp();
      const stolen = (await desk.logIn(owner.email)).body;
      const list = await desk.get<{ data: { id: string }[] }>('/me/sessions', stolen.accessToken);
      const paths = ['end-others', ...list.body.data.map(({ id }) => `${id}/end`)];
      expect(paths).toHaveLength(3);
      for (const path of paths) {
        const bare = await desk.post(`/me/sessions/${path}`, undefined, stolen.accessToken);
        expect([bare.status, bare.body]).toEqual([
          422,
          expect.objectContaining({
            errors: expect.arrayContaining([expect.objectContaining({ pointer: '/password' })]),
          }),
        ]);
      }
      const guessed = await desk.post(
        '/me/sessions/end-others',
        { password: 'velvet orchard teapot' },
        stolen.accessToken,
      );
      expect([guessed.status, code(guessed)]).toEqual([403, 'auth.wrong_password']);
      expect((await desk.get('/me', owner.accessToken)).status).toBe(200);
      expect((await desk.post('/auth/logout', { refreshToken: owner.refreshToken })).status).toBe(204);
      expect(code(await desk.get('/me', owner.accessToken))).toBe('auth.session_revoked');
    });

    it('stay ended when Redis forgets', async () => {
      const owner = await desk.signUp();
      await desk.post('/auth/logout', { refreshToken: owner.refreshToken });
      const { flushTestRedis } = await import('#libs/testing');
      await flushTestRedis();
      expect(code(await desk.get('/me', owner.accessToken))).toBe('auth.session_revoked');
      expect(code(await desk.get('/me', owner.accessToken))).toBe('auth.session_revoked');
    });

    it('end when a used refresh token comes again, access tokens too', async () => {
      const owner = await desk.signUp();
      const next = (await desk.post<Signed>('/auth/refresh', { refreshToken: owner.refreshToken })).body;
      expect(code(await desk.post('/auth/refresh', { refreshToken: owner.refreshToken }))).toBe(
        'auth.refresh_reused',
      );
      expect(code(await desk.get('/me', next.accessToken))).toBe('auth.session_revoked');
    });
  });

  describe('invitations', () => {
    it('bring a new person in, with a verified address, once', async () => {
      const owner = await desk.signUp({ businessName: 'Lumen & Co' });
      const email = `ivan-${owner.personId}@lumen.example`;
      const { token } = await invite(owner, email);
      expect(code(await accept(token, { password: 'password1234' }))).toBe('auth.password_guessable');
      const joined = await accept(token);
      expect(joined.status).toBe(200);
      expect((await desk.get('/me', joined.body.accessToken)).body).toMatchObject({
        email,
        role: 'agent',
        emailVerified: true,
        tenant: { id: owner.tenantId },
      });
      expect(code(await accept(token))).toBe('tenancy.invitation_invalid');
      const open = await desk.get<{ data: unknown[] }>('/invitations', owner.accessToken);
      expect(open.body.data).toEqual([]);
    });

    it('let who has an account join signed in, under the invited address alone', async () => {
      const [owner, guest, stranger] = [await desk.signUp(), await desk.signUp(), await desk.signUp()];
      const { token } = await invite(owner, guest.email, 'admin');
      expect(code(await accept(token))).toBe('auth.sign_in_required');
      expect(code(await desk.post('/me/invitations', { token }, stranger.accessToken))).toBe(
        'tenancy.invitation_for_another',
      );
      const joined = await desk.post<Signed>('/me/invitations', { token }, guest.accessToken);
      expect((await desk.get('/me', joined.body.accessToken)).body).toMatchObject({
        role: 'admin',
        tenant: { id: owner.tenantId },
      });
      expect(
        code(await desk.post('/invitations', { email: guest.email, role: 'agent' }, owner.accessToken)),
      ).toBe('tenancy.already_member');
    });

    it('are over when revoked, renewed or too old', async () => {
      const owner = await desk.signUp();
      const email = (n: number) => `guest${n}-${owner.personId}@lumen.example`;
      const revoked = await invite(owner, email(1));
      const remove = () =>
        desk.call('DELETE', `/invitations/${revoked.id}`, undefined, { token: owner.accessToken });
      expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
      expect(code(await accept(revoked.token))).toBe('tenancy.invitation_invalid');
      const renewed = await invite(owner, email(2));
      expect((await desk.post(`/invitations/${renewed.id}/resend`, {}, owner.accessToken)).status).toBe(200);
      const next = await desk.mail.tokenTo(email(2), 'accept-invitation', renewed.token);
      expect(code(await accept(renewed.token))).toBe('tenancy.invitation_invalid');
      expect((await accept(next)).status).toBe(200);
      const old = await invite(owner, email(3));
      expect(
        code(await desk.post('/invitations', { email: email(3), role: 'agent' }, owner.accessToken)),
      ).toBe('tenancy.already_invited');
      clock.pass(8 * 86_400_000);
      expect(code(await accept(old.token))).toBe('tenancy.invitation_invalid');
    });

    it('are of one business alone, and only who may invites', async () => {
      const [owner, stranger] = [await desk.signUp(), await desk.signUp()];
      const email = `agent-${owner.personId}@lumen.example`;
      const { id, token } = await invite(owner, email);
      const foreign = await desk.call('DELETE', `/invitations/${id}`, undefined, {
        token: stranger.accessToken,
      });
      expect(foreign.status).toBe(404);
      expect((await desk.get('/invitations', stranger.accessToken)).body).toEqual({
        data: [],
        hasMore: false,
      });
      const agent = (await accept(token)).body;
      const denied = await desk.post(
        '/invitations',
        { email: 'x@y.example', role: 'owner' },
        agent.accessToken,
      );
      expect([denied.status, code(denied)]).toEqual([403, 'auth.forbidden']);
    });
  });

  describe('a person of several businesses', () => {
    it('lists, switches and leaves', async () => {
      const first = await desk.signUp();
      const second = await desk.signUp({ email: first.email, businessName: 'Second' });
      const mine = await desk.get<{ data: object[] }>('/me/businesses', first.accessToken);
      expect(mine.body.data).toMatchObject([
        { tenantId: first.tenantId, role: 'owner', current: true },
        { tenantId: second.tenantId, role: 'owner', current: false },
      ]);
      const there = await desk.post<Signed>('/auth/switch', { tenantId: second.tenantId }, first.accessToken);
      expect((await desk.get('/me', there.body.accessToken)).body).toMatchObject({
        tenant: { name: 'Second' },
      });
      const stranger = await desk.signUp();
      expect(code(await desk.post('/auth/switch', { tenantId: stranger.tenantId }, first.accessToken))).toBe(
        'auth.no_membership',
      );
      const leave = (token: string) =>
        desk.call('DELETE', `/me/businesses/${second.tenantId}`, undefined, { token });
      expect(code(await leave(there.body.accessToken))).toBe('tenancy.last_owner');
      const { token } = await invite(second, stranger.email, 'owner');
      await desk.post('/me/invitations', { token }, stranger.accessToken);
      expect((await leave(there.body.accessToken)).status).toBe(204);
      expect(code(await desk.get('/me', there.body.accessToken))).toBe('auth.session_revoked');
      expect((await desk.get('/me', first.accessToken)).status).toBe(200);
    });

    it('is held to the policy of the business that it enters', async () => {
      const first = await desk.signUp();
      const second = await desk.signUp({ email: first.email, businessName: 'Strict' });
      await desk.call('PATCH', '/security-policy', { mfaRequired: true }, { token: second.accessToken });
      const there = await desk.post<Signed>('/auth/switch', { tenantId: second.tenantId }, first.accessToken);
      expect(code(await desk.get('/services', there.body.accessToken))).toBe('auth.mfa_enrolment_required');
      expect((await desk.get('/services', first.accessToken)).status).toBe(200);
    });

    it('lengthens no login by going to and fro', async () => {
      const first = await desk.signUp();
      const second = await desk.signUp({ email: first.email, businessName: 'Second' });
      const began = async (token: string) => {
        const { body } = await desk.get<{ data: { current: boolean; createdAt: string }[] }>(
          '/me/sessions',
          token,
        );
        return body.data.find(({ current }) => current)?.createdAt;
      };
      clock.pass(STEP_MS);
      const there = await desk.post<Signed>('/auth/switch', { tenantId: second.tenantId }, first.accessToken);
      clock.pass(STEP_MS);
      const back = { tenantId: first.tenantId };
      const again = await desk.post<Signed>('/auth/switch', back, there.body.accessToken);
      expect(await began(again.body.accessToken)).toBe(await began(first.accessToken));
      expect(await began(there.body.accessToken)).toBe(await began(first.accessToken));
    });

    it('changes the name', async () => {
      const owner = await desk.signUp();
      const changed = await desk.call('PATCH', '/me', { name: 'Olha' }, { token: owner.accessToken });
      expect(changed.body).toMatchObject({ name: 'Olha' });
    });
  });

  describe('an account under attack', () => {
    it('lets its owner in from where they signed in before, and strangers no more', async () => {
      const home = '198.51.100.7';
      const owner = await desk.signUp();
      expect((await desk.logIn(owner.email, {}, home)).status).toBe(200);
      let refused = 0;
      for (let i = 1; i <= 60 && refused === 0; i += 1) {
        const guess = await desk.logIn(owner.email, { password: 'not the password' }, `203.0.113.${i}`);
        if (guess.status === 429) refused += 1;
      }
      expect(refused).toBe(1);
      expect((await desk.logIn(owner.email, {}, '192.0.2.99')).status).toBe(429);
      expect((await desk.logIn(owner.email, {}, home)).status).toBe(200);
      // The owner's own network is not a licence to guess.
      const own = [];
      for (let i = 0; i < 4; i += 1)
        own.push((await desk.logIn(owner.email, { password: 'not the password' }, home)).status);
      expect(own).toEqual([401, 401, 401, 429]);
    });
  });
});
