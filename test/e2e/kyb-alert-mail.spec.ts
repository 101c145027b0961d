import { type Alert, KybDesk } from '../support/kyb-desk.js';

const ONE = /Subject: .*an alert was given to you/;
const SEVERAL = /Subject: .*alerts were given to you/;

let desk: KybDesk;
beforeAll(async () => {
  desk = await KybDesk.start([{ id: 'EU.1', names: ['Arkady Vymyslov'], born: '1971-03-02' }]);
  await desk.verifyMailboxes();
});
afterAll(() => desk.stop());

const give = ({ id }: Alert, assigneeId: string | null) =>
  desk.tenant.call<Alert & { assigneeId: string | null; version: number }>(
    'PUT',
    `/api/v1/kyb/alerts/${id}/assignee`,
    { assigneeId },
  );
const giveAll = (ids: readonly string[], assigneeId: string) =>
  desk.tenant.post('/api/v1/kyb/alerts/bulk', { action: 'assign', ids, assigneeId });
const told = async (...alerts: Alert[]) =>
  (await desk.events('kyb.alert.assigned.v1')).filter(({ alertId }) =>
    alerts.some(({ id }) => id === alertId),
  );
const me = async (): Promise<string> => (await desk.tenant.get<{ id: string }>('/api/v1/me')).body.id;

/** The mails of all that was given before have gone when this one has. */
const another = async (): Promise<void> => {
  const alert = await desk.suspect('Arkady Vymyslov');
  await give(alert, desk.second.id);
  await desk.mailedAbout(ONE, alert.id);
};

describe('an alert', () => {
  it('is told to whom it is given, unless they took it themselves', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    const mine = await me();
    await give(alert, mine);
    const given = await give(alert, desk.second.id);
    expect(given.body).toMatchObject({ assigneeId: desk.second.id, version: alert.version + 2 });
    expect((await give(alert, desk.second.id)).body.version).toBe(given.body.version);
    await give(alert, null);
    expect((await told(alert)).map(({ assigneeId }) => assigneeId)).toEqual([mine, desk.second.id, null]);
    expect((await told(alert))[1]).toEqual({
      alertId: alert.id,
      caseId: alert.caseId,
      counterpartyId: alert.counterpartyId,
      assigneeId: desk.second.id,
      assignedBy: `user:${mine}`,
      dueAt: alert.dueAt,
      bulk: null,
    });
    expect(await desk.mailedAbout(ONE, alert.id)).toEqual([desk.second.email]);
    await another();
    const mails = desk.mailsAbout(ONE, alert.id);
    expect(mails).toHaveLength(1);
    for (const { text, html, headers } of mails) {
      expect(text).toMatch(/has to be decided by/);
      expect(text + html + headers).not.toMatch(/Vymyslov|EU\.1/);
    }
  });

  it('that is decided is given without a time to decide by', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await desk.decide(alert.id);
    await give(alert, desk.second.id);
    expect(await told(alert)).toMatchObject([{ dueAt: null }]);
    await desk.mailedAbout(ONE, alert.id);
    expect(desk.mailsAbout(ONE, alert.id)[0]!.text).not.toMatch(/decided by/);
  });

  it('is told in one mail with all that one request gives', async () => {
    const alerts = [
      await desk.suspect('Arkady Vymyslov'),
      await desk.suspect('Arkady Vymyslov'),
      await desk.suspect('Arkady Vymyslov'),
    ];
    // Theirs already: nothing of it is told, and the next is the first.
    await give(alerts[0]!, desk.second.id);
    await desk.mailedAbout(ONE, alerts[0]!.id);
    await giveAll(
      alerts.map(({ id }) => id),
      desk.second.id,
    );
    expect((await told(...alerts)).map(({ bulk }) => bulk)).toEqual([null, 'first', 'further']);
    expect(await desk.mailedAbout(SEVERAL, desk.second.id)).toEqual([desk.second.email]);
    await another();
    expect(desk.mailsAbout(SEVERAL, desk.second.id)).toHaveLength(1);
    for (const { id } of alerts.slice(1)) expect(desk.mailsAbout(ONE, id)).toEqual([]);
  });

  it('is told as one when a request gives one', async () => {
    const alert = await desk.suspect('Arkady Vymyslov');
    await giveAll([alert.id], desk.second.id);
    expect(await desk.mailedAbout(ONE, alert.id)).toEqual([desk.second.email]);
  });
});
