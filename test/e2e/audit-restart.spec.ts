import { Metrics } from '#libs/observability';
import { AuditSchedule } from '../../src/audit/application/schedule/audit-schedule.js';
import { TestApp } from '../support/app.js';
import { tamper } from '../support/audit.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';

interface Verdict {
  entries: number;
  completeness: { ok: boolean; faults: { kind: string; fromSequence: number; toSequence: number }[] };
}

const HOUR_MS = 3_600_000;
const clock = new TestClock();
let app: TestApp;
let salon: TestTenant;

beforeAll(async () => {
  app = await TestApp.start({ clock });
  salon = await app.createTenant({ calendar: false });
});
afterAll(() => app.stop());

const verify = async (body: object = {}): Promise<Verdict> => {
  const answer = await salon.post<Verdict>('/api/v1/audit/verify', body);
  expect(answer.status).toBe(200);
  return answer.body;
};

it('heads are taken as they were answered', async () => {
  const { body: head } = await salon.post('/api/v1/audit/heads');
  const { body: page } = await salon.get<{ data: object[] }>('/api/v1/audit/heads');
  expect(await verify({ heads: [head, ...page.data] })).toMatchObject({ completeness: { ok: true } });
});

describe('a trail of which nothing was left', () => {
  it('is missed, by hand and on schedule, and so it is when it has begun anew', async () => {
    expect(await verify()).toMatchObject({ completeness: { ok: true } });
    clock.pass(2 * HOUR_MS);
    for (const table of ['audit_head', 'audit_entry', 'audit_chain'])
      await tamper(app, `DELETE FROM ${table} WHERE tenant_id = $1`, [salon.id]);

    await app.app.get(AuditSchedule).verifyAll();
    const { text } = await app.app.get(Metrics).expose();
    expect(text).toMatch(/frontdesk_audit_faulty_trails\{what="completeness"\} 1\b/);

    const { email, password } = salon;
    salon.token = (
      await salon.post<{ accessToken: string }>('/api/v1/auth/login', { email, password })
    ).body.accessToken;
    const { entries, completeness } = await verify();
    expect(entries).toBeGreaterThan(0);
    expect(completeness.faults).toMatchObject([{ kind: 'restarted', fromSequence: 1 }]);
  });
});
