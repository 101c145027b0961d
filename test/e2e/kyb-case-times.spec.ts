import { newId } from '#libs/kernel';
import { OverdueSweeper } from '../../src/kyb/application/alerts/overdue-sweeper.js';
import { type Alert, KybDesk } from '../support/kyb-desk.js';

interface Case {
  id: string;
  state: string;
  priority: string;
  assigneeId: string | null;
  dueAt: string;
  overdueAt: string | null;
  version: number;
  history: { id: string; kind: string; actor: string; facts: Record<string, unknown> }[];
  hasMoreHistory: boolean;
  code?: string;
}

const OPENED = /Subject: .*counterparty is to be looked at/;
const ASSIGNED = /Subject: .*case was given to you/;
const OVERDUE = /Subject: .*case is overdue/;

let desk: KybDesk;
beforeAll(async () => {
  desk = await KybDesk.start([
    { id: 'EU.1', names: ['Arkady Vymyslov'], born: '1971-03-02' },
    { id: 'EU.2', names: ['Bogdana Nesushchestvova'] },
  ]);
  await desk.verifyMailboxes();
});
afterAll(() => desk.stop());

const get = async (id: string): Promise<Case> =>
  (await desk.tenant.get<Case>(`/api/v1/kyb/cases/${id}`)).body;
const put = (id: string, what: string, body: object, tag?: number) =>
  desk.tenant.call<Case>(
    'PUT',
    `/api/v1/kyb/cases/${id}/${what}`,
    body,
    tag === undefined ? {} : { 'if-match': `"${tag}"` },
  );
const late = (...alerts: Alert[]) =>
  desk.host.query(
    desk.tenant.id,
    `WITH a AS (UPDATE kyb_alert SET due_at = now() - interval '1 minute' WHERE id = ANY ($1))
     UPDATE kyb_case SET due_at = now() - interval '1 minute' WHERE id IN (SELECT case_id FROM kyb_alert WHERE id = ANY ($1))`,
    [alerts.map(({ id }) => id)],
  );
const sweep = (): Promise<number> => desk.host.app.get(OverdueSweeper).sweep();
const about = async (type: string, caseId: string): Promise<Record<string, unknown>[]> =>
  (await desk.events(type)).filter((payload) => payload.caseId === caseId);
const kinds = ({ history }: Case): string[] => history.map(({ kind }) => kind);

describe('a case whose time is over', () => {
  it('is found once, marked, and told to everybody who may decide while it is nobody’s', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    expect(await sweep()).toBe(0);
    await late(alert);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    const marked = await get(alert.caseId);
    expect(marked.overdueAt).not.toBeNull();
    expect(marked.history.at(-1)).toMatchObject({ kind: 'overdue', actor: 'system:kyb' });
    expect(await about('kyb.case.overdue.v1', alert.caseId)).toEqual([
      {
        caseId: alert.caseId,
        counterpartyId: alert.counterpartyId,
        assigneeId: null,
        priority: 'high',
        dueAt: marked.dueAt,
      },
    ]);
    const to = await desk.mailedAbout(OVERDUE, alert.caseId, 2);
    expect(to).toEqual([desk.second.email, desk.tenant.email].sort());
    for (const { text, html, headers } of desk.mailsAbout(OVERDUE, alert.caseId))
      expect(text + html + headers).not.toMatch(/Vymyslov|EU\.1/);
  });

  it('is told to whoever has it, and to nobody else', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await put(alert.caseId, 'assignee', { assigneeId: desk.second.id });
    await late(alert);
    expect(await sweep()).toBe(1);
    expect(await desk.mailedAbout(OVERDUE, alert.caseId)).toEqual([desk.second.email]);
  });

  it('is told to all who may decide, when who has it may not', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const auditor = await desk.member('auditor');
    await desk.verifyMailboxes();
    await put(alert.caseId, 'assignee', { assigneeId: auditor.id });
    await late(alert);
    await sweep();
    const to = await desk.mailedAbout(OVERDUE, alert.caseId, 2);
    expect(to).toEqual([desk.second.email, desk.tenant.email].sort());
  });

  it('is so again only after its time has moved', async () => {
    const id = await desk.counterparty(['Arkady Vymyslov', 'Bogdana Nesushchestvova']);
    await desk.check(id);
    await desk.when(id, 'two alerts', ({ subject }) => subject === 'hit:eu:EU.2');
    const [one, two] = await desk.alertsOf(id);
    await late(one!);
    expect(await sweep()).toBe(1);
    await desk.decide(one!.id);
    const again = await get(one!.caseId);
    expect([again.overdueAt, again.dueAt]).toEqual([null, two!.dueAt]);
    expect(await sweep()).toBe(0);
    await late(two!);
    expect(await sweep()).toBe(1);
    expect(await about('kyb.case.overdue.v1', one!.caseId)).toHaveLength(2);
  });

  it('is nothing to speak of when it is closed', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.decide(alert.id);
    await late(alert);
    expect(await sweep()).toBe(0);
  });

  it('keeps no other back when it cannot be marked', async () => {
    const [bad, good] = [await desk.suspect('Arkady Vymyslov'), await desk.suspect('Arkady Vymyslov')];
    await late(bad, good);
    await desk.host.query(desk.tenant.id, 'UPDATE kyb_case SET version = 2147483647 WHERE id = $1', [
      bad.caseId,
    ]);
    expect(await sweep()).toBe(1);
    expect((await get(good.caseId)).overdueAt).not.toBeNull();
    await desk.host.query(desk.tenant.id, 'UPDATE kyb_case SET version = 1 WHERE id = $1', [bad.caseId]);
    expect(await sweep()).toBe(1);
  });
});

