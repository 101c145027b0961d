import { newId } from '#libs/kernel';
import { Monitor } from '../../src/kyb/application/monitoring/monitor.js';
import { type Alert, FALSE_POSITIVE, KybDesk, TRUE_MATCH } from '../support/kyb-desk.js';
import type { Listed } from '../support/list-server.js';

const base: Listed[] = [
  { id: 'EU.1', names: ['Arkady Vymyslov'], born: '1971-03-02' },
  { id: 'EU.2', names: ['Bogdana Nesushchestvova'] },
];

interface CaseFile {
  file: {
    alerts: (Alert & { decidedBy: string; history: { kind: string; caseId: string }[] })[];
    evidence: { checkId: string; intact: boolean }[];
  };
}

let desk: KybDesk;
beforeAll(async () => {
  desk = await KybDesk.start(base);
});
afterAll(() => desk.stop());

const fileOf = async (caseId: string): Promise<CaseFile['file']> =>
  (await desk.tenant.get<CaseFile>(`/api/v1/kyb/cases/${caseId}/file`)).body.file;

describe('the file of a case', () => {
  it('shows what was decided in it, also when the alert is open again in a later case', async () => {
    const alert = await desk.suspect('Bogdana Nesushchestvova');
    await desk.decide(alert.id, TRUE_MATCH);
    const closed = await fileOf(alert.caseId);
    expect(closed.alerts).toMatchObject([{ id: alert.id, state: 'approved', disposition: 'true_match' }]);
    expect(closed.evidence.length).toBeGreaterThan(0);

    await desk.publish([base[0]!, { ...base[1]!, born: '1980-05-06' }]);
    await desk.check(alert.counterpartyId);
    const again = await desk.when(
      alert.counterpartyId,
      'the alert open again',
      ({ state }) => state === 'open',
    );
    expect(again.caseId).not.toBe(alert.caseId);

    const { version: _, ...left } = closed.alerts[0]!;
    const after = await fileOf(alert.caseId);
    expect(after.alerts).toEqual([{ ...left, version: again.version, stopping: true }]);
    expect(after.evidence).toEqual(closed.evidence);
    const present = await fileOf(again.caseId);
    expect(present.alerts).toMatchObject([{ id: alert.id, state: 'open', disposition: null }]);
    expect(present.alerts[0]!.history.map(({ kind, caseId }) => [kind, caseId])).toEqual([
      ['reopened', again.caseId],
    ]);
    expect(present.evidence.map(({ checkId }) => checkId)).toEqual([again.checkId]);
    await desk.publish(base);
  });

  it('keeps the decision that one person has taken back since', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.decide(alert.id, FALSE_POSITIVE);
    await desk.act(alert.id, 'reopen', { note: 'It is the same after all.' });
    expect((await fileOf(alert.caseId)).alerts).toMatchObject([
      { state: 'approved', disposition: 'false_positive', decidedBy: `user:${desk.second.id}` },
    ]);
    const [again] = await desk.alertsOf(alert.counterpartyId);
    expect((await fileOf(again!.caseId)).alerts).toMatchObject([{ state: 'open', decidedBy: null }]);
    const { evidence } = await fileOf(again!.caseId);
    expect(evidence.map(({ checkId }) => checkId)).toEqual([alert.checkId]);
  });
});

