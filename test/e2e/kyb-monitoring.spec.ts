import { SystemFunctions } from '#libs/persistence';
import { Monitor } from '../../src/kyb/application/monitoring/monitor.js';
import { NoticeMonitor } from '../../src/kyb/application/monitoring/notice-monitor.js';
import { FakeRegisters } from '../support/fake-registers.js';
import { KybDesk, TRUE_MATCH } from '../support/kyb-desk.js';

interface Row {
  source: string;
  state: string;
  reason: string | null;
  listNumber: number | null;
  checkedAt: string | null;
}

const LISTED = [{ id: 'EU.1', names: ['Erdachte Handels GmbH'], kind: 'organisation' as const }];

describe('counterparties that are monitored', () => {
  let desk: KybDesk;
  let fake: FakeRegisters;
  beforeAll(async () => {
    fake = await FakeRegisters.start();
    desk = await KybDesk.start(LISTED, { env: fake.env });
  });
  afterAll(async () => {
    await desk.stop();
    await fake.stop();
  });
  beforeEach(() => {
    fake.asked.length = 0;
    fake.gleif = () => ({ body: JSON.stringify({ data: [] }) });
    fake.rest = ({ vatNumber }) => ({ body: { valid: false, vatNumber, name: '---', address: '---' } });
  });

  const add = (over: object): Promise<string> =>
    desk.counterparty(['Muster Bau GmbH'], { kind: 'organisation', ...over });
  const change = async (id: string, body: object): Promise<void> => {
    expect((await desk.tenant.call('PATCH', `/api/v1/kyb/counterparties/${id}`, body)).status).toBe(200);
  };
  const covered = async (id: string): Promise<Record<string, Row>> => {
    const { body } = await desk.tenant.get<{ data: Row[] }>(`/api/v1/kyb/counterparties/${id}/coverage`);
    return Object.fromEntries(body.data.map((row) => [row.source, row]));
  };
  const query = (sql: string, ...parameters: unknown[]) => desk.host.query(desk.tenant.id, sql, parameters);
  const due = async (id: string): Promise<void> => {
    // As the product writes it: of its own times alone it knows that nobody has changed them meanwhile.
    await query("UPDATE counterparty SET next_due_at = date_trunc('milliseconds', now()) WHERE id = $1", id);
    await desk.host.app.get(Monitor).checkDue();
  };
  const askedOf = (): string[] => [...new Set(fake.asked.map((each) => each.split(/[/ ?]/)[2] ?? ''))].sort();

  it('are asked about again where there was no answer, and nowhere else', async () => {
    fake.rest = () => ({ body: { errorWrappers: [{ error: 'MS_UNAVAILABLE' }] } });
    const id = await add({
      country: 'AT',
      vatNumber: 'ATU12345675',
      registerNumber: 'FN 1 a',
      monitoring: { schedule: 'custom', everyDays: 30 },
    });
    await due(id);
    expect(askedOf()).toEqual(['gleif', 'vies']);
    fake.asked.length = 0;
    await due(id);
    expect(askedOf()).toEqual(['vies']);
    fake.asked.length = 0;
    fake.rest = () => ({ body: { valid: true, name: '---', address: '---' } });
    await due(id);
    fake.asked.length = 0;
    await due(id);
    expect(askedOf()).toEqual([]);
    // Nothing of this has moved the time of the others.
    const { body } = await desk.tenant.get<{ nextDueAt: string }>(`/api/v1/kyb/counterparties/${id}`);
    const { gleif } = await covered(id);
    const regular = Date.parse(gleif!.checkedAt!) + 30 * 86_400_000;
    // Counted from the end of the round, in which others were asked as well.
    expect(Math.abs(Date.parse(body.nextDueAt) - regular)).toBeLessThan(60_000);
  });

  it('raise no alert because they have no LEI, and are no candidate that nobody has named', async () => {
    const id = await add({ country: 'DE', registerNumber: 'HRB 77777' });
    await desk.check(id, ['gleif']);
    expect((await covered(id)).gleif).toMatchObject({
      state: 'unidentified',
      reason: 'kyb.gleif_no_candidates',
    });
    // What comes later would come after it.
    await change(id, { names: ['Erdachte Handels GmbH'] });
    await desk.check(id);
    await desk.when(id, 'the alert of the hit', ({ subject }) => subject === 'hit:eu:EU.1');
    expect((await desk.alertsOf(id)).map(({ subject }) => subject)).toEqual(['hit:eu:EU.1']);
  });

  it('are decided about by their number: another one that is invalid is another matter', async () => {
    const id = await add({ country: 'DE', vatNumber: 'DE111111111' });
    await desk.check(id, ['vies']);
    const alert = await desk.when(id, 'an alert', ({ kind }) => kind === 'vat_state');
    await desk.decide(alert.id, { disposition: 'accepted_risk', reasonCode: 'within_appetite' });
    await desk.check(id, ['vies']);
    await change(id, { vatNumber: 'DE222222222' });
    await desk.check(id, ['vies']);
    await desk.when(id, 'the alert open again', ({ state }) => state === 'open');
  });

  it('are not clean any more when they are somebody else, until somebody looks', async () => {
    const id = await add({ country: 'DE' });
    await desk.check(id, ['screening', 'vies']);
    expect((await covered(id)).eu).toMatchObject({ state: 'no_hits' });
    await change(id, { note: 'nobody is asked with it' });
    expect((await covered(id)).eu).toMatchObject({ state: 'no_hits' });
    await change(id, { names: ['Erdachte Handels GmbH'] });
    expect((await covered(id)).eu).toMatchObject({
      state: 'unknown',
      reason: 'kyb.counterparty_changed',
      listNumber: null,
      checkedAt: null,
    });
    expect((await covered(id)).vies).toMatchObject({ state: 'not_applicable' });
    const gaps = await desk.tenant.get<{ data: { counterpartyId: string }[] }>(
      '/api/v1/kyb/coverage/gaps?source=eu&limit=100',
    );
    expect(gaps.body.data.map(({ counterpartyId }) => counterpartyId)).toContain(id);
    await desk.check(id);
    expect((await covered(id)).eu).toMatchObject({ state: 'hits' });
  });

  it('keep their hits through a pass, though a look in between came to nothing', async () => {
    const id = await add({ names: ['Erdachte Handels GmbH'] });
    await desk.check(id);
    await query("UPDATE kyb_coverage SET state = 'not_checked' WHERE counterparty_id = $1", id);
    await query("UPDATE kyb_screened SET full_pass_at = now() - interval '99 days'");
    await desk.host.app.get(Monitor).rescreen();
    expect((await covered(id)).eu).toMatchObject({ state: 'hits' });
  });

  it('are looked for among the notices by themselves, and keep nothing else waiting', async () => {
    const monthly = { monitoring: { schedule: 'custom', everyDays: 30 } };
    const id = await add({ country: 'DE', ...monthly });
    await desk.host.app.get(Monitor).checkDue();
    expect(fake.asked).toEqual([]);
    expect((await covered(id)).eu).toMatchObject({ state: 'no_hits' });
    expect((await covered(id)).insolvency).toMatchObject({ state: 'unknown' });
    const time = async (): Promise<number> => {
      const [row] = await query('SELECT next_notice_at AS at FROM counterparty WHERE id = $1', id);
      return (row as { at: Date }).at.getTime() - Date.now();
    };
    // A page that nobody knows: again in an hour.
    await desk.host.app.get(NoticeMonitor).checkDue();
    expect(fake.asked).toEqual(['GET /ap/suche.jsf']);
    expect((await covered(id)).insolvency).toMatchObject({ reason: 'kyb.insolvency_layout_unknown' });
    expect(await time()).toBeGreaterThan(3_000_000);
    await change(id, { names: ['Muster Hochbau GmbH'] });
    expect(await time()).toBeLessThanOrEqual(0);
    const body = `<form id="frm_suche"><input name="jakarta.faces.ViewState" value="-12:34"/><select name="frm_suche:lsom_wildcard:lsom"><option value="0" selected></option></select>
      <input name="frm_suche:litx_firmaNachName:text"/><input name="frm_suche:ldi_datumVon:datumHtml5"/><input name="frm_suche:ldi_datumBis:datumHtml5"/></form>`;
    fake.portal = { form: body, result: '<h1>Suchergebnis</h1><p>Keine Treffer</p>' };
    await desk.host.app.get(NoticeMonitor).checkDue();
    expect((await covered(id)).insolvency).toMatchObject({ state: 'no_notice_found' });
    expect(Math.round((await time()) / 86_400_000)).toBe(7);
    await change(id, { monitoring: { schedule: 'off' } });
    expect(
      await query('SELECT 1 FROM counterparty WHERE id = $1 AND next_notice_at IS NOT NULL', id),
    ).toEqual([]);
  });

  it('come in turn, business by business', async () => {
    const other = await desk.host.createTenant();
    for (const name of ['Eins', 'Zwei', 'Drei'])
      await desk.counterparty([name], { monitoring: { schedule: 'daily' } });
    await other.post('/api/v1/kyb/counterparties', { kind: 'person', names: ['Vier'] });
    const due = await desk.host.app
      .get(SystemFunctions)
      .call<{ tenant_id: string }>('counterparties_due', [new Date(), 2]);
    expect(due.map(({ tenant_id: tenant }) => tenant).sort()).toEqual([desk.tenant.id, other.id].sort());
    const monitor = desk.host.app.get(Monitor);
    expect(await monitor.checkDue(0)).toEqual({ checked: 0, left: true });
    expect(await monitor.checkDue()).toMatchObject({ checked: 4, left: false });
  });

  it('that are confirmed are stopped by other rules at once', async () => {
    const alert = await desk.suspect('Erdachte Handels GmbH', { kind: 'organisation' });
    await desk.decide(alert.id, TRUE_MATCH);
    const told = async (): Promise<unknown[]> =>
      (await desk.events('kyb.counterparty.restricted.v1'))
        .filter(({ counterpartyId }) => counterpartyId === alert.counterpartyId)
        .map(({ stops }) => stops);
    expect(await told()).toEqual(['campaigns,invoicing']);
    await desk.rule('new_hit', { stops: ['campaigns'] });
    await desk.rule('new_hit', { stops: ['campaigns'], severity: 'low' });
    expect(await told()).toEqual(['campaigns,invoicing', 'campaigns']);
  });

  it.each([
    ['kept', 50, null],
    ['more than is kept', 51, 'kyb.hits_cut_off'],
  ])('say whether they hit %s: %i', async (_, listed, reason) => {
    await desk.publish(
      Array.from({ length: listed }, (_each, at) => ({
        id: `EU.${at}`,
        names: ['Viktor Vielfach'],
        kind: 'person' as const,
      })),
    );
    const id = await desk.counterparty(['Viktor Vielfach']);
    const { body } = await desk.check(id);
    expect(body).toMatchObject({ data: [{ state: 'hits', reason }] });
    await desk.publish(LISTED);
  });

  it('are counted as covered by those who can say something of them', async () => {
    const { body } = await desk.tenant.get<{
      counterparties: number;
      sources: { source: string; covered: number; notCovered: number; notApplicable: number }[];
    }>('/api/v1/kyb/coverage');
    for (const { covered: yes, notCovered: no, notApplicable: neither } of body.sources)
      expect(yes + no + neither).toBe(body.counterparties);
    const vies = body.sources.find(({ source }) => source === 'vies')!;
    expect(vies.covered).toBe(2);
    expect(vies.notApplicable).toBeGreaterThan(0);
  });
});
