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

describe('the file of a case', () => {
  const fileOf = async (caseId: string): Promise<CaseFile['file']> =>
    (await desk.tenant.get<CaseFile>(`/api/v1/kyb/cases/${caseId}/file`)).body.file;

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