describe('an alert', () => {
  it('says when it was last seen and by which check, and stays the version that people have read', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.check(alert.counterpartyId);
    const seen = await desk.when(
      alert.counterpartyId,
      'it was seen again',
      ({ lastSeenAt }) => lastSeenAt > alert.lastSeenAt,
    );
    expect(seen.checkId).not.toBe(alert.checkId);
    expect(seen).toEqual({ ...alert, checkId: seen.checkId, lastSeenAt: seen.lastSeenAt });
    expect((await desk.act(alert.id, 'propose', FALSE_POSITIVE, { tag: 1 })).status).toBe(200);
  });

  it('is not seen again by a check that did not show it', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.tenant.call('PATCH', `/api/v1/kyb/counterparties/${alert.counterpartyId}`, {
      names: ['Somebody Quite Different'],
    });
    await desk.check(alert.counterpartyId);
    const ended = await desk.when(alert.counterpartyId, 'it ended', ({ state }) => state === 'closed');
    await desk.check(alert.counterpartyId);
    await desk.check(alert.counterpartyId);
    expect(await desk.alertsOf(alert.counterpartyId)).toEqual([ended]);
  });

  it.each([true, false])(
    'is open again when its entry changes, whether or not that is material: %p',
    async (material) => {
      await desk.rule('changed_hit', { alert: material });
      const alert = await desk.suspect('Bogdana Nesushchestvova');
      await desk.decide(alert.id);
      await desk.publish([base[0]!, { ...base[1]!, born: '1980-05-06' }]);
      await desk.check(alert.counterpartyId);
      await desk.when(alert.counterpartyId, 'it is open again', ({ state }) => state === 'open');
      await desk.publish(base);
      await desk.rule('changed_hit', {});
    },
  );

  it('is not raised by a change that is not material, where nobody had decided anything', async () => {
    await desk.rule('new_hit', { alert: false });
    await desk.rule('changed_hit', { alert: false });
    const id = await desk.counterparty(['Bogdana Nesushchestvova']);
    await desk.check(id);
    await desk.publish([base[0]!, { ...base[1]!, born: '1980-05-06' }]);
    const before = (await desk.events('kyb.check.recorded.v1')).length;
    await desk.check(id);
    await desk.rule('new_hit', {});
    await desk.rule('changed_hit', {});
    expect((await desk.events('kyb.check.recorded.v1')).length).toBe(before + 1);
    // What comes after it in the same lane of events has been handled.
    const other = await desk.suspect('Arkady Vymyslov');
    expect(other.state).toBe('open');
    expect(await desk.alertsOf(id)).toEqual([]);
    await desk.publish(base);
  });

  it('tells of a delisting when the rules hold that material, and ends when the entry is back', async () => {
    await desk.rule('removed_hit', { severity: 'low', decideWithinHours: 168 });
    const hit = await desk.suspect('Bogdana Nesushchestvova');
    await desk.publish([base[0]!]);
    await desk.check(hit.counterpartyId);
    const removed = await desk.when(
      hit.counterpartyId,
      'an alert of the delisting',
      ({ subject }) => subject === 'removed:eu:EU.2',
    );
    expect(removed).toMatchObject({
      kind: 'removed_hit',
      severity: 'low',
      state: 'open',
      caseId: hit.caseId,
    });
    const of = async (subject: string): Promise<Alert | undefined> =>
      (await desk.alertsOf(hit.counterpartyId)).find((each) => each.subject === subject);
    expect(await of(hit.subject)).toMatchObject({ state: 'closed' });
    await desk.decide(removed.id, { disposition: 'accepted_risk', reasonCode: 'within_appetite' });
    expect((await desk.tenant.get(`/api/v1/kyb/cases/${hit.caseId}`)).body).toMatchObject({
      state: 'closed',
    });

    await desk.publish(base);
    await desk.check(hit.counterpartyId);
    await desk.when(
      hit.counterpartyId,
      'the hit again',
      ({ id, state }) => id === hit.id && state === 'open',
    );
    expect(await of('removed:eu:EU.2')).toMatchObject({ state: 'closed' });
    await desk.rule('removed_hit', { alert: false });
  });

  it('says nothing of a delisting by default', async () => {
    const hit = await desk.suspect('Bogdana Nesushchestvova');
    await desk.publish([base[0]!]);
    await desk.check(hit.counterpartyId);
    await desk.when(hit.counterpartyId, 'the hit ended', ({ state }) => state === 'closed');
    expect(await desk.alertsOf(hit.counterpartyId)).toHaveLength(1);
    await desk.publish(base);
  });
});

describe('the history of an alert', () => {
  it('is shown page by page, and whole in the file of its case', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.host.query(
      desk.tenant.id,
      `INSERT INTO kyb_alert_event (tenant_id, id, alert_id, case_id, kind, actor, facts, at)
       SELECT $1, unnest($2::uuid[]), $3, $4, 'seen', 'system:test', '{}', now()`,
      [desk.tenant.id, Array.from({ length: 600 }, () => newId()), alert.id, alert.caseId],
    );
    interface Page {
      data: { id: string }[];
      hasMore: boolean;
    }
    const { body } = await desk.tenant.get<{ history: { id: string }[]; hasMoreHistory: boolean }>(
      `/api/v1/kyb/alerts/${alert.id}`,
    );
    expect([body.history.length, body.hasMoreHistory]).toEqual([100, true]);
    const ids: string[] = [];
    for (let more = true; more;) {
      const after = ids.length === 0 ? '' : `&startingAfter=${ids.at(-1)}`;
      const read = await desk.tenant.get<Page>(`/api/v1/kyb/alerts/${alert.id}/history?limit=100${after}`);
      ids.push(...read.body.data.map(({ id }) => id));
      more = read.body.hasMore;
    }
    expect(ids).toHaveLength(601);
    expect(ids).toEqual([...ids].sort());
    expect(ids.slice(0, 100)).toEqual(body.history.map(({ id }) => id));
    expect((await fileOf(alert.caseId)).alerts[0]!.history).toHaveLength(601);
    const other = await desk.host.createTenant({ calendar: false });
    expect((await other.get(`/api/v1/kyb/alerts/${alert.id}/history`)).status).toBe(404);
  });
});