describe('a case', () => {
  it('tells when it is closed, once', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    expect(await about('kyb.case.closed.v1', alert.caseId)).toEqual([]);
    await desk.decide(alert.id);
    const { closedAt } = (await desk.tenant.get<{ closedAt: string }>(`/api/v1/kyb/cases/${alert.caseId}`))
      .body;
    expect(await about('kyb.case.closed.v1', alert.caseId)).toEqual([
      { caseId: alert.caseId, counterpartyId: alert.counterpartyId, closedAt },
    ]);
  });

  it('is told to whom it is given, unless they took it themselves', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const me = (await desk.tenant.get<{ id: string }>('/api/v1/me')).body.id;
    await put(alert.caseId, 'assignee', { assigneeId: me });
    const given = await put(alert.caseId, 'assignee', { assigneeId: desk.second.id });
    expect(given.body.assigneeId).toBe(desk.second.id);
    expect((await put(alert.caseId, 'assignee', { assigneeId: desk.second.id })).body.version).toBe(
      given.body.version,
    );
    await put(alert.caseId, 'assignee', { assigneeId: null });
    expect((await about('kyb.case.assigned.v1', alert.caseId)).map(({ assigneeId }) => assigneeId)).toEqual([
      me,
      desk.second.id,
      null,
    ]);
    expect(await desk.mailedAbout(ASSIGNED, alert.caseId)).toEqual([desk.second.email]);
    // The mails of this case that come after it have gone.
    const next = await desk.suspect('Arkady Vymyslov');
    await put(next.caseId, 'assignee', { assigneeId: desk.second.id });
    await desk.mailedAbout(ASSIGNED, next.caseId);
    expect(desk.mailsAbout(ASSIGNED, alert.caseId)).toHaveLength(1);
    expect((await put(alert.caseId, 'assignee', { assigneeId: newId() })).body.code).toBe(
      'kyb.assignee_unknown',
    );
  });

  it('is as urgent as its most urgent alert, until somebody says otherwise', async () => {
    await desk.rule('new_hit', { severity: 'low' });
    const alert = await desk.suspect('Arkady Vymyslov');
    expect(await get(alert.caseId)).toMatchObject({ priority: 'low' });
    await desk.rule('new_hit', { severity: 'medium' });
    await desk.tenant.call('PATCH', `/api/v1/kyb/counterparties/${alert.counterpartyId}`, {
      names: ['Arkady Vymyslov', 'Bogdana Nesushchestvova'],
    });
    await desk.check(alert.counterpartyId);
    await desk.when(alert.counterpartyId, 'a second alert', ({ id }) => id !== alert.id);
    const raised = await get(alert.caseId);
    expect(raised).toMatchObject({ priority: 'normal' });
    expect(raised.history.at(-1)).toMatchObject({ kind: 'priority', facts: { from: 'low', to: 'normal' } });
    await desk.rule('new_hit', {});

    const set = await put(alert.caseId, 'priority', { priority: 'high' }, raised.version);
    expect([set.status, set.body.priority, set.body.version]).toEqual([200, 'high', raised.version + 1]);
    expect((await put(alert.caseId, 'priority', { priority: 'low' }, raised.version)).status).toBe(412);
    expect((await put(alert.caseId, 'priority', { priority: 'urgent' })).status).toBe(422);
    // A finding that is less urgent lowers nothing.
    await desk.check(alert.counterpartyId);
    expect(await get(alert.caseId)).toMatchObject({ priority: 'high' });
    const list = async (priority: string): Promise<string[]> =>
      (
        await desk.tenant.get<{ data: Case[] }>(
          `/api/v1/kyb/cases?priority=${priority}&counterpartyId=${alert.counterpartyId}`,
        )
      ).body.data.map(({ id }) => id);
    expect(await list('high')).toEqual([alert.caseId]);
    expect(await list('normal')).toEqual([]);
  });

  it('is urgent when the hit is strong, whatever the rules say', async () => {
    await desk.rule('new_hit', { severity: 'low' });
    const alert = await desk.suspect('Arkady Vymyslov', { birthDate: '1971-03-02' });
    await desk.rule('new_hit', {});
    expect(alert.severity).toBe('high');
    expect(await get(alert.caseId)).toMatchObject({ priority: 'high' });
  });

  it('shows everything that happened to it, page by page, and in its file', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await put(alert.caseId, 'priority', { priority: 'low' });
    await put(alert.caseId, 'assignee', { assigneeId: desk.second.id });
    await late(alert);
    await sweep();
    await desk.decide(alert.id);
    const whole = await get(alert.caseId);
    expect(kinds(whole)).toEqual(['opened', 'priority', 'assigned', 'overdue', 'closed']);
    expect(whole.hasMoreHistory).toBe(false);
    const seen: unknown[] = [];
    for (let after = '', more = true; more;) {
      const { body } = await desk.tenant.get<{ data: { id: string }[]; hasMore: boolean }>(
        `/api/v1/kyb/cases/${alert.caseId}/history?limit=2${after && `&startingAfter=${after}`}`,
      );
      seen.push(...body.data);
      after = body.data.at(-1)!.id;
      more = body.hasMore;
    }
    expect(seen).toEqual(whole.history);
    const { body } = await desk.tenant.get<{ file: { case: Case } }>(
      `/api/v1/kyb/cases/${alert.caseId}/file`,
    );
    expect(kinds(body.file.case)).toEqual(kinds(whole));
    const other = await desk.host.createTenant({ calendar: false });
    for (const path of ['', '/history'])
      expect((await other.get(`/api/v1/kyb/cases/${alert.caseId}${path}`)).status).toBe(404);
    expect(
      (await other.call('PUT', `/api/v1/kyb/cases/${alert.caseId}/priority`, { priority: 'low' })).status,
    ).toBe(404);
  });

  it('says when its time moves', async () => {
    await desk.rule('new_hit', { decideWithinHours: 48 });
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.rule('new_hit', { decideWithinHours: 2 });
    await desk.tenant.call('PATCH', `/api/v1/kyb/counterparties/${alert.counterpartyId}`, {
      names: ['Arkady Vymyslov', 'Bogdana Nesushchestvova'],
    });
    await desk.check(alert.counterpartyId);
    const soon = await desk.when(alert.counterpartyId, 'a second alert', ({ id }) => id !== alert.id);
    await desk.rule('new_hit', {});
    expect((await get(alert.caseId)).history.at(-1)).toMatchObject({
      kind: 'due',
      facts: { from: alert.dueAt, to: soon.dueAt },
    });
    expect((await desk.mailedAbout(OPENED, alert.caseId, 2)).length).toBeGreaterThanOrEqual(2);
  });
});
