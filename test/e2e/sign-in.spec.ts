import { AddMemberCommand } from '#contracts/tenancy';
import { newId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { PersonCipher } from '../../src/tenancy/infrastructure/person-cipher.js';
import {
  type AccessApp,
  bearer,
  createBusiness,
  logIn,
  PASSWORD,
  startAccessApp,
} from '../support/access-app.js';

describe('signing in', () => {
  let started: AccessApp;
  let tenantId: string;
  const post = (path: string, payload: object) =>
    started.app.inject({ method: 'POST', url: `/api/v1/auth/${path}`, payload });
  const refresh = (refreshToken: string) => post('refresh', { refreshToken });

  beforeAll(async () => {
    started = await startAccessApp([], { LOGIN_ATTEMPTS_PER_MINUTE: '3' });
    ({ tenantId } = await createBusiness(started, 'salon', ['agent', 'auditor']));
    await createBusiness(started, 'clinic');
  }, 60_000);
  afterAll(() => started.close());

  it('answers tokens, and with them who one is', async () => {
    const tokens = await logIn(started, 'Owner@Salon.example');
    expect(tokens.expiresIn).toBe(900);
    const me = await started.app.inject({ url: '/api/v1/me', headers: bearer(tokens.accessToken) });
    expect(me.statusCode).toBe(200);
    expect(me.json()).toMatchObject({
      email: 'owner@salon.example',
      name: 'Olena',
      role: 'owner',
      permissions: expect.arrayContaining(['members:write', 'bookings:read']) as unknown,
      tenant: {
        id: tenantId,
        slug: 'salon',
        timeZone: 'Europe/Kyiv',
        currency: 'UAH',
        language: 'uk',
        country: 'UA',
      },
    });
    expect(me.body).not.toContain('argon2');
  });

  it('gives an agent the permissions of an agent', async () => {
    const { accessToken } = await logIn(started, 'agent@salon.example');
    const me = await started.app.inject({ url: '/api/v1/me', headers: bearer(accessToken) });
    const { role, permissions } = me.json<{ role: string; permissions: string[] }>();
    expect(role).toBe('agent');
    expect(permissions).not.toContain('services:write');
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const wrong = await post('login', { email: 'owner@clinic.example', password: 'not the password' });
    const unknown = await post('login', { email: 'nobody@clinic.example', password: 'not the password' });
    const told = (body: string) => ({ ...(JSON.parse(body) as object), traceId: '' });
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect(told(wrong.body)).toEqual(told(unknown.body));
    expect(wrong.json()).toMatchObject({ code: 'auth.wrong_credentials' });
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="frontdesk"');
    expect(wrong.headers['cache-control']).toBe('no-store');
  });

  it('refuses an account after three failures in a minute, even with the right password, and nobody else', async () => {
    const attempt = (password: string) => post('login', { email: 'auditor@salon.example', password });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await attempt('not the password'));
    answers.push(await attempt(PASSWORD));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 429]);
    expect(answers[3]?.json()).toMatchObject({ code: 'auth.too_many_attempts' });
    expect(Number(answers[3]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answers[3]?.headers['retry-after'])).toBeLessThanOrEqual(60);
    await logIn(started, 'owner@clinic.example');
  });

  it('does not count logins that succeed', async () => {
    for (let i = 0; i < 6; i += 1) await logIn(started, 'agent@salon.example');
  });

  it('lets parallel guesses through no more than one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        post('login', { email: 'burst@salon.example', password: 'not the password' }),
      ),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(3);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(9);
  });

  it('asks a person of two businesses which one', async () => {
    const both = await createBusiness(started, 'second', []);
    await runInContext(
      { tenantId: both.tenantId, traceId: 't', actor: { kind: 'system', id: 'test' } },
      async () => {
        await started.app.get(Dispatcher, { strict: false }).request(
          new AddMemberCommand({
            email: 'owner@clinic.example',
            name: 'x',
            password: PASSWORD,
            role: 'auditor',
          }),
        );
      },
    );
    const unclear = await post('login', { email: 'owner@clinic.example', password: PASSWORD });
    expect(unclear.statusCode).toBe(422);
    const { code, tenants } = unclear.json<{ code: string; tenants: { id: string }[] }>();
    expect([code, tenants.length]).toEqual(['auth.tenant_choice_required', 2]);
    const clear = await post('login', {
      email: 'owner@clinic.example',
      password: PASSWORD,
      tenantId: both.tenantId,
    });
    const me = await started.app.inject({
      url: '/api/v1/me',
      headers: bearer(clear.json<{ accessToken: string }>().accessToken),
    });
    expect(me.json()).toMatchObject({ role: 'auditor', name: 'Olena', tenant: { id: both.tenantId } });
    const foreign = await post('login', { email: 'owner@clinic.example', password: PASSWORD, tenantId });
    expect([foreign.statusCode, foreign.json<{ code: string }>().code]).toEqual([403, 'auth.no_membership']);
  });

  it('rotates a refresh token', async () => {
    const first = await logIn(started, 'agent@salon.example');
    const answer = await refresh(first.refreshToken);
    expect(answer.statusCode).toBe(200);
    const second = answer.json<typeof first>();
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await refresh(second.refreshToken)).statusCode).toBe(200);
  });

  it('ends the login everywhere when a used refresh token comes again', async () => {
    const first = await logIn(started, 'agent@salon.example');
    const second = (await refresh(first.refreshToken)).json<typeof first>();
    const elsewhere = await logIn(started, 'agent@salon.example');
    const reused = await refresh(first.refreshToken);
    expect([reused.statusCode, reused.json<{ code: string }>().code]).toEqual([401, 'auth.refresh_reused']);
    const after = await refresh(second.refreshToken);
    expect([after.statusCode, after.json<{ code: string }>().code]).toEqual([401, 'auth.refresh_invalid']);
    expect((await refresh(elsewhere.refreshToken)).statusCode).toBe(200);
  });

  it('gives one of many concurrent refreshes new tokens, which stay good', async () => {
    const { refreshToken } = await logIn(started, 'agent@salon.example');
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    const won = answers.filter(({ statusCode }) => statusCode === 200);
    expect(won).toHaveLength(1);
    const lost = answers.filter((answer) => answer !== won[0]);
    expect(lost.map((answer) => answer.json<{ code: string }>().code)).toEqual(
      Array(7).fill('auth.refresh_raced'),
    );
    expect((await refresh(won[0]!.json<{ refreshToken: string }>().refreshToken)).statusCode).toBe(200);
  });

  it('refuses a refresh token that is over, made up or of a tenant that is not', async () => {
    const { refreshToken } = await logIn(started, 'agent@salon.example');
    const elsewhere = refreshToken.replace(/^fdr_\w{32}/, `fdr_${newId().replaceAll('-', '')}`);
    for (const token of ['made up', elsewhere])
      expect((await refresh(token)).json()).toMatchObject({ status: 401, code: 'auth.refresh_invalid' });
    started.clock.pass(31 * 86_400_000);
    expect((await refresh(refreshToken)).json()).toMatchObject({ status: 401, code: 'auth.refresh_expired' });
  });

  it('ends a login after its time, however much it is used', async () => {
    let { refreshToken } = await logIn(started, 'agent@salon.example');
    const days = 20;
    for (let day = 0; day + days < 90; day += days) {
      started.clock.pass(days * 86_400_000);
      const answer = await refresh(refreshToken);
      expect(answer.statusCode).toBe(200);
      ({ refreshToken } = answer.json<{ refreshToken: string }>());
    }
    started.clock.pass(11 * 86_400_000);
    expect((await refresh(refreshToken)).json()).toMatchObject({ status: 401, code: 'auth.refresh_expired' });
  });

  it('logs out, once or again', async () => {
    const { refreshToken } = await logIn(started, 'agent@salon.example');
    expect((await post('logout', { refreshToken })).statusCode).toBe(204);
    expect((await refresh(refreshToken)).json()).toMatchObject({ code: 'auth.refresh_invalid' });
    expect((await post('logout', { refreshToken })).statusCode).toBe(204);
    expect((await post('logout', { refreshToken: 'made up' })).statusCode).toBe(204);
  });

  it('shows the application the people of its tenant, and nobody’s hash', async () => {
    const uow = started.app.get(UnitOfWork, { strict: false });
    const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
      runInContext({ tenantId, traceId: 't', actor: { kind: 'system', id: 'test' } }, () => uow.run(work));
    const people = await inTenant(async () =>
      started.app
        .get(PersonCipher, { strict: false })
        .openRows(await uow.query<{ id: string; email: string }>('SELECT id, email FROM person')),
    );
    expect(people.map(({ email }) => email).sort()).toEqual([
      'agent@salon.example',
      'auditor@salon.example',
      'owner@salon.example',
    ]);
    const tenants = await inTenant(() => uow.query<{ id: string }>('SELECT id FROM tenant'));
    expect(tenants).toEqual([{ id: tenantId }]);
    await expect(inTenant(() => uow.query('SELECT password_hash FROM person'))).rejects.toThrow(
      'permission denied',
    );
    await expect(inTenant(() => uow.query(`UPDATE person SET name = 'x'`))).rejects.toThrow(
      'permission denied',
    );
  });

  it('does not set a business up twice', async () => {
    await expect(createBusiness(started, 'salon')).rejects.toMatchObject({ code: 'tenancy.tenant_taken' });
  });
});
