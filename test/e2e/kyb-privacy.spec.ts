import { newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { mergeSubjects, PersonalDataStores } from '#libs/privacy';
import { Assessor } from '../../src/kyb/application/alerts/assessor.js';
import { RetentionRunner } from '../../src/privacy/application/retention/retention-runner.js';
import { idle } from '../support/conversation.js';
import { eventually } from '../support/eventually.js';
import { FALSE_POSITIVE, KybDesk } from '../support/kyb-desk.js';

interface Request {
  id: string;
  state: string;
  subjectKind: string;
  code?: string;
  steps: { store: string; state: string; what: string; records: number; reason: string | null }[];
}
interface Entry {
  subject: { type: string; id: string } | null;
  changes: { field: string; after: unknown; state: string }[];
}

const NAME = 'Arkady Vymyslov';
const TABLES = [
  'kyb_alert_event',
  'kyb_alert',
  'kyb_case_event',
  'kyb_case',
  'kyb_risk',
  'kyb_hit',
  'kyb_change',
  'kyb_match',
  'kyb_coverage',
  'kyb_check',
  'counterparty_relation',
  'counterparty',
];

let desk: KybDesk;
beforeAll(async () => {
  // Small batches: one erasure is many transactions.
  desk = await KybDesk.start([{ id: 'EU.1', names: [NAME] }], { env: { RETENTION_BATCH: '10' } });
});
afterAll(() => desk.stop());

/** A person who was checked, decided about and noted on, and a company that the person owns. */
const person = async (): Promise<{ id: string; company: string; caseId: string }> => {
  const alert = await desk.suspect(NAME, { birthDate: '1971', reference: newId() });
  await desk.act(alert.id, 'notes', { note: 'Asked for a copy of the passport.' });
  await desk.decide(alert.id, FALSE_POSITIVE);
  const id = alert.counterpartyId;
  await desk.check(id);
  const company = await desk.counterparty(['Beispiel GmbH'], { kind: 'organisation' });
  await desk.tenant.post(`/api/v1/kyb/counterparties/${id}/relations`, { toId: company, kind: 'owner_of' });
  // What follows from the checks is written by then.
  await idle(desk.host, desk.tenant);
  return { id, company, caseId: alert.caseId };
};
/** In the middle of January, so that the end of that year is far from it. */
const archive = async (id: string, yearsAgo: number): Promise<void> => {
  const { status } = await desk.tenant.post(`/api/v1/kyb/counterparties/${id}/archive`);
  if (status >= 300) throw new Error(`not archived: ${status}`);
  await desk.host.query(
    desk.tenant.id,
    `UPDATE counterparty SET archived_at = date_trunc('year', now()) - make_interval(years => $2, days => -14) WHERE id = $1`,
    [id, yearsAgo],
  );
};
const ask = async (kind: string, counterpartyId: string): Promise<Request> => {
  const { body, status } = await desk.tenant.post<Request>('/api/v1/privacy/requests', {
    kind,
    subject: { counterpartyId },
    reason: 'asked by letter',
  });
  if (status !== 201) return body;
  return eventually('the request is answered', async () => {
    const read = await desk.tenant.get<Request>(`/api/v1/privacy/requests/${body.id}`);
    return ['pending', 'running'].includes(read.body.state) ? undefined : read.body;
  });
};
const step = ({ steps }: Request) => steps.find(({ store }) => store === 'kyb.counterparties');
/** Rows about a counterparty, by table; tables without any are left out. */
const left = async (id: string): Promise<Record<string, number>> => {
  const rows = await desk.host.query<{ name: string; n: number }>(
    desk.tenant.id,
    TABLES.map((table) => {
      const column =
        table === 'counterparty'
          ? 'id = $1'
          : table === 'counterparty_relation'
            ? '$1 IN (from_id, to_id)'
            : table === 'kyb_hit'
              ? 'check_id IN (SELECT id FROM kyb_check WHERE counterparty_id = $1)'
              : table === 'kyb_alert_event'
                ? 'alert_id IN (SELECT id FROM kyb_alert WHERE counterparty_id = $1)'
                : table === 'kyb_case_event'
                  ? 'case_id IN (SELECT id FROM kyb_case WHERE counterparty_id = $1)'
                  : 'counterparty_id = $1';
      return `SELECT '${table}' AS name, count(*)::int AS n FROM ${table} WHERE ${column}`;
    }).join(' UNION ALL '),
    [id],
  );
  return Object.fromEntries(rows.flatMap(({ name, n }) => (n > 0 ? [[name, n]] : [])));
};
const trailOf = async (id: string): Promise<string> => {
  const { body } = await desk.tenant.get<{ data: Entry[] }>('/api/v1/audit/entries?limit=100');
  return JSON.stringify(body.data.filter(({ subject }) => subject?.id === id));
};

describe('a person whom the business deals with', () => {
  it('can have everything that is kept about them', async () => {
    const { id } = await person();
    const request = await ask('export', id);
    expect(request).toMatchObject({ state: 'completed', subjectKind: 'counterparty' });
    const answer = await fetch(`${desk.host.url}/api/v1/privacy/requests/${request.id}/export`, {
      headers: { authorization: `Bearer ${desk.tenant.token}` },
    });
    const document = (await answer.json()) as {
      sections: { store: string; records: Record<string, unknown>[] }[];
    };
    const records = document.sections.find(({ store }) => store === 'kyb.counterparties')!.records;
    const of = (type: string) => records.filter((record) => record['type'] === type);
    expect(of('counterparty')).toMatchObject([{ id, details: { names: [NAME], birthDate: '1971' } }]);
    expect(of('check')).toHaveLength(2);
    expect(of('check')[0]).toMatchObject({ source: 'screening', question: { names: [NAME] } });
    expect(of('hit')[0]).toMatchObject({
      list: 'eu',
      entryId: 'EU.1',
      explanation: expect.any(Object) as object,
    });
    expect(of('alert')).toMatchObject([{ disposition: 'false_positive' }]);
    expect(of('alert-event').map(({ note }) => note)).toContain('Asked for a copy of the passport.');
    for (const type of ['relation', 'change', 'risk']) expect(of(type).length).toBeGreaterThan(0);
  });

  it('is found neither among organisations nor in other businesses', async () => {
    const { id, company } = await person();
    expect((await ask('export', company)).code).toBe('privacy.subject_not_found');
    expect((await ask('export', newId())).code).toBe('privacy.subject_not_found');
    const other = await desk.host.createTenant({ calendar: false });
    const theirs = await other.post<Request>('/api/v1/privacy/requests', {
      kind: 'export',
      subject: { counterpartyId: id },
      reason: 'asked by letter',
    });
    expect([theirs.status, theirs.body.code]).toEqual([404, 'privacy.subject_not_found']);
  });

  it('is kept while the business deals with them, and as long as the law says', async () => {
    const { id } = await person();
    const before = await left(id);
    const present = await ask('erasure', id);
    expect(present.state).toBe('completed');
    expect(step(present)).toMatchObject({ what: 'kept', records: 0 });
    expect(step(present)?.reason).toMatch(/not archived/);
    // Five years after the end of the year in which it ended, and not five to the day.
    await archive(id, 5);
    const past = await ask('erasure', id);
    expect(step(past)).toMatchObject({ what: 'kept', records: 0 });
    expect(step(past)?.reason).toMatch(/§ 8\(4\) GwG/);
    expect(await left(id)).toEqual(before);
  });

  it('is erased with everything when the law lets them go, in the audit trail too, and nobody else is', async () => {
    const [gone, stays] = [await person(), await person()];
    await archive(gone.id, 7);
    expect(await trailOf(gone.id)).toContain(NAME);
    const rows = Object.values(await left(gone.id)).reduce((sum, n) => sum + n, 0);
    expect(Object.keys(await left(gone.id)).sort()).toEqual([...TABLES].sort());
    const untouched = await left(stays.id);

    const request = await ask('erasure', gone.id);
    expect(request.state).toBe('completed');
    expect(step(request)).toMatchObject({ what: 'deleted', records: rows, reason: null });
    expect(await left(gone.id)).toEqual({});
    expect(await trailOf(gone.id)).not.toContain(NAME);
    expect((await desk.tenant.get(`/api/v1/kyb/counterparties/${gone.id}`)).status).toBe(404);
    expect((await desk.tenant.get(`/api/v1/kyb/cases/${gone.caseId}/file`)).status).toBe(404);
    expect(await left(stays.id)).toEqual(untouched);
    expect((await desk.tenant.get(`/api/v1/kyb/counterparties/${gone.company}`)).status).toBe(200);
    expect(await trailOf(stays.id)).toContain(NAME);
    // An event of a check that comes after it finds nobody, and is done with.
    await desk.host.as(desk.tenant.id, () =>
      desk.host.app.get(UnitOfWork).run(() => desk.host.app.get(Assessor).assess(newId(), gone.id)),
    );
  });

  it('is kept under a legal hold, and erased when it is lifted', async () => {
    const { id } = await person();
    await archive(id, 12);
    const hold = await desk.tenant.post<{ id: string; version: number }>('/api/v1/privacy/holds', {
      subject: { counterpartyId: id },
      reason: 'Investigation',
      authority: 'Public prosecutor',
      dataClasses: ['counterparties'],
    });
    expect(hold.status).toBe(201);
    const before = await left(id);
    const held = await ask('erasure', id);
    expect(step(held)).toMatchObject({ state: 'held', what: 'kept' });
    await prune();
    expect(await left(id)).toEqual(before);
    await desk.tenant.post(`/api/v1/privacy/holds/${hold.body.id}/lift`, { reason: 'Closed' });
    await desk.tenant.post(`/api/v1/privacy/requests/${held.id}/resume`);
    await eventually('it is erased', async () => Object.keys(await left(id)).length === 0);
  });

  it('is sealed with a key of their own, and an organisation with the key of the business', async () => {
    const { id, company } = await person();
    const keys = (subject: string) =>
      desk.host.query(desk.tenant.id, 'SELECT 1 FROM data_key WHERE subject_id = $1', [subject]);
    expect(await keys(id)).toHaveLength(1);
    expect(await keys(company)).toHaveLength(0);
  });
});

const prune = (): Promise<void> =>
  desk.host.as(desk.tenant.id, () => desk.host.app.get(RetentionRunner).run());

describe('archived counterparties', () => {
  it('go by themselves when their time is over, and are counted before', async () => {
    const [old, young, here] = [await person(), await person(), await person()];
    await archive(old.id, 12);
    await archive(old.company, 12);
    await archive(young.id, 9);
    const before = [await left(young.id), await left(here.id)];
    const { store } = desk.host.app.get(PersonalDataStores).find('kyb.counterparties')!;
    const dry = () =>
      desk.host.as(desk.tenant.id, () =>
        desk.host.app.get(UnitOfWork).run(() =>
          store.prune({
            dataClass: 'counterparties',
            before: new Date(Date.now() - 3_653 * 86_400_000),
            now: new Date(),
            limit: 10,
            held: mergeSubjects(),
            dryRun: true,
          }),
        ),
      );
    expect(await dry()).toBeGreaterThan(20);
    await desk.host.query(desk.tenant.id, 'DELETE FROM retention_run_class');
    await desk.host.query(desk.tenant.id, 'DELETE FROM retention_run');
    await prune();
    expect(await left(old.id)).toEqual({});
    expect(await left(old.company)).toEqual({});
    expect([await left(young.id), await left(here.id)]).toEqual(before);
    expect(await dry()).toBe(0);
  });

  it('cannot go sooner than the law says', async () => {
    const { body, status } = await desk.tenant.call<{ errors: { detail: string }[] }>(
      'PUT',
      '/api/v1/privacy/retention',
      { days: { counterparties: 365 } },
    );
    expect(status).toBe(422);
    expect(body.errors[0]!.detail).toMatch(/at least 1827 days.*GwG/);
  });
});
