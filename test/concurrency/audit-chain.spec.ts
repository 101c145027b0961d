import { AuditTrail } from '#libs/audit';
import { newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { auditOf, faultsOf } from '../support/audit.js';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';

describe('changes at one time', () => {
  let app: TestApp;
  let salon: TestTenant;
  let clinic: TestTenant;

  beforeAll(async () => {
    app = await TestApp.start({ env: { ROLE: 'api' } });
    salon = await app.createTenant({ calendar: false });
    clinic = await app.createTenant({ calendar: false });
  }, 60_000);
  afterAll(() => app.stop());

  const person = newId();
  const change = (tenant: TestTenant, fail = false): Promise<void> => {
    const actor = { kind: 'user', id: person, permissions: new Set<string>() } as const;
    const uow = app.app.get(UnitOfWork);
    return runInContext({ tenantId: tenant.id, traceId: 't', actor }, () =>
      uow.run(async () => {
        await uow.execute(
          `INSERT INTO staff (tenant_id, id, name, active, created_at, version) VALUES ($1, $2, 'x', true, now(), 1)`,
          [tenant.id, newId()],
        );
        app.app.get(AuditTrail).record({ action: 'test.noted' });
        if (fail) throw new Error('rolled back');
      }),
    );
  };
  const grown = async (tenant: TestTenant, before: number) => (await auditOf(app, tenant.id)).length - before;

  it('of one business get one gapless chain, whatever is rolled back among them', async () => {
    const before = (await auditOf(app, salon.id)).length;
    const done = await Promise.allSettled(Array.from({ length: 75 }, (_, i) => change(salon, i % 3 === 2)));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    // Each that committed left its change and its note, side by side.
    expect(await grown(salon, before)).toBe(100);
    const entries = await auditOf(app, salon.id);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1));
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort());
    expect(await faultsOf(app, salon.id)).toEqual([]);
  });

  it('of two businesses do not meet', async () => {
    const before = [(await auditOf(app, salon.id)).length, (await auditOf(app, clinic.id)).length] as const;
    await Promise.all(Array.from({ length: 40 }, (_, i) => change(i % 2 ? salon : clinic)));
    expect(await grown(salon, before[0])).toBe(40);
    expect(await grown(clinic, before[1])).toBe(40);
    expect(await faultsOf(app, salon.id)).toEqual([]);
    expect(await faultsOf(app, clinic.id)).toEqual([]);
  });

  it('leave nothing when the connection dies between staging and commit', async () => {
    const before = (await auditOf(app, salon.id)).length;
    const uow = app.app.get(UnitOfWork);
    const id = newId();
    const actor = { kind: 'user', id: person, permissions: new Set<string>() } as const;
    await expect(
      runInContext({ tenantId: salon.id, traceId: 't', actor }, () =>
        uow.run(async () => {
          await uow.execute(
            `INSERT INTO staff (tenant_id, id, name, active, created_at, version) VALUES ($1, $2, 'x', true, now(), 1)`,
            [salon.id, id],
          );
          // As near to a kill as both engines allow: the transaction is broken, the staged row is in it.
          await uow.query('SELECT 1 / 0');
        }),
      ),
    ).rejects.toThrow('division by zero');
    expect(await grown(salon, before)).toBe(0);
    expect(await app.query(salon.id, 'SELECT 1 FROM audit_staged')).toEqual([]);
    await change(salon);
    expect(await faultsOf(app, salon.id)).toEqual([]);
  });
});