describe('decisions whose time is over', () => {
  it('are opened again, each by itself: one that fails keeps none back', async () => {
    const alerts: Alert[] = [];
    for (let times = 0; times < 3; times += 1) {
      const alert = await desk.suspect('Arkady Vymyslov');
      await desk.decide(alert.id);
      alerts.push(alert);
    }
    const [bad] = alerts;
    const set = (text: string, id: string) =>
      desk.host.query(desk.tenant.id, `UPDATE kyb_alert SET ${text} WHERE id = $1`, [id]);
    for (const { id } of alerts) await set(`expires_at = now() - interval '1 minute'`, id);
    await set('version = 2147483647', bad!.id);
    const states = async (): Promise<string[]> =>
      Promise.all(
        alerts.map(async ({ id }) => (await desk.tenant.get<Alert>(`/api/v1/kyb/alerts/${id}`)).body.state),
      );
    await desk.host.app.get(Monitor).rescreen();
    expect(await states()).toEqual(['approved', 'open', 'open']);
    await set('version = 1', bad!.id);
    await desk.host.app.get(Monitor).rescreen();
    expect(await states()).toEqual(['open', 'open', 'open']);
  });
});

describe('a note', () => {
  interface Noted {
    id: string;
    kind: string;
    actor: string;
    note: string | null;
    caseId: string;
    code?: string;
  }
  const add = (id: string, note: unknown, headers: Record<string, string> = {}) =>
    desk.tenant.post<Noted>(`/api/v1/kyb/alerts/${id}/notes`, { note }, headers);
  const read = async (id: string) =>
    (await desk.tenant.get<Alert & { history: Noted[] }>(`/api/v1/kyb/alerts/${id}`)).body;

  it('is kept with the alert, sealed, and decides nothing', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const made = await add(alert.id, '  Asked for a copy of the passport.  ');
    expect([made.status, made.body.kind, made.body.note]).toEqual([
      201,
      'noted',
      'Asked for a copy of the passport.',
    ]);
    const after = await read(alert.id);
    expect(after).toMatchObject({ state: 'open', version: alert.version });
    expect(after.history.at(-1)).toEqual(made.body);
    expect((await fileOf(alert.caseId)).alerts[0]!.history.at(-1)).toEqual(made.body);
    const [stored] = await desk.host.query<{ note: string }>(
      desk.tenant.id,
      'SELECT note FROM kyb_alert_event WHERE id = $1',
      [made.body.id],
    );
    expect(stored!.note).not.toContain('passport');
  });

  it('can be added to what is decided, by whoever may decide, and once with one key', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.decide(alert.id);
    const key = { 'idempotency-key': `note-${alert.id}` };
    const [one, two] = [await add(alert.id, 'Filed.', key), await add(alert.id, 'Filed.', key)];
    expect(two.body).toEqual(one.body);
    expect((await read(alert.id)).history.filter(({ kind }) => kind === 'noted')).toHaveLength(1);
    expect(await read(alert.id)).toMatchObject({ state: 'approved' });
    const { token } = await desk.member('auditor');
    expect((await add(alert.id, 'Seen.', { authorization: `Bearer ${token}` })).status).toBe(403);
    for (const bad of ['', '   ', null, 'x'.repeat(4_001)])
      expect((await add(alert.id, bad)).status).toBe(422);
    const other = await desk.host.createTenant({ calendar: false });
    expect((await other.post(`/api/v1/kyb/alerts/${alert.id}/notes`, { note: 'Mine?' })).status).toBe(404);
  });

  it('is an entry of the audit trail', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const { body } = await add(alert.id, 'Asked for a copy of the passport.');
    const trail = await desk.tenant.get<{
      data: { subject: { type: string; id: string }; operation: string }[];
    }>('/api/v1/audit/entries?limit=100');
    const entry = trail.body.data.find(({ subject }) => subject?.id === body.id);
    expect(entry).toMatchObject({ operation: 'addAlertNote', subject: { type: 'kyb_alert_event' } });
  });
});

describe('a case', () => {
  it('is due when the first of its undecided alerts is', async () => {
    const dueOf = async (id: string): Promise<unknown> =>
      (await desk.tenant.get<{ dueAt: string }>(`/api/v1/kyb/cases/${id}`)).body.dueAt;
    await desk.rule('new_hit', { decideWithinHours: 48 });
    const late = await desk.suspect('Arkady Vymyslov');
    expect(await dueOf(late.caseId)).toBe(late.dueAt);
    await desk.rule('new_hit', { decideWithinHours: 2 });
    await desk.tenant.call('PATCH', `/api/v1/kyb/counterparties/${late.counterpartyId}`, {
      names: ['Arkady Vymyslov', 'Bogdana Nesushchestvova'],
    });
    await desk.check(late.counterpartyId);
    const soon = await desk.when(late.counterpartyId, 'a second alert', ({ id }) => id !== late.id);
    expect(soon.dueAt < late.dueAt).toBe(true);
    expect(await dueOf(late.caseId)).toBe(soon.dueAt);
    await desk.decide(soon.id);
    expect(await dueOf(late.caseId)).toBe(late.dueAt);
    await desk.act(soon.id, 'reopen');
    expect(await dueOf(late.caseId)).toBe(
      (await desk.alertsOf(late.counterpartyId)).find(({ id }) => id === soon.id)?.dueAt,
    );
    await desk.rule('new_hit', {});
  });
});
