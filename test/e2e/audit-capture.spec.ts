import { AuditTrail, type AuditEntry } from '#libs/audit';
import { newId, runInContext, type WorkContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { auditOf, faultsOf } from '../support/audit.js';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let salon: TestTenant;
let person: string;

beforeAll(async () => {
  app = await TestApp.start({ env: { ROLE: 'api' } });
  salon = await app.createTenant();
  [{ person_id: person } = { person_id: '' }] = await app.query<{ person_id: string }>(
    salon.id,
    'SELECT person_id FROM membership',
  );
}, 60_000);
afterAll(() => app.stop());

const uow = (): UnitOfWork => app.app.get(UnitOfWork);
const trail = (): AuditTrail => app.app.get(AuditTrail);
const acting = <T>(actor: WorkContext['actor'], work: () => Promise<T>, tenantId = salon.id): Promise<T> =>
  runInContext({ tenantId, traceId: 'test', actor }, () => uow().run(work));
const asPerson = <T>(work: () => Promise<T>): Promise<T> =>
  acting({ kind: 'user', id: person, permissions: new Set() }, work);

/** What the trail gained by `work`. */
const gained = async (work: () => Promise<unknown>): Promise<AuditEntry[]> => {
  const before = (await auditOf(app, salon.id)).length;
  await work();
  return (await auditOf(app, salon.id)).slice(before);
};

const newStaff = (name = 'Ira') => ({
  sql: `INSERT INTO staff (tenant_id, id, name, active, created_at, version) VALUES ($1, $2, $3, true, now(), 1)`,
  parameters: [salon.id, newId(), name],
});

describe('a change by a person', () => {
  it('is an entry that says who, what, where, from where and in which request', async () => {
    const id = salon.staff.get('Anna') ?? '';
    const entries = await gained(() =>
      salon.call(
        'PATCH',
        `/api/v1/staff/${id}`,
        { name: 'Anna B' },
        { 'x-request-id': 'req-17', 'user-agent': 'spec' },
      ),
    );
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      kind: 'change',
      action: 'update',
      operation: 'updateStaff',
      actorKind: 'user',
      actorId: person,
      subjectType: 'staff',
      subjectId: id,
      requestId: 'req-17',
      address: '127.0.0.1',
      userAgent: 'spec',
    });
    expect(JSON.parse(entries[0]?.before ?? '')).toEqual({ name: 'Anna', version: 2 });
    expect(JSON.parse(entries[0]?.after ?? '')).toEqual({ name: 'Anna B', version: 3 });
  });

  it('is one entry a row, in their order, and nothing for an update that changes nothing', async () => {
    const staff = newStaff();
    const entries = await gained(() =>
      asPerson(async () => {
        await uow().write(staff.sql, staff.parameters);
        await uow().execute('UPDATE staff SET name = $2 WHERE id = $1', [staff.parameters[1], 'Ira B']);
        await uow().execute('UPDATE staff SET name = name WHERE id = $1', [staff.parameters[1]]);
        await uow().execute('DELETE FROM staff WHERE id = $1', [staff.parameters[1]]);
      }),
    );
    expect(entries.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
    expect(entries.map(({ subjectId }) => subjectId)).toEqual(Array(3).fill(staff.parameters[1]));
    expect(JSON.parse(entries[2]?.before ?? '')).toMatchObject({ name: 'Ira B' });
    expect(entries[2]?.after).toBeNull();
  });

  it('never takes a secret out of its table', async () => {
    const all = JSON.stringify(
      (await auditOf(app, salon.id)).filter(({ subjectType }) => subjectType === 'refresh_session'),
    );
    expect(all).toContain('token_hash');
    expect(all).toContain('[masked]');
    const [session] = await app.query<{ token_hash: string }>(
      salon.id,
      'SELECT token_hash FROM refresh_session LIMIT 1',
    );
    expect(session?.token_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(all).not.toContain(session?.token_hash);
  });

  it('leaves neither entry nor gap when it is rolled back', async () => {
    const entries = await gained(async () => {
      await expect(
        asPerson(async () => {
          const staff = newStaff();
          await uow().execute(staff.sql, staff.parameters);
          trail().record({ action: 'test.noted' });
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
    });
    expect(entries).toEqual([]);
    await asPerson(async () => trail().record({ action: 'test.noted' }));
    expect(await faultsOf(app, salon.id)).toEqual([]);
  });

  it('does not commit in a process without the trail', async () => {
    const silent = app.app.get(UnitOfWork) as unknown as { closing: (() => Promise<void>) | null };
    const { closing } = silent;
    silent.closing = null;
    const staff = newStaff('Nobody saw me');
    try {
      await expect(asPerson(() => uow().execute(staff.sql, staff.parameters))).rejects.toThrow(
        'a change of staff was not written to the audit trail',
      );
    } finally {
      silent.closing = closing;
    }
    expect(await app.query(salon.id, 'SELECT 1 FROM staff WHERE id = $1', [staff.parameters[1]])).toEqual([]);
  });
});

describe('others', () => {
  it.each(['system', 'assistant'] as const)('leave no entry for a row changed by the %s', async (kind) => {
    const staff = newStaff();
    const entries = await gained(() =>
      acting({ kind, id: 'spec' }, () => uow().execute(staff.sql, staff.parameters)),
    );
    expect(entries).toEqual([]);
  });

  it('are API keys, which leave one', async () => {
    const staff = newStaff();
    const id = newId();
    const entries = await gained(() =>
      acting({ kind: 'api-key', id, permissions: new Set() }, () =>
        uow().execute(staff.sql, staff.parameters),
      ),
    );
    expect(entries).toMatchObject([
      { actorKind: 'api-key', actorId: id, action: 'insert', subjectType: 'staff' },
    ]);
  });

  it('read, and so neither lock the chain nor add to it', async () => {
    const locker = () => app.query<{ xmax: string }>(salon.id, 'SELECT xmax::text, seq FROM audit_chain');
    const before = await locker();
    await asPerson(() => uow().query('SELECT * FROM staff'));
    expect(await locker()).toEqual(before);
    await asPerson(async () => trail().record({ action: 'test.noted' }));
    expect(await locker()).not.toEqual(before);
  });
});

describe('the application', () => {
  it.each([
    ['change an entry', `UPDATE audit_entry SET action = 'insert'`],
    ['delete an entry', 'DELETE FROM audit_entry'],
    ['empty the trail', 'TRUNCATE audit_entry'],
    ['delete the end of a chain', 'DELETE FROM audit_chain'],
    [
      'stage what did not happen',
      `INSERT INTO audit_staged (tenant_id, action, subject_type) VALUES ('${newId()}', 'insert', 'x')`,
    ],
  ])('has no right to %s', async (_what, sql) => {
    await expect(app.query(salon.id, sql)).rejects.toThrow('permission denied');
  });

  it('chains what it writes', async () => {
    expect((await auditOf(app, salon.id)).length).toBeGreaterThan(5);
    expect(await faultsOf(app, salon.id)).toEqual([]);
  });
});
