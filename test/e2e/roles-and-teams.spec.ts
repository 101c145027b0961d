import { IsTeamQuery } from '#contracts/tenancy';
import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import type { PermissionName } from '#libs/security';
import { testEngines } from '#libs/testing';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { ApiAnswer, TestTenant } from '../support/tenant.js';

interface Role {
  id: string;
  name: string;
  builtIn: boolean;
  members: number;
  version: number;
}

const DESK: PermissionName[] = ['threads:read', 'threads:write', 'bookings:read', 'bookings:write'];

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

const outcome = ({ status, body }: ApiAnswer<{ code?: string }>) => [status, body.code];
const as = (token: string) => ({ authorization: `Bearer ${token}` });
let names = 0;
const roleOf = async (permissions: PermissionName[], dataScope = 'all', tenant = salon): Promise<Role> => {
  const name = `Role ${(names += 1)}`;
  const { status, body } = await tenant.post<Role>('/api/v1/roles', { name, permissions, dataScope });
  expect(status).toBe(201);
  return body;
};
describe('a role of the business’s own', () => {
  it('is made, listed after the built-in ones, read, changed and deleted', async () => {
    const made = await salon.post<Role>('/api/v1/roles', {
      name: 'Reception',
      permissions: DESK,
      dataScope: 'team',
    });
    expect(made.body).toMatchObject({
      name: 'Reception',
      description: '',
      permissions: DESK,
      dataScope: 'team',
      builtIn: false,
      members: 0,
      version: 1,
    });
    const list = await salon.get<{ data: Role[] }>('/api/v1/roles');
    expect(list.body.data.map(({ name, members }) => [name, members])).toEqual([
      ['Owner', 1],
      ['Admin', 0],
      ['Agent', 0],
      ['Auditor', 0],
      ['Reception', 0],
    ]);
    const path = `/api/v1/roles/${made.body.id}`;
    const changed = await salon.call<Role>('PATCH', path, { dataScope: 'mine' }, { 'if-match': '"1"' });
    expect(changed.body).toEqual({ ...made.body, dataScope: 'mine', version: 2 });
    expect(outcome(await salon.call('PATCH', path, { name: 'Late' }, { 'if-match': '"1"' }))).toEqual([
      412,
      'role.changed',
    ]);
    expect((await salon.get(path)).body).toEqual(changed.body);
    expect((await salon.get('/api/v1/roles/agent')).body).toMatchObject({ id: 'agent', builtIn: true });
    expect(outcome(await salon.call('DELETE', path, undefined, { 'if-match': '"1"' }))).toEqual([
      412,
      'role.changed',
    ]);
    expect((await salon.call('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect(outcome(await salon.get(path))).toEqual([404, 'role.not_found']);
  });

  it('is what its member may do, and a change of it counts at once', async () => {
    const role = await roleOf(['services:read']);
    const member = await salon.join(role.id);
    const ask = async (path: string) => outcome(await salon.get(path, as(member.token)));
    expect(await ask('/api/v1/services')).toEqual([200, undefined]);
    expect(await ask('/api/v1/threads')).toEqual([403, 'auth.forbidden']);
    const profile = await salon.get('/api/v1/me', as(member.token));
    expect(profile.body).toMatchObject({
      role: role.id,
      permissions: ['services:read'],
      dataScope: 'all',
    });
    await salon.call('PATCH', `/api/v1/roles/${role.id}`, { permissions: ['threads:read'] });
    expect(await ask('/api/v1/services')).toEqual([403, 'auth.forbidden']);
    expect(await ask('/api/v1/threads')).toEqual([200, undefined]);
  });

  it('is offered by an invitation, and is not deleted while somebody has it or is offered it', async () => {
    const role = await roleOf(['services:read']);
    const path = `/api/v1/roles/${role.id}`;
    const invitation = await salon.post<{ id: string; role: string }>('/api/v1/invitations', {
      email: `new-${newId()}@example.test`,
      role: role.id,
    });
    expect(invitation.body.role).toBe(role.id);
    expect(outcome(await salon.call('DELETE', path))).toEqual([409, 'tenancy.role_in_use']);
    await salon.call('DELETE', `/api/v1/invitations/${invitation.body.id}`);
    const member = await salon.join(role.id);
    expect(outcome(await salon.call('DELETE', path))).toEqual([409, 'tenancy.role_in_use']);
    await salon.call('PATCH', `/api/v1/members/${member.id}`, { role: 'agent' });
    expect((await salon.call('DELETE', path)).status).toBe(204);
  });

  it('is refused with a taken name, nothing to do, or more than its scope can keep', async () => {
    const { name, id } = await roleOf(DESK);
    const make = async (body: object) => {
      const answer = await salon.post<{ code?: string; errors?: { pointer: string }[] }>(
        '/api/v1/roles',
        body,
      );
      return [answer.status, answer.body.code, answer.body.errors?.[0]?.pointer];
    };
    const good = { name: 'New', permissions: DESK, dataScope: 'mine' };
    expect(await make({ ...good, name: name.toUpperCase() })).toEqual([
      409,
      'tenancy.role_name_taken',
      undefined,
    ]);
    expect(await make({ ...good, name: 'Admin' })).toEqual([422, 'tenancy.role_name_reserved', '/name']);
    for (const permissions of [[], ['spaceships:fly']])
      expect(await make({ ...good, permissions })).toEqual([422, 'http.validation_failed', '/permissions']);
    expect(await make({ ...good, permissions: ['threads:read', 'privacy:read'] })).toEqual([
      422,
      'tenancy.role_too_wide',
      '/permissions/1',
    ]);
    await salon.call('PATCH', `/api/v1/roles/${id}`, { permissions: ['audit:read'] });
    expect(outcome(await salon.call('PATCH', `/api/v1/roles/${id}`, { dataScope: 'team' }))).toEqual([
      422,
      'tenancy.role_too_wide',
    ]);
    for (const method of ['PATCH', 'DELETE'])
      expect(outcome(await salon.call(method, '/api/v1/roles/agent', { name: 'Mine' }))).toEqual([
        409,
        'tenancy.role_built_in',
      ]);
  });

  it('gives nobody more than the one who made it has', async () => {
    const maker = await salon.join((await roleOf(['roles:write', 'members:write', 'members:read'])).id);
    const make = (permissions: PermissionName[]) =>
      salon.post<Role & { code?: string }>(
        '/api/v1/roles',
        { name: `By maker ${(names += 1)}`, permissions, dataScope: 'all' },
        as(maker.token),
      );
    expect(outcome(await make(['members:read', 'api-keys:write']))).toEqual([
      403,
      'tenancy.role_exceeds_own',
    ]);
    const small = await make(['members:read']);
    expect(small.status).toBe(201);
    const widen = (id: string) =>
      salon.call('PATCH', `/api/v1/roles/${id}`, { permissions: ['threads:read'] }, as(maker.token));
    expect(outcome(await widen(small.body.id))).toEqual([403, 'tenancy.role_exceeds_own']);
    const wide = await roleOf(['threads:read']);
    const give = (role: string) =>
      salon.call('PATCH', `/api/v1/members/${maker.id}`, { role }, as(maker.token));
    for (const id of [wide.id, 'owner', 'agent'])
      expect(outcome(await give(id))).toEqual([403, 'tenancy.role_exceeds_own']);
    const members = await salon.get<{ data: { id: string; role: string }[] }>('/api/v1/members');
    const { id: owner } = members.body.data.find(({ role }) => role === 'owner')!;
    const end = await salon.post(`/api/v1/members/${owner}/end-sessions`, undefined, as(maker.token));
    expect(outcome(end)).toEqual([403, 'tenancy.role_exceeds_own']);
    const remove = await salon.call('DELETE', `/api/v1/roles/${wide.id}`, undefined, as(maker.token));
    expect(outcome(remove)).toEqual([403, 'tenancy.role_exceeds_own']);
    // Nor does the maker take away from those who have more: what the role had counts as well as what it gets.
    const path = `/api/v1/roles/${wide.id}`;
    for (const patch of [{ permissions: ['members:read'] }, { name: 'Narrow' }]) {
      const narrow = await salon.call('PATCH', path, patch, as(maker.token));
      expect(outcome(narrow)).toEqual([403, 'tenancy.role_exceeds_own']);
    }
    expect((await salon.get(path)).body).toEqual(wide);
  });

  it('is of one business alone', async () => {
    const role = await roleOf(DESK);
    const member = await clinic.join('agent');
    expect(outcome(await clinic.get(`/api/v1/roles/${role.id}`))).toEqual([404, 'role.not_found']);
    for (const method of ['PATCH', 'DELETE'])
      expect(outcome(await clinic.call(method, `/api/v1/roles/${role.id}`, { name: 'Ours' }))).toEqual([
        404,
        'role.not_found',
      ]);
    const unknown = [422, 'tenancy.role_unknown'];
    const change = (id: string) => clinic.call('PATCH', `/api/v1/members/${member.id}`, { role: id });
    expect(outcome(await change(role.id))).toEqual(unknown);
    expect(outcome(await change(newId()))).toEqual(unknown);
    const invite = { email: `x-${newId()}@example.test`, role: role.id };
    expect(outcome(await clinic.post('/api/v1/invitations', invite))).toEqual(unknown);
  });

  it('grants nothing by a permission that a later version took out of the catalogue', async () => {
    const role = await roleOf(['services:read']);
    await host.query(
      salon.id,
      `UPDATE role SET permissions = permissions || '{spaceships:fly}' WHERE id = $1`,
      [role.id],
    );
    expect((await salon.get(`/api/v1/roles/${role.id}`)).body).toMatchObject({
      permissions: ['services:read'],
    });
  });

  it('is given to nobody while it is being deleted', async () => {
    for (let round = 0; round < 5; round += 1) {
      const role = await roleOf(DESK);
      const member = await salon.join('agent');
      const [given, deleted] = await Promise.all([
        salon.call('PATCH', `/api/v1/members/${member.id}`, { role: role.id }),
        salon.call('DELETE', `/api/v1/roles/${role.id}`),
      ]);
      expect([
        [200, 409],
        [422, 204],
      ]).toContainEqual([given.status, deleted.status]);
    }
  });
});

describe('a team', () => {
  const make = (name: string, memberIds: string[], tenant = salon) =>
    tenant.post<{ id: string; memberIds: string[]; version: number; code?: string }>('/api/v1/teams', {
      name,
      memberIds,
    });

  it('is made, listed, changed and deleted', async () => {
    const [one, two] = [await salon.join('agent'), await salon.join('agent')];
    const made = await make('Desk', [one.id]);
    expect(made).toMatchObject({ status: 201, body: { name: 'Desk', memberIds: [one.id], version: 1 } });
    const path = `/api/v1/teams/${made.body.id}`;
    const changed = await salon.call<{ memberIds: string[] }>(
      'PATCH',
      path,
      { memberIds: [two.id] },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toEqual({ ...made.body, memberIds: [two.id], version: 2 });
    expect(outcome(await salon.call('PATCH', path, { name: 'X' }, { 'if-match': '"1"' }))).toEqual([
      412,
      'team.changed',
    ]);
    expect((await salon.get<{ data: unknown[] }>('/api/v1/teams')).body.data).toEqual([changed.body]);
    expect((await salon.get(path)).body).toEqual(changed.body);
    const stale = await salon.call<{ code: string }>('DELETE', path, undefined, { 'if-match': '"1"' });
    expect(outcome(stale)).toEqual([412, 'team.changed']);
    expect((await salon.call('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
    expect(outcome(await salon.get(path))).toEqual([404, 'team.not_found']);
  });

  it('has a name of its own and members of the business', async () => {
    await make('Desk', []);
    expect(outcome(await make('desk', []))).toEqual([409, 'tenancy.team_name_taken']);
    const stranger = await clinic.join('agent');
    const answer = await salon.post<{ code: string; errors: { pointer: string }[] }>('/api/v1/teams', {
      name: 'Other',
      memberIds: [stranger.id],
    });
    expect([answer.status, answer.body.code, answer.body.errors[0]?.pointer]).toEqual([
      422,
      'tenancy.member_unknown',
      '/memberIds/0',
    ]);
  });

  it('loses who loses access', async () => {
    const member = await salon.join('agent');
    const team = await make('Desk', [member.id]);
    await salon.call('DELETE', `/api/v1/members/${member.id}`);
    expect((await salon.get(`/api/v1/teams/${team.body.id}`)).body).toMatchObject({ memberIds: [] });
  });

  it('is of one business alone', async () => {
    const { body } = await make('Desk', []);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(
        outcome(
          await clinic.call(
            method,
            `/api/v1/teams/${body.id}`,
            method === 'PATCH' ? { name: 'X' } : undefined,
          ),
        ),
      ).toEqual([404, 'team.not_found']);
    const channel = await clinic.call('PATCH', `/api/v1/channels/${clinic.channelId}`, { teamId: body.id });
    expect(outcome(channel)).toEqual([422, 'channels.team_unknown']);
  });

  const onRealEngines = testEngines().kind === 'real' ? it : it.skip;
  onRealEngines('is not deleted before what was given to it meanwhile is written down', async () => {
    const { body: team } = await make('Desk', []);
    const uow = host.app.get(UnitOfWork);
    let deleting: Promise<number> = Promise.resolve(0);
    await host.as(salon.id, () =>
      uow.run(async () => {
        expect(await host.dispatcher.ask(new IsTeamQuery(team.id))).toBe(true);
        let answered = false;
        deleting = salon.call('DELETE', `/api/v1/teams/${team.id}`).then(({ status }) => {
          answered = true;
          return status;
        });
        await eventually('the deletion waits for this unit of work', async () => {
          const waiting = await uow.query(
            'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))',
          );
          return answered || waiting.length > 0;
        });
        expect(answered).toBe(false);
      }),
    );
    expect(await deleting).toBe(204);
  });

  it('is made by who may, and seen by agents', async () => {
    const agent = await salon.join('agent');
    expect((await salon.get('/api/v1/teams', as(agent.token))).status).toBe(200);
    const refused = await salon.post('/api/v1/teams', { name: 'X', memberIds: [] }, as(agent.token));
    expect(outcome(refused)).toEqual([403, 'auth.forbidden']);
  });
});
