import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '#app/bootstrap';
import { AuditKeys, AuditTrail } from '#libs/audit';
import { newId, runInContext } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { TrailVerifier } from '../../src/audit/application/verify-trail/trail-verifier.js';
import { auditOf, tamper } from '../support/audit.js';
import { TestApp } from '../support/app.js';

const OLD = Buffer.alloc(32, 9).toString('base64');
const NEW = Buffer.alloc(32, 10).toString('base64');

let host: TestApp;
let renewed: NestFastifyApplication;
let alone: NestFastifyApplication;
let tenantId: string;

/** Another process on the same database, with other keys of the trail. */
const withKeys = async (key: string, keysBefore: readonly string[]): Promise<NestFastifyApplication> => {
  const { settings } = host;
  const app = await createApp(
    {
      ...settings,
      audit: { ...settings.audit, key, keysBefore },
      process: { ...settings.process, role: 'api' },
    },
    { embedded: false },
  );
  return app.init();
};

beforeAll(async () => {
  host = await TestApp.start();
  expect(host.settings.audit.key).toBe(OLD);
  renewed = await withKeys(NEW, [OLD]);
  alone = await withKeys(NEW, []);
}, 60_000);
afterAll(async () => {
  await Promise.all([renewed.close(), alone.close()]);
  await host.stop();
});

const inTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runInContext({ tenantId, actor: { kind: 'system', id: 'test' }, traceId: newId() }, work);
const note = (app: NestFastifyApplication, count: number): Promise<void> =>
  inTenant(() =>
    app.get(UnitOfWork).run(() => {
      for (let i = 0; i < count; i += 1) app.get(AuditTrail).record({ action: 'test.noted', facts: { i } });
      return Promise.resolve();
    }),
  );
const verdictOf = (app: NestFastifyApplication) => inTenant(() => app.get(TrailVerifier).verify());
const faultsOf = async (app: NestFastifyApplication) =>
  (await verdictOf(app)).integrity.map(({ kind, fromSequence }) => `${kind} ${fromSequence}`);

/** Three entries of the old key, three of the new one, and one of a process that has not heard of it yet. */
beforeEach(async () => {
  tenantId = newId();
  await note(host.app, 3);
  await note(renewed, 3);
  await note(host.app, 1);
});

describe('after a new AUDIT_KEY', () => {
  it('one chain goes on, each entry under the key that it names', async () => {
    const [before, after] = [host.app.get(AuditKeys).currentId, renewed.get(AuditKeys).currentId];
    const named = (await auditOf(host, tenantId)).map(({ keyId }) => keyId);
    expect(named).toEqual([before, before, before, after, after, after, before]);
  });

  it('entries of before verify with AUDIT_KEYS_BEFORE, and not without', async () => {
    const whole = await verdictOf(renewed);
    expect(whole).toMatchObject({ entries: 7, integrity: [], completeness: [] });
    expect(await faultsOf(alone)).toEqual([
      'unknown-key 1',
      'unknown-key 2',
      'unknown-key 3',
      'unknown-key 7',
    ]);
    expect(await faultsOf(host.app)).toEqual(['unknown-key 4', 'unknown-key 5', 'unknown-key 6']);
  });

  it('who has the old key alone cannot write an entry of the new one', async () => {
    await tamper(host, `UPDATE audit_entry SET action = 'test.other' WHERE tenant_id = $1 AND seq = 5`, [
      tenantId,
    ]);
    expect(await faultsOf(renewed)).toEqual(['changed 5']);
    const [first] = await auditOf(host, tenantId);
    await tamper(host, 'UPDATE audit_entry SET key_id = $2 WHERE tenant_id = $1 AND seq = 5', [
      tenantId,
      first?.keyId,
    ]);
    expect(await faultsOf(renewed)).toEqual(['changed 5']);
  });
});
