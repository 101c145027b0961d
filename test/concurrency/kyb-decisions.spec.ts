import { OverdueSweeper } from '../../src/kyb/application/alerts/overdue-sweeper.js';
import { type Alert, FALSE_POSITIVE, KybDesk } from '../support/kyb-desk.js';

const ROUNDS = 15;

let desk: KybDesk;
let third: { token: string; id: string };
beforeAll(async () => {
  desk = await KybDesk.start([
    { id: 'EU.1', names: ['Arkady Vymyslov'], born: '1971-03-02' },
    { id: 'EU.2', names: ['Bogdana Nesushchestvova'] },
  ]);
  third = await desk.member('admin');
}, 60_000);
afterAll(() => desk.stop());

const historyOf = async (id: string): Promise<string[]> =>
  (await desk.tenant.get<{ history: { kind: string }[] }>(`/api/v1/kyb/alerts/${id}`)).body.history.map(
    ({ kind }) => kind,
  );

describe('a decision', () => {
  it('that one approves while another rejects it is one or the other, and one of them is told so', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const alert = await desk.suspect('Arkady Vymyslov');
      await desk.act(alert.id, 'propose', FALSE_POSITIVE);
      const approve = () => desk.act(alert.id, 'approve', {}, { token: desk.second.token });
      const reject = () => desk.act(alert.id, 'reject', {}, { token: third.token });
      // Neither is always the first to be sent.
      const answers = await Promise.all(round % 2 === 0 ? [approve(), reject()] : [reject(), approve()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('kyb.alert_not_proposed');
      const won = answers.find(({ status }) => status === 200)?.body.state ?? '';
      const verdicts = (await historyOf(alert.id)).filter((kind) => /approved|rejected/.test(kind));
      expect(verdicts).toEqual([won === 'approved' ? 'approved' : 'rejected']);
      const [now] = await desk.alertsOf(alert.counterpartyId);
      expect(now).toMatchObject(
        won === 'approved'
          ? { state: 'approved', disposition: 'false_positive' }
          : { state: 'open', disposition: null },
      );
      const { body } = await desk.tenant.get<{ state: string }>(`/api/v1/kyb/cases/${alert.caseId}`);
      expect(body.state).toBe(won === 'approved' ? 'closed' : 'open');
      const told = (await desk.events('kyb.alert.decided.v1')).filter(({ alertId }) => alertId === alert.id);
      expect(told).toHaveLength(won === 'approved' ? 1 : 0);
    }
  }, 120_000);

  it('that many approve at once is approved once', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.act(alert.id, 'propose', FALSE_POSITIVE);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        desk.act(alert.id, 'approve', {}, { token: at % 2 === 0 ? desk.second.token : third.token }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect(await historyOf(alert.id)).toEqual(['raised', 'proposed', 'approved']);
  });

  it('waits for checks, notes and decisions about other alerts of the counterparty, and none for ever', async () => {
    const id = await desk.counterparty(['Arkady Vymyslov', 'Bogdana Nesushchestvova']);
    await desk.check(id);
    await desk.when(id, 'two alerts', ({ subject }) => subject === 'hit:eu:EU.2');
    const alerts = await desk.alertsOf(id);
    for (const each of alerts) await desk.act(each.id, 'propose', FALSE_POSITIVE);
    const done = await Promise.all([
      ...alerts.map((each) => desk.act(each.id, 'approve', {}, { token: desk.second.token })),
      ...alerts.map((each) => desk.act(each.id, 'notes', { note: 'Filed.' })),
      desk.check(id),
      desk.check(id),
      desk.tenant.get(`/api/v1/kyb/counterparties/${id}/risk`),
      desk.tenant.call('PUT', `/api/v1/kyb/cases/${alerts[0]!.caseId}/priority`, { priority: 'low' }),
    ]);
    expect(done.filter(({ status }) => status >= 300).map(({ body }) => body)).toEqual([]);
    expect((await desk.alertsOf(id)).map(({ state }: Alert) => state)).toEqual(['approved', 'approved']);
  });
});

describe('a risk', () => {
  it('that many ask for at once is written down once', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const path = `/api/v1/kyb/counterparties/${alert.counterpartyId}/risk`;
    const scores = async (): Promise<number[]> =>
      (await desk.tenant.get<{ data: { score: number }[] }>(`${path}/history`)).body.data.map(
        ({ score }) => score,
      );
    expect(await scores()).toEqual([35]);
    for (const otherHit of [40, 45, 50, 55]) {
      await desk.tenant.call('PUT', '/api/v1/kyb/risk-weights', { otherHit });
      const asked = await Promise.all(
        Array.from({ length: 8 }, () => desk.tenant.get<{ score: number }>(path)),
      );
      expect(asked.map(({ body }) => body.score)).toEqual(Array(8).fill(otherHit));
    }
    expect(await scores()).toEqual([55, 50, 45, 40, 35]);
    await desk.tenant.call('PUT', '/api/v1/kyb/risk-weights', { otherHit: 35 });
  });
});

describe('cases whose time is over', () => {
  it('are told of once, however many workers look for them', async () => {
    const alerts = [];
    for (let times = 0; times < 10; times += 1) alerts.push(await desk.suspect('Arkady Vymyslov'));
    const ids = alerts.map(({ caseId }) => caseId);
    await desk.host.query(
      desk.tenant.id,
      `UPDATE kyb_case SET due_at = now() - interval '1 minute' WHERE id = ANY ($1)`,
      [ids],
    );
    const marked = await Promise.all(
      Array.from({ length: 4 }, () => desk.host.app.get(OverdueSweeper).sweep()),
    );
    expect(marked.reduce((sum, each) => sum + each, 0)).toBe(ids.length);
    const told = (await desk.events('kyb.case.overdue.v1')).map(({ caseId }) => caseId);
    expect(told.sort()).toEqual([...ids].sort());
  });
});
