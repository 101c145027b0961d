import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { Monitor } from '../../src/kyb/application/monitoring/monitor.js';
import { ScreeningEngine } from '../../src/kyb/application/screening/screening-engine.js';
import { TestApp } from '../support/app.js';
import { euFile, type Listed, ListServer, takeList, unFile } from '../support/list-server.js';
import type { TestTenant } from '../support/tenant.js';

interface Hit {
  list: string;
  entryId: string;
  entryHash: string;
  score: number;
  band: string;
  explanation: { score: number; alignments: { points: number }[]; adjustments: { points: number }[] };
}
interface Screened {
  runId: string;
  lists: { list: string; number: number }[];
  results: { hits: Hit[] }[];
}
interface Check {
  id: string;
  source: string;
  state: string;
  reason: string | null;
  trigger: string;
  runId: string | null;
  evidenceHash: string;
  listVersions: { list: string; number: number }[];
}
interface Counterparty {
  id: string;
  names: string[];
  version: number;
  nextDueAt: string | null;
}
interface Change {
  kind: string;
  field: string;
  before: unknown;
  after: { score: number } | null;
}
interface Row {
  source: string;
  state: string;
  reason: string | null;
  listNumber: number | null;
  runId: string | null;
}

const LISTED: Listed[] = [
  { id: 'EU.1', names: ['Arkady Vymyslov', 'Аркадий Вымыслов'], born: '1971-03-02', country: 'RU' },
  { id: 'EU.2', names: ['Zolotoy Primer Trading LLC'], kind: 'organisation' },
  { id: 'EU.3', names: ['Bogdana Nesushchestvova'], born: '1980-05-06' },
];

