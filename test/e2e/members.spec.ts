import { AddMemberCommand } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import type { Role } from '#libs/security';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

interface Member {
  id: string;
  email: string;
  role: Role;
}

const PASSWORD = 'correct-horse-battery';

describe('members', () => {
  let host: TestApp;
  let salon: TestTenant;
  let clinic: TestTenant;

  beforeAll(async () => {
    host = await TestApp.start();
  });
  afterAll(() => host.stop());
  beforeEach(async () => {
    [salon, clinic] = [
      await host.createTenant({ calendar: false }),
      await host.createTenant({ calendar: false }),
    ];
  });

  const join = async (role: Role, tenant = salon): Promise<Member & { token: string }> => {
    const email = `${role}-${newId()}@example.test`;
    await host.as(tenant.id, () =>
      host.dispatcher.request(new AddMemberCommand({ email, name: role, password: PASSWORD, role })),
    );
    const { body } = await tenant.get<{ data: Member[] }>('/api/v1/members');
    return { ...body.data.find((each) => each.email === email)!, token: await logIn(email) };
  };
  const logIn = async (email: string): Promise<string> => {
    const answer = await salon.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password: PASSWORD,
    });
    return answer.body.accessToken;
  };
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const me = async (token: string): Promise<number> => (await salon.get('/api/v1/me', as(token))).status;
  const owner = async (tenant = salon): Promise<Member> =>
    (await tenant.get<{ data: Member[] }>('/api/v1/members')).body.data.find(({ role }) => role === 'owner')!;
  const outcome = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

  it('are listed, page by page, newest first', async () => {
    for (const role of ['agent', 'auditor'] as const) await join(role);
    const first = await salon.get<{ data: Member[]; hasMore: boolean }>('/api/v1/members?limit=2');
    const rest = await salon.get<{ data: Member[] }>(
      `/api/v1/members?limit=2&startingAfter=${first.body.data[1]!.id}`,
    );
    expect([...first.body.data, ...rest.body.data].map(({ role }) => role)).toEqual([
      'auditor',
      'agent',
      'owner',
    ]);
    expect(first.body.hasMore).toBe(true);
  });

  it('lose their logins with their role, and come back in the new one', async () => {
    const agent = await join('agent');
    expect(await me(agent.token)).toBe(200);
    const changed = await salon.call<Member>('PATCH', `/api/v1/members/${agent.id}`, { role: 'auditor' });
    expect([changed.status, changed.body.role]).toEqual([200, 'auditor']);
    expect(await me(agent.token)).toBe(401);
    const again = await salon.get<{ role: string }>('/api/v1/me', as(await logIn(agent.email)));
    expect(JSON.stringify(again.body)).toContain('auditor');
  });

  it('can be signed out everywhere here by who may give their role, and keep their access', async () => {
    const [agent, admin] = [await join('agent'), await join('admin')];
    const second = await logIn(agent.email);
    const end = (id: string, headers = {}) =>
      salon.call<{ ended?: number; code?: string }>(
        'POST',
        `/api/v1/members/${id}/end-sessions`,
        undefined,
        headers,
      );
    expect(outcome(await end(agent.id, as(admin.token)))).toEqual([403, 'auth.forbidden']);
    expect((await end(agent.id)).body).toEqual({ ended: 2 });
    expect([await me(agent.token), await me(second)]).toEqual([401, 401]);
    expect(await me(admin.token)).toBe(200);
    expect(await me(await logIn(agent.email))).toBe(200);
    expect(outcome(await end((await owner(clinic)).id))).toEqual([404, 'member.not_found']);
    expect(await me(clinic.token)).toBe(200);
  });

  it('are out at once when their access is withdrawn', async () => {
    const agent = await join('agent');
    expect((await salon.call('DELETE', `/api/v1/members/${agent.id}`)).status).toBe(204);
    expect(await me(agent.token)).toBe(401);
    const answer = await salon.post('/api/v1/auth/login', { email: agent.email, password: PASSWORD });
    expect(outcome(answer)).toEqual([403, 'auth.no_membership']);
    expect(outcome(await salon.call('DELETE', `/api/v1/members/${agent.id}`))).toEqual([
      404,
      'member.not_found',
    ]);
  });

  it('always have an owner among them', async () => {
    const { id } = await owner();
    const refused = [409, 'tenancy.last_owner'];
    expect(outcome(await salon.call('PATCH', `/api/v1/members/${id}`, { role: 'admin' }))).toEqual(refused);
    expect(outcome(await salon.call('DELETE', `/api/v1/members/${id}`))).toEqual(refused);
    expect(await me(salon.token)).toBe(200);
  });

  it('always have an owner among them, also when two demote each other at once', async () => {
    const second = await join('owner');
    const first = (await salon.get<{ data: Member[] }>('/api/v1/members')).body.data.find(
      ({ id }) => id !== second.id,
    )!;
    const demote = (id: string, token: string) =>
      salon.call<{ code?: string }>('PATCH', `/api/v1/members/${id}`, { role: 'agent' }, as(token));
    await Promise.all([demote(second.id, salon.token), demote(first.id, second.token)]);
    const rows = await host.query<{ owners: number }>(
      salon.id,
      `SELECT count(*)::int AS owners FROM membership WHERE tenant_id = $1 AND role = 'owner'`,
      [salon.id],
    );
    expect(rows[0]!.owners).toBe(1);
  });

  it('are managed by owners alone', async () => {
    const admin = await join('admin');
    const agent = await join('agent');
    const answer = await salon.call(
      'PATCH',
      `/api/v1/members/${agent.id}`,
      { role: 'owner' },
      as(admin.token),
    );
    expect(outcome(answer)).toEqual([403, 'auth.forbidden']);
    expect((await salon.get('/api/v1/members', as(admin.token))).status).toBe(200);
    expect(outcome(await salon.get('/api/v1/members', as(agent.token)))).toEqual([403, 'auth.forbidden']);
  });

  it('of another business are not there', async () => {
    const { id } = await owner(clinic);
    for (const [method, body] of [
      ['PATCH', { role: 'agent' }],
      ['DELETE', undefined],
    ] as const)
      expect(outcome(await salon.call(method, `/api/v1/members/${id}`, body))).toEqual([
        404,
        'member.not_found',
      ]);
    expect((await owner(clinic)).role).toBe('owner');
  });

  it('see what each permission means and who has it', async () => {
    const { body } = await salon.get<{ data: { name: string; roles: string[] }[] }>('/api/v1/permissions');
    const rolesOf = (name: string) => body.data.find((each) => each.name === name)?.roles;
    expect(rolesOf('members:write')).toEqual(['owner']);
    expect(rolesOf('audit:read')).toEqual(['owner', 'admin', 'auditor']);
  });
});
