import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { AddMemberCommand } from '#contracts/tenancy';
import { canonicalJson, newId } from '#libs/kernel';
import { AlertExpiry } from '../../src/kyb/application/alerts/alert-expiry.js';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { Monitor } from '../../src/kyb/application/monitoring/monitor.js';
import { ScreeningEngine } from '../../src/kyb/application/screening/screening-engine.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { euFile, type Listed, ListServer, takeList } from '../support/list-server.js';
import { MailServer } from '../support/mail-server.js';
import { wordsOf } from '../support/pdf-words.js';
import type { ApiAnswer, TestTenant } from '../support/tenant.js';

interface Alert {
  id: string;
  caseId: string;
  counterpartyId: string;
  subject: string;
  severity: string;
  state: string;
  disposition: string | null;
  assigneeId: string | null;
  version: number;
  code?: string;
}
interface Risk {
  score: number;
  factors: { factor: string; points: number; cause: string | null }[];
}

const PASSWORD = 'correct-horse-battery';
const base: Listed[] = [
  { id: 'EU.1', names: ['Arkady Vymyslov'], born: '1971-03-02' },
  { id: 'EU.2', names: ['Bogdana Nesushchestvova'] },
];

describe('alerts', () => {
  let host: TestApp;
  let lists: ListServer;
  let mail: MailServer;
  let folder: string;
  let tenant: TestTenant;
  let other: TestTenant;
  let second: string;
  let secondId: string;

  beforeAll(async () => {
    lists = await ListServer.start();
    mail = await MailServer.start();
    folder = await mkdtemp(join(tmpdir(), 'frontdesk-kyb-'));
    host = await TestApp.start({
      env: {
        ...lists.env,
        SMTP_URL: mail.url,
        LOG_LEVEL: 'debug',
        LOG_DESTINATION: join(folder, 'log.jsonl'),
      },
    });
    [tenant, other] = [await host.createTenant(), await host.createTenant()];
    await publish(base);
    ({ token: second, id: secondId } = await member('admin'));
  });
  afterAll(async () => {
    await host.stop();
    await Promise.all([lists.stop(), mail.stop(), rm(folder, { recursive: true })]);
  });

  const member = async (role: 'admin' | 'auditor' | 'agent'): Promise<{ token: string; id: string }> => {
    const email = `${role}-${newId()}@example.test`;
    await host.as(tenant.id, () =>
      host.dispatcher.request(new AddMemberCommand({ email, name: role, password: PASSWORD, role })),
    );
    const { body } = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password: PASSWORD,
    });
    const me = await tenant.get<{ id: string }>('/api/v1/me', {
      authorization: `Bearer ${body.accessToken}`,
    });
    return { token: body.accessToken, id: me.body.id };
  };
  const publish = async (entities: readonly Listed[]): Promise<void> => {
    lists.say('/eu.xml', euFile(entities));
    await takeList(host.app.get(ListRefresher), 'eu');
    await host.app.get(ScreeningEngine).refresh();
  };
  const check = (id: string): Promise<ApiAnswer> =>
    tenant.post(`/api/v1/kyb/counterparties/${id}/checks`, { sources: ['screening'] });
  const alertsOf = async (counterpartyId: string): Promise<Alert[]> =>
    (await tenant.get<{ data: Alert[] }>(`/api/v1/kyb/alerts?counterpartyId=${counterpartyId}&limit=100`))
      .body.data;
  /** A counterparty that hits an entry, and its alert. */
  const suspect = async (name = 'Arkady Vymyslov', over: object = {}): Promise<Alert> => {
    const { body } = await tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names: [name],
      monitoring: { schedule: 'off' },
      ...over,
    });
    await check(body.id);
    return eventually('an alert', async () => (await alertsOf(body.id))[0]);
  };
  const act = (
    id: string,
    what: string,
    body: object = {},
    { token = tenant.token, tag }: { token?: string; tag?: number } = {},
  ): Promise<ApiAnswer<Alert>> =>
    tenant.post<Alert>(`/api/v1/kyb/alerts/${id}/${what}`, body, {
      authorization: `Bearer ${token}`,
      ...(tag === undefined ? {} : { 'if-match': `"${tag}"` }),
    });
  const proposal = {
    disposition: 'false_positive',
    reasonCode: 'different_person',
    note: 'Another century.',
  };
  const events = async (type: string): Promise<Record<string, unknown>[]> =>
    (
      await host.query<{ payload: Record<string, unknown> }>(
        tenant.id,
        'SELECT payload FROM outbox_event WHERE type = $1 ORDER BY id',
        [type],
      )
    ).map(({ payload }) => payload);

  it('are raised once for a finding, with a case and a time to decide by', async () => {
    const alert = await suspect();
    expect(alert).toMatchObject({ subject: 'hit:eu:EU.1', state: 'open', severity: 'high', version: 1 });
    const { body } = await tenant.get(`/api/v1/kyb/cases/${alert.caseId}`);
    expect(body).toMatchObject({ state: 'open', counterpartyId: alert.counterpartyId });
    await check(alert.counterpartyId);
    await check(alert.counterpartyId);
    expect(await alertsOf(alert.counterpartyId)).toHaveLength(1);
    expect((await other.get(`/api/v1/kyb/alerts/${alert.id}`)).status).toBe(404);
    expect((await other.get(`/api/v1/kyb/cases/${alert.caseId}`)).status).toBe(404);
    expect((await other.post(`/api/v1/kyb/alerts/${alert.id}/propose`, proposal)).status).toBe(404);
  });

  it('are decided by two people, and tell what happened to them', async () => {
    const alert = await suspect();
    expect((await act(alert.id, 'approve')).body.code).toBe('kyb.alert_not_proposed');
    const proposed = await act(alert.id, 'propose', proposal);
    expect(proposed.body).toMatchObject({ state: 'proposed', disposition: 'false_positive' });
    const own = await act(alert.id, 'approve');
    expect([own.status, own.body.code]).toEqual([403, 'kyb.own_proposal']);
    const approved = await act(alert.id, 'approve', { note: 'So it is.' }, { token: second });
    expect(approved.body).toMatchObject({ state: 'approved', decidedBy: `user:${secondId}` });
    expect((await tenant.get(`/api/v1/kyb/cases/${alert.caseId}`)).body).toMatchObject({ state: 'closed' });
    const { body } = await tenant.get<{ history: { kind: string; note: string | null }[] }>(
      `/api/v1/kyb/alerts/${alert.id}`,
    );
    expect(body.history.map(({ kind, note }) => [kind, note])).toEqual([
      ['raised', null],
      ['proposed', 'Another century.'],
      ['approved', 'So it is.'],
    ]);
    const stored = await host.query<{ note: string }>(
      tenant.id,
      'SELECT note FROM kyb_alert_event WHERE alert_id = $1 AND note IS NOT NULL',
      [alert.id],
    );
    for (const { note } of stored) expect(note).not.toMatch(/century|So it is/);
    expect(await events('kyb.alert.decided.v1')).toContainEqual(
      expect.objectContaining({ alertId: alert.id, disposition: 'false_positive' }),
    );
  });

  it('are open again when the proposal is rejected', async () => {
    const alert = await suspect();
    await act(alert.id, 'propose', proposal);
    const rejected = await act(alert.id, 'reject', { note: 'No.' }, { token: second });
    expect(rejected.body).toMatchObject({ state: 'open', disposition: null, proposedBy: null });
  });

  it('are raced for by two people, of whom one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const alert = await suspect();
      const proposals = await Promise.all(
        [tenant.token, second].map((token) => act(alert.id, 'propose', proposal, { token })),
      );
      expect(proposals.map(({ status }) => status).sort()).toEqual([200, 409]);
      const proposer = proposals[0]!.status === 200 ? tenant.token : second;
      const decider = proposer === second ? tenant.token : second;
      const verdicts = await Promise.all([
        act(alert.id, 'approve', {}, { token: decider }),
        act(alert.id, 'reject', {}, { token: decider }),
      ]);
      expect(verdicts.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  it('of one counterparty are decided at the same time without waiting for each other for ever', async () => {
    const { body } = await tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names: ['Arkady Vymyslov', 'Bogdana Nesushchestvova'],
      monitoring: { schedule: 'off' },
    });
    await check(body.id);
    const alerts = await eventually('two alerts', async () => {
      const found = await alertsOf(body.id);
      return found.length === 2 && found;
    });
    for (const { id } of alerts) await act(id, 'propose', proposal);
    const done = await Promise.all(alerts.map(({ id }) => act(id, 'approve', {}, { token: second })));
    expect(done.map(({ status }) => status)).toEqual([200, 200]);
    expect((await tenant.get(`/api/v1/kyb/cases/${alerts[0]!.caseId}`)).body).toMatchObject({
      state: 'closed',
    });
  });

  it('stay decided while the entry is the same, and are open again when the list changes it', async () => {
    const alert = await suspect('Bogdana Nesushchestvova');
    await act(alert.id, 'propose', proposal);
    await act(alert.id, 'approve', {}, { token: second });
    await check(alert.counterpartyId);
    expect((await alertsOf(alert.counterpartyId))[0]).toMatchObject({ state: 'approved' });
    await publish([base[0]!, { ...base[1]!, born: '1980-05-06' }]);
    await check(alert.counterpartyId);
    const again = await eventually('the alert open again', async () => {
      const [found] = await alertsOf(alert.counterpartyId);
      return found?.state === 'open' && found;
    });
    expect(again.id).toBe(alert.id);
    expect(again.caseId).not.toBe(alert.caseId);
    // Gone from the list, it is closed; nobody has to decide it.
    await publish([base[0]!]);
    await check(alert.counterpartyId);
    await eventually(
      'the alert closed',
      async () => (await alertsOf(alert.counterpartyId))[0]?.state === 'closed',
    );
    expect((await tenant.get(`/api/v1/kyb/cases/${again.caseId}`)).body).toMatchObject({ state: 'closed' });
    await publish(base);
  });

  it('are open again when a disposition has run out', async () => {
    const alert = await suspect();
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await act(alert.id, 'propose', { ...proposal, expiresAt: tomorrow });
    await act(alert.id, 'approve', {}, { token: second });
    const expire = async (): Promise<number> =>
      (await host.as(tenant.id, () => host.app.get(AlertExpiry).run())).expired;
    expect(await expire()).toBe(0);
    await host.query(
      tenant.id,
      `UPDATE kyb_alert SET expires_at = now() - interval '1 minute' WHERE id = $1`,
      [alert.id],
    );
    await host.app.get(Monitor).rescreen();
    expect((await alertsOf(alert.counterpartyId))[0]).toMatchObject({ state: 'open', disposition: null });
    expect(await expire()).toBe(0);
  });

  it('that are confirmed stop what the rules say, until they are taken back', async () => {
    const alert = await suspect();
    await act(alert.id, 'propose', { disposition: 'true_match', reasonCode: 'identity_confirmed' });
    await act(alert.id, 'approve', {}, { token: second });
    const restrictions = async (): Promise<unknown[]> =>
      (await events('kyb.counterparty.restricted.v1'))
        .filter(({ counterpartyId }) => counterpartyId === alert.counterpartyId)
        .map(({ stops }) => stops);
    expect(await restrictions()).toEqual(['campaigns,invoicing']);
    const risk = await tenant.get<Risk>(`/api/v1/kyb/counterparties/${alert.counterpartyId}/risk`);
    expect(risk.body).toMatchObject({ score: 100, factors: [{ factor: 'confirmedHit', cause: 'eu:EU.1' }] });
    await act(alert.id, 'reopen', { note: 'It was his brother.' });
    // One person takes a decision back, and allows nothing by that.
    expect(await restrictions()).toEqual(['campaigns,invoicing']);
    await act(alert.id, 'propose', proposal);
    await act(alert.id, 'approve', {}, { token: second });
    expect(await restrictions()).toEqual(['campaigns,invoicing', '']);
    const scores = await tenant.get<{ data: Risk[] }>(
      `/api/v1/kyb/counterparties/${alert.counterpartyId}/risk/history`,
    );
    expect(scores.body.data.map(({ score }) => score)).toEqual([0, 35, 100, 35]);
  });

  it('that are confirmed stop nothing any more when the list lets go', async () => {
    const alert = await suspect('Bogdana Nesushchestvova');
    await act(alert.id, 'propose', { disposition: 'true_match', reasonCode: 'identity_confirmed' });
    await act(alert.id, 'approve', {}, { token: second });
    await publish([base[0]!]);
    await check(alert.counterpartyId);
    await eventually('the stop released', async () => {
      const told = (await events('kyb.counterparty.restricted.v1'))
        .filter(({ counterpartyId }) => counterpartyId === alert.counterpartyId)
        .map(({ stops }) => stops);
      return told.join('|') === 'campaigns,invoicing|';
    });
    await publish(base);
  });

  it('are done with in bulk, each for itself', async () => {
    const [one, two, three] = [await suspect(), await suspect(), await suspect()];
    await act(two.id, 'propose', proposal);
    const bulk = (body: object, token = tenant.token) =>
      tenant.post<{ data: { id: string; code: string | null; alert: Alert | null }[] }>(
        '/api/v1/kyb/alerts/bulk',
        body,
        { authorization: `Bearer ${token}` },
      );
    const ids = [one.id, two.id, newId(), three.id];
    const proposed = await bulk({ action: 'propose', ids, ...proposal });
    expect(proposed.body.data.map(({ code }) => code)).toEqual([
      null,
      'kyb.alert_not_open',
      'alert.not_found',
      null,
    ]);
    const mine = await bulk({ action: 'approve', ids: [one.id, three.id] });
    expect(mine.body.data.map(({ code }) => code)).toEqual(['kyb.own_proposal', 'kyb.own_proposal']);
    const theirs = await bulk({ action: 'approve', ids: [one.id, three.id] }, second);
    expect(theirs.body.data.map(({ alert }) => alert?.state)).toEqual(['approved', 'approved']);
    expect((await bulk({ action: 'propose', ids })).status).toBe(422);
  });

  it('are given to members alone, and to whom has read the last version', async () => {
    const alert = await suspect();
    const put = (assigneeId: string | null, tag?: number) =>
      tenant.call<Alert>(
        'PUT',
        `/api/v1/kyb/alerts/${alert.id}/assignee`,
        { assigneeId },
        tag === undefined ? {} : { 'if-match': `"${tag}"` },
      );
    expect((await put(secondId, 1)).body).toMatchObject({ assigneeId: secondId, version: 2 });
    expect((await put(null, 1)).status).toBe(412);
    expect((await put(newId())).body.code).toBe('kyb.assignee_unknown');
    const mine = await tenant.get<{ data: Alert[] }>(`/api/v1/kyb/alerts?assigneeId=${secondId}`);
    expect(mine.body.data.map(({ id }) => id)).toEqual([alert.id]);
    expect((await act(alert.id, 'propose', proposal, { tag: 1 })).status).toBe(412);
    const given = await tenant.call('PUT', `/api/v1/kyb/cases/${alert.caseId}/assignee`, {
      assigneeId: secondId,
    });
    expect(given.body).toMatchObject({ assigneeId: secondId });
  });

  it('are seen and not touched by auditors, and not decided by keys', async () => {
    const alert = await suspect();
    const { token } = await member('auditor');
    expect(
      (await tenant.get(`/api/v1/kyb/alerts/${alert.id}`, { authorization: `Bearer ${token}` })).status,
    ).toBe(200);
    expect((await act(alert.id, 'propose', proposal, { token })).status).toBe(403);
    const key = await tenant.post<{ secret: string }>('/api/v1/api-keys', {
      name: 'Desk',
      scopes: ['kyb:read', 'kyb:decide'],
    });
    const proposed = await act(alert.id, 'propose', proposal, { token: key.body.secret });
    expect([proposed.status, proposed.body.code]).toEqual([403, 'kyb.person_needed']);
    await act(alert.id, 'propose', proposal);
    for (const what of ['approve', 'reopen']) {
      const decided = await act(alert.id, what, {}, { token: key.body.secret });
      expect([decided.status, decided.body.code]).toEqual([403, 'kyb.person_needed']);
    }
  });

  it('follow the rules of the business', async () => {
    const read = await tenant.get<{ rules: Record<string, object>; version: number }>('/api/v1/kyb/rules');
    expect(read.body.rules.new_hit).toMatchObject({ alert: true, severity: 'high' });
    const put = (body: object, tag: number) =>
      tenant.call<{ version: number }>('PUT', '/api/v1/kyb/rules', body, { 'if-match': `"${tag}"` });
    const quiet = { alert: false, severity: 'low', decideWithinHours: 1, stops: [] };
    const made = await put({ new_hit: quiet }, read.body.version);
    expect(made.body).toMatchObject({ rules: { new_hit: quiet }, version: read.body.version + 1 });
    expect((await put({ new_hit: quiet }, read.body.version)).status).toBe(412);
    const { body } = await tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names: ['Arkady Vymyslov'],
      monitoring: { schedule: 'off' },
    });
    await check(body.id);
    await eventually('a risk', async () => {
      const { body: risk } = await tenant.get<{ data: unknown[] }>(
        `/api/v1/kyb/counterparties/${body.id}/risk/history`,
      );
      return risk.data.length > 0;
    });
    expect(await alertsOf(body.id)).toEqual([]);
    const loud = { alert: true, severity: 'high', decideWithinHours: 24, stops: ['invoicing', 'campaigns'] };
    await tenant.call('PUT', '/api/v1/kyb/rules', { new_hit: loud });
    for (const bad of [{ shape: quiet }, { name: { ...quiet, stops: ['everything'] } }, { name: {} }])
      expect((await tenant.call('PUT', '/api/v1/kyb/rules', bad)).status).toBe(422);
  });

  it('weigh as the business says', async () => {
    const alert = await suspect();
    await tenant.call('PUT', '/api/v1/kyb/risk-weights', { otherHit: 50, countries: ['KP'] });
    const { body } = await tenant.get<Risk>(`/api/v1/kyb/counterparties/${alert.counterpartyId}/risk`);
    expect(body.score).toBe(50);
    expect((await tenant.call('PUT', '/api/v1/kyb/risk-weights', { otherHit: 101 })).status).toBe(422);
    await tenant.call('PUT', '/api/v1/kyb/risk-weights', { otherHit: 35, countries: [] });
  });

  it('go out as a file with all their evidence, whose hashes are right', async () => {
    const alert = await suspect();
    await act(alert.id, 'propose', proposal);
    const { body } = await tenant.get<{
      file: Record<string, unknown> & { evidence: { intact: boolean; checkId: string }[] };
      manifest: { parts: Record<string, string>; sha256: string };
    }>(`/api/v1/kyb/cases/${alert.caseId}/file`);
    const hash = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
    expect(Object.keys(body.manifest.parts).sort()).toEqual(Object.keys(body.file).sort());
    for (const [part, sha256] of Object.entries(body.manifest.parts))
      expect(hash(body.file[part])).toBe(sha256);
    expect(hash(body.manifest.parts)).toBe(body.manifest.sha256);
    expect(body.file.evidence.every(({ intact }) => intact)).toBe(true);
    expect((await other.get(`/api/v1/kyb/cases/${alert.caseId}/file`)).status).toBe(404);
    const pdf = await fetch(`${host.url}/api/v1/kyb/cases/${alert.caseId}/file.pdf`, {
      headers: { authorization: `Bearer ${tenant.token}` },
    });
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const pages = Buffer.from(await pdf.arrayBuffer());
    const words = wordsOf(pages).replace(/\s+/g, '');
    // Another export, at another time, of the same case.
    const { exportedAt: _, ...parts } = body.manifest.parts;
    for (const shown of [alert.caseId, ...Object.values(parts)]) expect(words).toContain(shown);
    expect((await other.get(`/api/v1/kyb/cases/${alert.caseId}/file.pdf`)).status).toBe(404);
  });

  it('are told to those who may decide, once for a case and naming nobody', async () => {
    // As the links that were mailed to them do it.
    const client = new Client({ connectionString: host.settings.database.url ?? '' });
    await client.connect();
    await client.query('UPDATE person SET email_verified_at = now()');
    await client.end();
    const { body } = await tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names: ['Arkady Vymyslov', 'Bogdana Nesushchestvova'],
      monitoring: { schedule: 'off' },
    });
    await check(body.id);
    const [alert] = await eventually('two alerts', async () => {
      const found = await alertsOf(body.id);
      return found.length === 2 && found;
    });
    const about = () => mail.mails.filter(({ text }) => text.includes(alert!.caseId));
    const expected = await host.query<{ n: number }>(
      tenant.id,
      `SELECT count(*)::int AS n FROM membership m JOIN person p ON p.id = m.person_id
       WHERE m.tenant_id = $1 AND m.role IN ('owner', 'admin') AND p.email_verified_at IS NOT NULL`,
      [tenant.id],
    );
    expect(expected[0]!.n).toBeGreaterThanOrEqual(2);
    await eventually('the mails', () => about().length >= expected[0]!.n);
    expect(new Set(about().map(({ to }) => to)).size).toBe(about().length);
    for (const { text, html, headers } of about())
      expect(text + html + headers).not.toMatch(/Vymyslov|Nesushchestvova|EU\.1/);
  });

  it('leave no listed name in the log', async () => {
    const log = await readFile(join(folder, 'log.jsonl'), 'utf8');
    expect(log).toContain('a sanctions list was refreshed');
    expect(log).not.toMatch(/Vymyslov|Nesushchestvova|Another century/i);
  });
});
