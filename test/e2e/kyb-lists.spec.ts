import { UnitOfWork } from '#libs/persistence';
import { ListLibrary } from '../../src/kyb/domain/list-library.js';
import { PARSERS } from '../../src/kyb/infrastructure/lists/parsers/index.js';
import { ListDesk, type ListView, people } from '../support/list-desk.js';
import { euFile } from '../support/list-server.js';

let desk: ListDesk;

beforeAll(async () => {
  desk = await ListDesk.start();
});
afterAll(() => desk.stop());

describe('the sanctions lists', () => {
  it('were never loaded at first, and say so', async () => {
    const { body } = await desk.tenant.get<{ data: ListView[] }>('/api/v1/kyb/lists');
    expect(body.data.map(({ list, edition }) => [list, edition])).toEqual(
      ['eu', 'ofac_sdn', 'ofac_cons', 'uk', 'un'].map((list) => [list, null]),
    );
  });

  it('become an edition, and stay one while nothing changes', async () => {
    desk.lists.say('/eu.xml', euFile(people(40)));
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'new_edition', number: 1 });
    // By its entity tag.
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 1 });
    desk.lists.answer('/eu.xml', (_, response) => response.end(euFile(people(40))));
    // By its content.
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 1 });
    expect(await desk.state()).toMatchObject({
      edition: { number: 1, entities: 40 },
      failures: 0,
      alarm: null,
    });
  });

  it('are diffed entry by entry, and every edition can be had as it was', async () => {
    const next = people(42).slice(1);
    next[0] = { ...next[0]!, names: ['Invented Person1 Primerov', 'Another Alias'] };
    desk.lists.say('/eu.xml', euFile(next));
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'new_edition', number: 2 });
    const { body } = await desk.tenant.get<{ data: { entryId: string; change: string; hash: string }[] }>(
      '/api/v1/kyb/lists/eu/changes?from=1&to=2',
    );
    expect(body.data.map(({ entryId, change }) => `${change} ${entryId}`).sort()).toEqual([
      'added EU.40',
      'added EU.41',
      'changed EU.1',
      'removed EU.0',
    ]);
    const old = await desk.tenant.get<{ names: { text: string }[]; hash: string }>(
      '/api/v1/kyb/lists/eu/entries/EU.0',
    );
    expect(old.status).toBe(404);
    const library = desk.host.app.get(ListLibrary);
    const first: string[] = [];
    for await (const batch of library.entries({ list: 'eu', number: 1 }))
      first.push(...batch.map(({ entity }) => entity.entryId));
    expect(first).toHaveLength(40);
    expect(first).toContain('EU.0');
    const versions = await desk.tenant.get<{ data: { number: number; added: number; removed: number }[] }>(
      '/api/v1/kyb/lists/eu/versions',
    );
    expect(versions.body.data).toMatchObject([
      { number: 2, added: 2, changed: 1, removed: 1 },
      { number: 1, added: 40, changed: 0, removed: 0 },
    ]);
  });

  it('are read again when their parser is another, though not a byte has changed', async () => {
    const { version, parse } = PARSERS.eu;
    const calls = () => desk.lists.asked.length;
    const before = calls();
    jest.replaceProperty(PARSERS, 'eu', {
      version: version + 1,
      parse: async function* (files, meta) {
        for await (const entity of parse(files, meta)) yield { ...entity, remarks: 'Read better.' };
      },
    });
    try {
      // It is due at once, and the server's "not modified" is not asked for.
      await desk.refresher.refreshDue();
      expect(await desk.state()).toMatchObject({ edition: { number: 3, parser: version + 1 } });
      const { body } = await desk.tenant.get<{ data: { change: string }[] }>(
        '/api/v1/kyb/lists/eu/changes?from=2&to=3&limit=500',
      );
      expect(new Set(body.data.map(({ change }) => change))).toEqual(new Set(['changed']));
      expect(body.data).toHaveLength(41);
      expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 3 });
      expect(calls() - before).toBeGreaterThanOrEqual(2);
    } finally {
      jest.restoreAllMocks();
    }
    // A process of the release before keeps what the newer parser made of the same bytes.
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 3 });
  });

  it('show what differs page by page, and read no more than a page', async () => {
    const whole = await desk.tenant.get<{ data: { entryId: string }[]; hasMore: boolean }>(
      '/api/v1/kyb/lists/eu/changes?from=0&to=2&limit=500',
    );
    expect(whole.body.data).toHaveLength(41);
    expect(whole.body.hasMore).toBe(false);
    const query = jest.spyOn(UnitOfWork.prototype, 'query');
    const seen: { entryId: string }[] = [];
    let after = '';
    for (;;) {
      const { body } = await desk.tenant.get<{ data: { entryId: string }[]; hasMore: boolean }>(
        `/api/v1/kyb/lists/eu/changes?from=0&to=2&limit=10${after}`,
      );
      seen.push(...body.data);
      if (!body.hasMore) break;
      after = `&startingAfter=${body.data.at(-1)!.entryId}`;
    }
    const rows = await Promise.all(query.mock.results.map(({ value }) => value as Promise<unknown[]>));
    query.mockRestore();
    expect(seen).toEqual(whole.body.data);
    expect(Math.max(...rows.map(({ length }) => length))).toBe(11);
  });

  it('show every attempt page by page, newest first, with what came of it', async () => {
    desk.lists.answer('/eu.xml', (_, response) => response.writeHead(403).end());
    const failed = await desk.refresher.refresh('eu');
    const fetches = async (query: string) =>
      (
        await desk.tenant.get<{
          data: { id: string; outcome: string; code: string | null }[];
          hasMore: boolean;
        }>(`/api/v1/kyb/lists/eu/fetches?${query}`)
      ).body;
    const all = await fetches('limit=100');
    expect(all.data[0]).toMatchObject({ outcome: failed!.outcome, code: 'kyb.list_http_403', number: null });
    expect(all.data.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['failed', 'unchanged', 'new_edition']),
    );
    const first = await fetches('limit=2');
    expect(first.hasMore).toBe(true);
    const second = await fetches(`limit=100&startingAfter=${first.data[1]!.id}`);
    expect([...first.data, ...second.data]).toEqual(all.data);
    expect((await desk.tenant.get('/api/v1/kyb/lists/eu/fetches?startingAfter=yesterday')).status).toBe(422);
    expect(await desk.refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
  });

  it('have their alarm and their age at /metrics, from the database', async () => {
    const figures = async (): Promise<string[]> =>
      (await (await fetch(`${desk.host.url}/metrics`)).text())
        .split('\n')
        .filter((line) => /^frontdesk_kyb_list_(alarm|age_seconds)\{/.test(line));
    const uow = desk.host.app.get(UnitOfWork);
    // Another process has written it: this one knows nothing of it.
    await uow.runAsSystem(() =>
      uow.execute(
        `UPDATE kyb_list SET alarm = CASE WHEN list = 'uk' THEN '{}'::jsonb END, succeeded_at = CASE WHEN list <> 'un' THEN now() - interval '90 minutes' END`,
      ),
    );
    const lines = await figures();
    expect(lines).toHaveLength(10);
    expect(lines).toContain('frontdesk_kyb_list_alarm{list="uk"} 1');
    expect(lines).toContain('frontdesk_kyb_list_alarm{list="eu"} 0');
    expect(lines).toContain('frontdesk_kyb_list_age_seconds{list="un"} +Inf');
    const age = Number(lines.find((line) => line.includes('age_seconds{list="eu"}'))?.split(' ')[1]);
    expect(age).toBeGreaterThan(5_399);
    expect(age).toBeLessThan(5_700);
  });

  it.each([
    ['GET', '/api/v1/kyb/lists/ofac', 422],
    ['GET', '/api/v1/kyb/lists/eu/changes?from=2&to=2', 422],
    ['GET', '/api/v1/kyb/lists/eu/entries/nobody', 404],
    ['GET', '/api/v1/kyb/lists/eu/entries/EU.1?hash=xyz', 422],
  ] as const)('answers %s %s with %i', async (_, path, status) => {
    expect((await desk.tenant.get(path)).status).toBe(status);
  });
});