describe('screening', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let other: TestTenant;
  let lists: ListServer;

  beforeAll(async () => {
    lists = await ListServer.start();
    host = await TestApp.start({ env: { ...lists.env, KYB_BATCH: '3' } });
    [tenant, other] = [await host.createTenant(), await host.createTenant()];
  });
  afterAll(async () => {
    await host.stop();
    await lists.stop();
  });

  const publish = async (entities: readonly Listed[]): Promise<void> => {
    lists.say('/eu.xml', euFile(entities));
    await takeList(host.app.get(ListRefresher), 'eu');
    await host.app.get(ScreeningEngine).refresh();
  };
  const add = async (body: object, by = tenant): Promise<Counterparty> => {
    const answer = await by.post<Counterparty>('/api/v1/kyb/counterparties', body);
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const check = async (id: string, by = tenant): Promise<Check> => {
    const answer = await by.post<{ data: Check[] }>(`/api/v1/kyb/counterparties/${id}/checks`, {
      sources: ['screening'],
    });
    expect(answer.status).toBe(200);
    return answer.body.data[0]!;
  };
  const changes = async (id: string): Promise<Change[]> =>
    (await tenant.get<{ data: Change[] }>(`/api/v1/kyb/counterparties/${id}/changes?limit=100`)).body.data;
  const covered = async (id: string, source = 'eu'): Promise<Row> =>
    (await tenant.get<{ data: Row[] }>(`/api/v1/kyb/counterparties/${id}/coverage`)).body.data.find(
      (row) => row.source === source,
    )!;

  describe('before any list is there', () => {
    it('screens nobody by hand', async () => {
      const { status, body } = await tenant.post('/api/v1/kyb/screen', { query: { names: ['Anybody'] } });
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'kyb.lists_not_loaded' });
    });

    it('says of a counterparty that it was not checked, which is not clean', async () => {
      const { id } = await add({ kind: 'organisation', names: ['Early Bird GmbH'] });
      expect(await covered(id)).toMatchObject({ state: 'unknown' });
      expect(await check(id)).toMatchObject({ state: 'not_checked', reason: 'kyb.lists_not_loaded' });
      expect(await covered(id)).toMatchObject({ state: 'not_checked', listNumber: null });
    });
  });

  describe('by hand', () => {
    beforeAll(() => publish(LISTED));

    it('explains each hit, and its points add up to the score', async () => {
      const { status, body } = await tenant.post<Screened>('/api/v1/kyb/screen', {
        query: { names: ['Arkadij Wymyslow'], kind: 'person' },
      });
      expect(status).toBe(200);
      const [hit] = body.results[0]!.hits;
      expect(hit).toMatchObject({ list: 'eu', entryId: 'EU.1' });
      const { score, alignments, adjustments } = hit!.explanation;
      const sum = [...alignments, ...adjustments].reduce((total, { points }) => total + points, 0);
      expect(sum).toBe(score);
      expect(score).toBe(hit!.score);
      // A name alone never confirms.
      expect(hit!.band).toBe('MEDIUM');
      const { body: run } = await tenant.get(`/api/v1/kyb/runs/${body.runId}`);
      expect(run).toMatchObject({ kind: 'ad_hoc', counterparties: 1, hitsAdded: 1 });
      expect((await other.get(`/api/v1/kyb/runs/${body.runId}`)).status).toBe(404);
    });

    it('answers a batch in its order, against one edition', async () => {
      const names = Array.from({ length: 120 }, (_, at) =>
        at % 40 === 7 ? 'Bogdana Nesushchestvova' : `Quiet Company ${at} Ltd`,
      );
      const { status, body } = await tenant.post<Screened>('/api/v1/kyb/screen/batch', {
        queries: names.map((name) => ({ names: [name] })),
      });
      expect(status).toBe(200);
      expect(body.lists).toMatchObject([{ list: 'eu', number: 1 }]);
      expect(body.results.map(({ hits }) => hits.length > 0)).toEqual(
        names.map((name) => name.startsWith('Bogdana')),
      );
    });

    it.each([
      ['no name', { query: { names: [] } }],
      ['a name without a letter', { query: { names: ['—'] } }],
      ['a birth date that is none', { query: { names: ['A B'], birthDate: '1990-02-31' } }],
      ['a threshold below all', { query: { names: ['A B'] }, threshold: 10 }],
    ])('refuses %s', async (_, body) => {
      expect((await tenant.post('/api/v1/kyb/screen', body)).status).toBe(422);
    });
  });

  describe('of counterparties', () => {
    let arkady: Counterparty;
    let quiet: Counterparty;

    beforeAll(async () => {
      arkady = await add({
        kind: 'person',
        names: ['Arkady Vymyslov'],
        birthDate: '1971-03-02',
        country: 'RU',
      });
      quiet = await add({ kind: 'organisation', names: ['Stille Wasser GmbH'], country: 'DE' });
    });

    it('finds who is listed, keeps the proof, and renders it again bit for bit', async () => {
      const made = await check(arkady.id);
      expect(made).toMatchObject({
        state: 'hits',
        trigger: 'manual',
        listVersions: [{ list: 'eu', number: 1 }],
      });
      const evidence = await tenant.get<{
        document: { hits: Hit[]; question: { names: string[] } };
        sha256: string;
        intact: boolean;
        replay: string;
        entries: { entity: { names: { text: string }[] } }[];
      }>(`/api/v1/kyb/checks/${made.id}/evidence`);
      expect(evidence.body).toMatchObject({ sha256: made.evidenceHash, intact: true, replay: 'same' });
      expect(evidence.body.document.question.names).toEqual(['Arkady Vymyslov']);
      expect(evidence.body.document.hits[0]).toMatchObject({ entryId: 'EU.1', band: 'STRONG' });
      expect(evidence.body.entries[0]!.entity.names).toHaveLength(2);
      expect(await changes(arkady.id)).toMatchObject([{ kind: 'new_hit', field: 'eu:EU.1', before: null }]);
      // What has not changed changes nothing, and is a check nevertheless.
      const again = await check(arkady.id);
      expect(again.id).not.toBe(made.id);
      expect(await changes(arkady.id)).toHaveLength(1);
    });

    it('shows no business the checks of another', async () => {
      const { id } = await check(arkady.id);
      for (const path of [
        `/api/v1/kyb/checks/${id}`,
        `/api/v1/kyb/checks/${id}/evidence`,
        `/api/v1/kyb/counterparties/${arkady.id}`,
        `/api/v1/kyb/counterparties/${arkady.id}/coverage`,
        `/api/v1/kyb/counterparties/${arkady.id}/changes`,
        `/api/v1/kyb/counterparties/${arkady.id}/snapshots`,
      ])
        expect((await other.get(path)).status).toBe(404);
      const run = await other.post(`/api/v1/kyb/counterparties/${arkady.id}/checks`, {
        sources: ['screening'],
      });
      expect(run.status).toBe(404);
    });

    it('notices when the evidence was tampered with', async () => {
      const { id } = await check(quiet.id);
      await host.query(
        tenant.id,
        `UPDATE kyb_check SET settings = '{"threshold": 1, "limit": 50}' WHERE id = $1`,
        [id],
      );
      const { body } = await tenant.get<{ intact: boolean }>(`/api/v1/kyb/checks/${id}/evidence`);
      expect(body.intact).toBe(false);
    });

    it('counts who is covered, and who is not', async () => {
      const late = await add({
        kind: 'organisation',
        names: ['Never Looked At AG'],
        monitoring: { schedule: 'off' },
      });
      const { body } = await tenant.get<{
        counterparties: number;
        sources: { source: string; covered: number; notCovered: number; currentNumber: number | null }[];
      }>('/api/v1/kyb/coverage');
      const eu = body.sources.find(({ source }) => source === 'eu')!;
      expect(eu.covered + eu.notCovered).toBe(body.counterparties);
      const gaps = await tenant.get<{ data: { counterpartyId: string; state: string }[] }>(
        '/api/v1/kyb/coverage/gaps?source=eu&limit=100',
      );
      expect(gaps.body.data).toContainEqual(
        expect.objectContaining({ counterpartyId: late.id, state: 'unknown' }),
      );
      expect(gaps.body.data.map(({ counterpartyId }) => counterpartyId)).not.toContain(arkady.id);
    });
  });

  describe('when a list changes', () => {
    const monitor = (): Monitor => host.app.get(Monitor);
    const runs = async (): Promise<
      {
        kind: string;
        list: string | null;
        counterparties: number;
        affected: number;
        hitsAdded: number;
        hitsRemoved: number;
      }[]
    > => (await tenant.get<{ data: never[] }>('/api/v1/kyb/runs?limit=100')).body.data;

    it('screens everybody once, and then those whom the change concerns', async () => {
      await monitor().checkDue();
      await monitor().rescreen();
      expect((await runs())[0]).toMatchObject({ kind: 'full' });
      const before = (await runs()).length;

      const bogdana = await add({ kind: 'person', names: ['Bohdana Nesuschtschestwowa'] });
      const ivan = await add({ kind: 'person', names: ['Ivan Poyavlyaev'] });
      const arkady = (
        await tenant.post<{ data: Counterparty[] }>('/api/v1/kyb/counterparties/search', { name: 'arkady' })
      ).body.data[0]!;
      await monitor().checkDue();
      expect(await covered(ivan.id)).toMatchObject({ state: 'no_hits', listNumber: 1 });
      expect(await covered(bogdana.id)).toMatchObject({ state: 'hits', listNumber: 1 });

      // Ivan comes, Bogdana goes, Arkady gets another alias.
      await publish([
        { ...LISTED[0]!, names: [...LISTED[0]!.names, 'A. Vymyslov'] },
        LISTED[1]!,
        { id: 'EU.4', names: ['Ivan Poyavlyaev'] },
      ]);
      await monitor().rescreen();
      const made = await runs();
      expect(made).toHaveLength(before + 1);
      expect(made[0]).toMatchObject({ kind: 'delta', list: 'eu', affected: 3, hitsAdded: 1, hitsRemoved: 1 });
      expect((await changes(ivan.id))[0]).toMatchObject({ kind: 'new_hit', field: 'eu:EU.4' });
      expect((await changes(bogdana.id))[0]).toMatchObject({
        kind: 'removed_hit',
        field: 'eu:EU.3',
        after: null,
      });
      expect((await changes(arkady.id))[0]).toMatchObject({ kind: 'changed_hit', field: 'eu:EU.1' });
      expect(await covered(ivan.id)).toMatchObject({ state: 'hits', listNumber: 2 });
      const gaps = await tenant.get<{ data: { counterpartyId: string }[] }>(
        '/api/v1/kyb/coverage/gaps?source=eu&limit=100',
      );
      expect(gaps.body.data).toEqual([]);

      // Nothing is left to do.
      await monitor().rescreen();
      expect(await runs()).toHaveLength(before + 1);
    });

    it('finds in a delta just what a full pass finds', async () => {
      const names = ['Petr Odinakov', 'Olga Raznaya', 'Maria Tretya', 'Semyon Chetverty', 'Nobody Special'];
      const own = await Promise.all(names.map((name) => add({ kind: 'person', names: [name] }, other)));
      await monitor().checkDue();
      await monitor().rescreen();
      await publish([
        { ...LISTED[0]!, names: [...LISTED[0]!.names, 'A. Vymyslov'] },
        ...names.slice(0, 4).map((name, at) => ({ id: `EU.1${at}`, names: [`${name}a`] })),
      ]);
      await monitor().rescreen();
      const matches = (): Promise<unknown[]> =>
        host.query(
          other.id,
          `SELECT counterparty_id, list, entry_id, entry_hash, score FROM kyb_match
           WHERE tenant_id = $1 AND removed_at IS NULL ORDER BY 1, 2, 3`,
          [other.id],
        );
      const delta = await matches();
      expect(delta.length).toBeGreaterThanOrEqual(4);
      await host.query(other.id, 'DELETE FROM kyb_match WHERE tenant_id = $1', [other.id]);
      await host.query(other.id, 'DELETE FROM kyb_screened WHERE tenant_id = $1', [other.id]);
      await monitor().rescreen();
      expect(await matches()).toEqual(delta);
      expect(own).toHaveLength(5);
    });

    it('screens everybody anew when the matcher is another', async () => {
      const before = (await runs()).length;
      await host.query(tenant.id, `UPDATE kyb_screened SET matcher_version = 'older' WHERE tenant_id = $1`, [
        tenant.id,
      ]);
      await monitor().rescreen();
      const made = await runs();
      expect(made).toHaveLength(before + 1);
      expect(made[0]).toMatchObject({ kind: 'full', affected: 0 });
    });

    it('goes on behind the last batch when a worker dies in the middle of a pass', async () => {
      const second = await add({ kind: 'person', names: ['Poslednyaya Vstrecha'] });
      await monitor().checkDue();
      lists.say('/un.xml', unFile([{ id: 'QDi.1', names: ['Poslednyaya', 'Poslednyaya Vstrecha'] }]));
      await host.app.get(ListRefresher).refresh('un');
      const engine = host.app.get(ScreeningEngine);
      await engine.refresh();
      const original = engine.searchChanges.bind(engine);
      const search = jest
        .spyOn(engine, 'searchChanges')
        .mockImplementationOnce((...args) => original(...args))
        .mockRejectedValueOnce(new Error('killed'));
      await monitor().rescreen();
      search.mockRestore();
      const [run] = await runs();
      expect(run).toMatchObject({ kind: 'delta', list: 'un', counterparties: 3 });
      // Its lease has not run out: nobody else begins.
      await monitor().rescreen();
      expect((await runs())[0]).toMatchObject({ counterparties: 3 });
      await host.query(
        tenant.id,
        `UPDATE kyb_run SET lease_until = now() - interval '1 hour' WHERE finished_at IS NULL`,
      );
      await monitor().rescreen();
      expect((await changes(second.id))[0]).toMatchObject({ kind: 'new_hit', field: 'un:QDi.1' });
      const all = await tenant.get<{ data: unknown[] }>('/api/v1/kyb/counterparties?limit=100');
      expect((await runs())[0]).toMatchObject({ counterparties: all.body.data.length, hitsAdded: 1 });
    });

    it('answers searches while an index is replaced', async () => {
      const engine = host.app.get(ScreeningEngine);
      const stop = { now: false };
      const asking = (async () => {
        let answered = 0;
        while (!stop.now) {
          const found = await engine.search([{ names: ['Ivan Poyavlyaev'] }], {});
          expect(found).not.toBeNull();
          answered += 1;
        }
        return answered;
      })();
      for (const at of [1, 2, 3])
        await publish([{ id: 'EU.4', names: [`Ivan Poyavlyaev ${'I'.repeat(at)}`] }]);
      stop.now = true;
      expect(await asking).toBeGreaterThan(3);
    });
  });

  it('says who changed the settings, to whom they are asked as', async () => {
    const read = await tenant.get<{ version: number }>('/api/v1/kyb/settings');
    const put = (body: object, tag: number) =>
      tenant.call('PUT', '/api/v1/kyb/settings', body, { 'if-match': `"${tag}"` });
    const made = await put({ requesterVatNumber: 'de 136.695.976', fullPassDays: 3 }, read.body.version);
    expect(made.body).toMatchObject({ requesterVatNumber: 'DE136695976', fullPassDays: 3 });
    expect((await put({ fullPassDays: 4 }, read.body.version)).status).toBe(412);
  });
});
