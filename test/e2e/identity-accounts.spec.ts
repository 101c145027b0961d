import { GOOD_PASSWORD, IdentityApp, type Signed } from '../support/identity.js';

describe('accounts', () => {
  let desk: IdentityApp;
  beforeAll(async () => {
    desk = await IdentityApp.start();
  }, 60_000);
  afterAll(() => desk.stop());

  describe('signing a business up', () => {
    it('makes business, owner and login in one step, ready to work', async () => {
      const owner = await desk.signUp({ businessName: 'Салон «Люмен»', referralCode: 'R-1' });
      expect(owner.slug).toBe('salon-lyumen');
      const me = await desk.get('/me', owner.accessToken);
      expect(me.body).toMatchObject({
        id: owner.personId,
        role: 'owner',
        emailVerified: false,
        tenant: { id: owner.tenantId, currency: 'UAH', language: 'uk', timeZone: 'Europe/Kyiv' },
      });
      const service = await desk.post<{ id: string }>(
        '/services',
        { name: 'Manicure', durationMinutes: 60, price: { amount: 100, currency: 'UAH' } },
        owner.accessToken,
      );
      expect(service.status).toBe(201);
      const staff = await desk.post(
        '/staff',
        { name: 'Anna', serviceIds: [service.body.id] },
        owner.accessToken,
      );
      expect(staff.status).toBe(201);
      expect((await desk.get('/calendar/settings', owner.accessToken)).body).toMatchObject({
        timeZone: 'Europe/Kyiv',
      });
      const channel = { provider: 'webchat', name: 'Page', account: `page-${owner.slug}` };
      expect((await desk.post('/channels', channel, owner.accessToken)).status).toBe(201);
      const [event] = await desk.host.query<{ payload: object }>(
        owner.tenantId,
        `SELECT payload FROM outbox_event WHERE type = 'tenancy.business.signed-up.v1'`,
      );
      expect(event?.payload).toEqual({
        tenantId: owner.tenantId,
        ownerId: owner.personId,
        referralCode: 'R-1',
        country: 'UA',
      });
    });

    it('gives a second business of a name another slug, and takes currency and language over the country', async () => {
      const more = { businessName: 'Twins', country: 'DE', currency: 'CHF', language: 'en' };
      const [first, second] = [await desk.signUp(more), await desk.signUp(more)];
      expect(first.slug).toBe('twins');
      expect(second.slug).toMatch(/^twins-\d{4,6}$/);
      const me = await desk.get('/me', first.accessToken);
      expect(me.body).toMatchObject({ tenant: { currency: 'CHF', language: 'en' } });
    });

    it('takes no name that could be another line of a mail, or cannot be seen, and no code that is no country', async () => {
      const given = {
        businessName: 'Plain',
        name: 'Olena',
        email: 'odd@names.example',
        password: GOOD_PASSWORD,
        timeZone: 'Europe/Berlin',
        country: 'DE',
      };
      for (const [member, value] of [
        ['name', 'A\r\nBcc: somebody@else.example'],
        ['name', '\u200b\u200b'],
        ['businessName', 'Bank \u202eknaB'],
        ['country', 'UK'],
      ] as const) {
        const answer = await desk.post<{ errors: { pointer: string }[] }>('/auth/sign-up', {
          ...given,
          [member]: value,
        });
        expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, `/${member}`]);
      }
    });

    it('gives who has an account another business for the right password alone', async () => {
      const { email } = await desk.signUp();
      const wrong = await desk.post(
        '/auth/sign-up',
        desk.signUpBody({ email, password: 'velvet orchard teapot' }),
      );
      expect([wrong.status, wrong.body['code']]).toEqual([409, 'auth.email_taken']);
      const again = await desk.signUp({ email: email.toUpperCase(), businessName: 'Second' });
      const mine = await desk.get<{ data: unknown[] }>('/me/businesses', again.accessToken);
      expect(mine.body.data).toHaveLength(2);
    });

    it.each([
      [{ password: 'password1234' }, 'auth.password_guessable', '/password'],
      [{ password: 'SalonLumen1' }, 'auth.password_guessable', '/password'],
      [{ password: 'short' }, 'auth.password_length', '/password'],
      [{ timeZone: 'Mars/Base' }, 'tenancy.profile_invalid', '/timeZone'],
      [{ country: 'ZZ' }, 'tenancy.profile_invalid', '/country'],
      [{ businessName: ' x' }, 'http.validation_failed', '/businessName'],
      [{ email: 'nobody' }, 'http.validation_failed', '/email'],
      [{ name: 'a\u0000b' }, 'http.validation_failed', '/name'],
    ])('refuses %j as %s', async (more, code, pointer) => {
      const answer = await desk.post('/auth/sign-up', desk.signUpBody(more));
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code, errors: [expect.objectContaining({ pointer })] });
    });
  });

  describe('e-mail addresses', () => {
    it('are verified by the mailed link, once', async () => {
      const owner = await desk.signUp();
      const token = await desk.mail.tokenTo(owner.email, 'verify-email');
      const mail = await desk.mail.mailTo(owner.email);
      expect(mail.text).toContain('Вітаємо, Olena!');
      expect(mail.html).toContain('https://desk.example/account/verify-email#token=');
      expect((await desk.post('/auth/verify-email', { token })).status).toBe(204);
      expect((await desk.get('/me', owner.accessToken)).body).toMatchObject({ emailVerified: true });
      expect((await desk.post('/auth/verify-email', { token })).body).toMatchObject({
        code: 'auth.link_invalid',
      });
      expect((await desk.post('/me/verify-email', {}, owner.accessToken)).body).toMatchObject({
        code: 'auth.email_verified_already',
      });
    });

    it('get another link on request, and the one before is over', async () => {
      const owner = await desk.signUp();
      const first = await desk.mail.tokenTo(owner.email, 'verify-email');
      expect((await desk.post('/me/verify-email', {}, owner.accessToken)).status).toBe(202);
      const second = await desk.mail.tokenTo(owner.email, 'verify-email', first);
      expect((await desk.post('/auth/verify-email', { token: first })).status).toBe(422);
      expect((await desk.post('/auth/verify-email', { token: second })).status).toBe(204);
    });

    it('change once the new one is confirmed, and the old one is told', async () => {
      const owner = await desk.signUp();
      const email = `new-${owner.email}`;
      const ask = (password: string) => desk.post('/me/email', { password, email }, owner.accessToken);
      expect((await ask('velvet orchard teapot')).body).toMatchObject({ code: 'auth.wrong_password' });
      expect((await ask(GOOD_PASSWORD)).status).toBe(202);
      const token = await desk.mail.tokenTo(email, 'change-email');
      expect((await desk.logIn(email)).status).toBe(401);
      expect((await desk.post('/auth/change-email', { token })).status).toBe(204);
      expect((await desk.logIn(email)).status).toBe(200);
      await desk.mail.mailTo(owner.email, ({ text }) => text.includes('іншу адресу'));
    });

    it('that somebody else has by then are not taken', async () => {
      const [owner, other] = [await desk.signUp(), await desk.signUp()];
      await desk.post('/me/email', { password: GOOD_PASSWORD, email: other.email }, owner.accessToken);
      const token = await desk.mail.tokenTo(other.email, 'change-email');
      expect((await desk.post('/auth/change-email', { token })).body).toMatchObject({
        code: 'auth.email_taken',
      });
    });
  });

  describe('passwords', () => {
    it('are reset by the mailed link, once; every login ends, at once', async () => {
      const owner = await desk.signUp();
      expect((await desk.post('/auth/password-reset', { email: owner.email })).status).toBe(202);
      const token = await desk.mail.tokenTo(owner.email, 'reset-password');
      const weak = await desk.post('/auth/password-reset/confirm', { token, password: 'password1234' });
      expect(weak.body).toMatchObject({ code: 'auth.password_guessable' });
      const password = 'walnut ferry lantern';
      expect((await desk.post('/auth/password-reset/confirm', { token, password })).status).toBe(204);
      expect((await desk.get('/me', owner.accessToken)).body).toMatchObject({ code: 'auth.session_revoked' });
      const { refreshToken } = owner;
      expect((await desk.post('/auth/refresh', { refreshToken })).body).toMatchObject({
        code: 'auth.refresh_invalid',
      });
      expect((await desk.logIn(owner.email)).status).toBe(401);
      expect((await desk.logIn(owner.email, { password })).status).toBe(200);
      expect((await desk.post('/auth/password-reset/confirm', { token, password })).status).toBe(422);
    });

    it('answer alike for an address without an account, with the same work', async () => {
      const owner = await desk.signUp();
      const answers = [];
      for (const email of [owner.email, `nobody-${owner.email}`])
        answers.push(await desk.post('/auth/password-reset', { email }));
      expect(answers.map(({ status, body }) => [status, body])).toEqual([
        [202, {}],
        [202, {}],
      ]);
      await desk.mail.tokenTo(owner.email, 'reset-password');
      expect(desk.mail.mails.some(({ to }) => to.startsWith('nobody-'))).toBe(false);
      const events = await desk.host.query<{ payload: object }>(
        '00000000-0000-0000-0000-000000000000',
        `SELECT payload FROM outbox_event WHERE type = 'tenancy.password-reset.asked.v1'`,
      );
      expect(JSON.stringify(events)).not.toContain('@');
    });

    it('change with the current one; other logins end, this one stays', async () => {
      const owner = await desk.signUp();
      const other = (await desk.logIn(owner.email)).body;
      const change = (currentPassword: string, newPassword: string) =>
        desk.post('/me/password', { currentPassword, newPassword }, owner.accessToken);
      expect((await change('velvet orchard teapot', 'walnut ferry lantern')).body).toMatchObject({
        code: 'auth.wrong_password',
        errors: [{ pointer: '/currentPassword' }],
      });
      expect((await change(GOOD_PASSWORD, 'walnut ferry lantern')).status).toBe(204);
      expect((await desk.get('/me', owner.accessToken)).status).toBe(200);
      expect((await desk.get('/me', other.accessToken)).status).toBe(401);
    });
  });

  it('keeps no token that works in the outbox, nor sealed once it is mailed', async () => {
    const owner = await desk.signUp();
    const token = await desk.mail.tokenTo(owner.email, 'verify-email');
    const events = await desk.host.query(owner.tenantId, 'SELECT payload FROM outbox_event');
    expect(JSON.stringify(events)).not.toContain(token);
    expect(JSON.stringify(events)).not.toContain(owner.email);
  });

  it('tries a mail again that the server did not take, and buries one that it refused', async () => {
    desk.mail.refusals.push(451);
    const owner = await desk.signUp();
    await desk.mail.tokenTo(owner.email, 'verify-email');
    desk.mail.refusals.push(550);
    const refused: Signed = await desk.signUp();
    const { eventually } = await import('../support/eventually.js');
    const letter = await eventually('a dead letter', async () => {
      const answer = await desk.get<{ data: { error: string; attempts: number }[] }>(
        '/dead-letters',
        refused.accessToken,
      );
      return answer.body.data[0];
    });
    expect(letter).toMatchObject({ attempts: 1 });
    expect(letter.error).toContain('rejected');
    expect(letter.error).not.toContain('@');
  });
});
