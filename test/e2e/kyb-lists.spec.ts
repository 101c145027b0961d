import { createReadStream, existsSync, readdirSync, readlinkSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { factsOfList, guard, LEAST } from '../../src/kyb/domain/list-guard.js';
import { ListLibrary } from '../../src/kyb/domain/list-library.js';
import type { ListedEntity } from '../../src/kyb/domain/listed-entity.js';
import type { ListName } from '../../src/kyb/domain/sources.js';
import { PARSERS } from '../../src/kyb/infrastructure/lists/parsers/index.js';
import { UnitOfWork } from '#libs/persistence';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { euFile, type Listed, ListServer, unFile } from '../support/list-server.js';
import { ukFile } from '../support/uk-file.js';
import type { TestTenant } from '../support/tenant.js';

interface ListView {
  list: string;
  edition: { number: number; entities: number; contentHash: string; parser: number } | null;
  failures: number;
  alarm: { code: string; detail: string } | null;
}

const people = (count: number, of = 'Primerov'): Listed[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `EU.${at}`,
    names: [`Invented Person${at} ${of}`],
    born: '1970-01-02',
    country: 'RU',
  }));

describe('the sanctions lists', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let lists: ListServer;
  let refresher: ListRefresher;

  beforeAll(async () => {
    lists = await ListServer.start();
    host = await TestApp.start({
      env: {
        ...lists.env,
        KYB_LIST_MAX_BYTES: '2000000',
        KYB_LIST_STALL_MS: '400',
        KYB_LIST_FIRST_BYTE_MS: '20000',
        KYB_LIST_TIMEOUT_MS: '25000',
        KYB_LEASE_MS: '1500',
      },
    });
    tenant = await host.createTenant();
    refresher = host.app.get(ListRefresher);
  });
  afterAll(async () => {
    await host.stop();
    await lists.stop();
  });

  const state = async (list = 'eu'): Promise<ListView> => {
    const { status, body } = await tenant.get<ListView>(`/api/v1/kyb/lists/${list}`);
    expect(status).toBe(200);
    return body;
  };

  const progress = async (list: string): Promise<{ progress: unknown; lease: Date | null }> => {
    const uow = host.app.get(UnitOfWork);
    const [row] = await uow.runAsSystem(() =>
      uow.query<{ progress: unknown; lease: Date | null }>(
        'SELECT progress, lease_until AS lease FROM kyb_list WHERE list = $1',
        [list],
      ),
    );
    return row!;
  };

  it('were never loaded at first, and say so', async () => {
    const { body } = await tenant.get<{ data: ListView[] }>('/api/v1/kyb/lists');
    expect(body.data.map(({ list, edition }) => [list, edition])).toEqual(
      ['eu', 'ofac_sdn', 'ofac_cons', 'uk', 'un'].map((list) => [list, null]),
    );
  });

  it('become an edition, and stay one while nothing changes', async () => {
    lists.say('/eu.xml', euFile(people(40)));
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'new_edition', number: 1 });
    // By its entity tag.
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 1 });
    lists.answer('/eu.xml', (_, response) => response.end(euFile(people(40))));
    // By its content.
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 1 });
    expect(await state()).toMatchObject({ edition: { number: 1, entities: 40 }, failures: 0, alarm: null });
  });

  it('are diffed entry by entry, and every edition can be had as it was', async () => {
    const next = people(42).slice(1);
    next[0] = { ...next[0]!, names: ['Invented Person1 Primerov', 'Another Alias'] };
    lists.say('/eu.xml', euFile(next));
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'new_edition', number: 2 });
    const { body } = await tenant.get<{ data: { entryId: string; change: string; hash: string }[] }>(
      '/api/v1/kyb/lists/eu/changes?from=1&to=2',
    );
    expect(body.data.map(({ entryId, change }) => `${change} ${entryId}`).sort()).toEqual([
      'added EU.40',
      'added EU.41',
      'changed EU.1',
      'removed EU.0',
    ]);
    const old = await tenant.get<{ names: { text: string }[]; hash: string }>(
      '/api/v1/kyb/lists/eu/entries/EU.0',
    );
    expect(old.status).toBe(404);
    const library = host.app.get(ListLibrary);
    const first: string[] = [];
    for await (const batch of library.entries({ list: 'eu', number: 1 }))
      first.push(...batch.map(({ entity }) => entity.entryId));
    expect(first).toHaveLength(40);
    expect(first).toContain('EU.0');
    const versions = await tenant.get<{ data: { number: number; added: number; removed: number }[] }>(
      '/api/v1/kyb/lists/eu/versions',
    );
    expect(versions.body.data).toMatchObject([
      { number: 2, added: 2, changed: 1, removed: 1 },
      { number: 1, added: 40, changed: 0, removed: 0 },
    ]);
  });

  it('are read again when their parser is another, though not a byte has changed', async () => {
    const { version, parse } = PARSERS.eu;
    const calls = () => lists.asked.length;
    const before = calls();
    jest.replaceProperty(PARSERS, 'eu', {
      version: version + 1,
      parse: async function* (files, meta) {
        for await (const entity of parse(files, meta)) yield { ...entity, remarks: 'Read better.' };
      },
    });
    try {
      // It is due at once, and the server's "not modified" is not asked for.
      await refresher.refreshDue();
      expect(await state()).toMatchObject({ edition: { number: 3, parser: version + 1 } });
      const { body } = await tenant.get<{ data: { change: string }[] }>(
        '/api/v1/kyb/lists/eu/changes?from=2&to=3&limit=500',
      );
      expect(new Set(body.data.map(({ change }) => change))).toEqual(new Set(['changed']));
      expect(body.data).toHaveLength(41);
      expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 3 });
      expect(calls() - before).toBeGreaterThanOrEqual(2);
    } finally {
      jest.restoreAllMocks();
    }
    // A process of the release before keeps what the newer parser made of the same bytes.
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged', number: 3 });
  });

  it('show what differs page by page, and read no more than a page', async () => {
    const whole = await tenant.get<{ data: { entryId: string }[]; hasMore: boolean }>(
      '/api/v1/kyb/lists/eu/changes?from=0&to=2&limit=500',
    );
    expect(whole.body.data).toHaveLength(41);
    expect(whole.body.hasMore).toBe(false);
    const query = jest.spyOn(UnitOfWork.prototype, 'query');
    const seen: { entryId: string }[] = [];
    let after = '';
    for (;;) {
      const { body } = await tenant.get<{ data: { entryId: string }[]; hasMore: boolean }>(
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
    lists.answer('/eu.xml', (_, response) => response.writeHead(403).end());
    const failed = await refresher.refresh('eu');
    const fetches = async (query: string) =>
      (
        await tenant.get<{ data: { id: string; outcome: string; code: string | null }[]; hasMore: boolean }>(
          `/api/v1/kyb/lists/eu/fetches?${query}`,
        )
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
    expect((await tenant.get('/api/v1/kyb/lists/eu/fetches?startingAfter=yesterday')).status).toBe(422);
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
  });

  const html = '<!DOCTYPE html><html><body>Service unavailable</body></html>';
  const fail =
    (status: number) =>
    (_: unknown, response: ServerResponse): void => {
      response.writeHead(status).end('no');
    };
  it.each([
    ['is a page instead', 'kyb.list_not_xml', [(_: unknown, r: ServerResponse) => r.end(html)]],
    [
      'is cut off',
      'kyb.list_malformed',
      [(_: unknown, r: ServerResponse) => r.end(euFile(people(40)).slice(0, 4_000))],
    ],
    [
      'ends sooner than it promised',
      'kyb.list_unreachable',
      Array.from({ length: 3 }, () => (_: unknown, r: ServerResponse) => {
        r.writeHead(200, { 'content-length': '100000' });
        r.write('<export>');
        r.destroy();
      }),
    ],
    [
      'unpacks to more than anybody wants',
      'kyb.list_too_large',
      [
        (_: unknown, r: ServerResponse) => {
          r.writeHead(200, { 'content-encoding': 'gzip' });
          r.end(gzipSync(Buffer.alloc(8_000_000, 32)));
        },
      ],
    ],
    [
      'stalls',
      'kyb.list_stalled',
      Array.from({ length: 3 }, () => (_: unknown, r: ServerResponse) => void r.write('<export>')),
    ],
    ['is answered with 503 each time', 'kyb.list_http_503', [fail(503), fail(503), fail(503)]],
    ['is forbidden', 'kyb.list_http_403', [fail(403)]],
    ['has shrunk', 'kyb.list_shrank', [(_: unknown, r: ServerResponse) => r.end(euFile(people(12)))]],
    ['has swelled', 'kyb.list_swelled', [(_: unknown, r: ServerResponse) => r.end(euFile(people(90)))]],
    [
      'has lost its birth dates',
      'kyb.list_lost_attributes',
      [(_: unknown, r: ServerResponse) => r.end(euFile(people(41).map(({ born: _born, ...rest }) => rest)))],
    ],
    ['is empty', 'kyb.list_empty', [(_: unknown, r: ServerResponse) => r.end('')]],
  ])('keep their last good edition when a file %s', async (_, code, answers) => {
    lists.answer('/eu.xml', ...answers);
    const outcome = await refresher.refresh('eu');
    expect(outcome).toMatchObject({ code, number: null });
    expect(['refused', 'failed']).toContain(outcome?.outcome);
    expect(await state()).toMatchObject({ edition: { number: 3, entities: 41 }, alarm: { code } });
    lists.answer('/eu.xml');
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
    expect(await state()).toMatchObject({ alarm: null, failures: 0 });
  });

  it('are tried again when an answer is lost on the way', async () => {
    lists.answer('/eu.xml', fail(500), fail(502));
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'unchanged' });
  });

  it('may take long to begin, and keep their lease meanwhile', async () => {
    let held: ServerResponse | undefined;
    lists.answer('/eu.xml', (_, response) => (held = response));
    const begun = Date.now();
    const refreshed = refresher.refresh('eu');
    // Longer than a stall and a lease may be: it is prolonged though not a byte came.
    await eventually('the lease is kept', async () => {
      const { lease } = await progress('eu');
      return lease !== null && lease.getTime() > begun + 1_500 + 700;
    });
    expect(await refresher.refresh('eu')).toBeNull();
    held!.end(euFile(people(42).slice(1)));
    expect(await refreshed).toMatchObject({ outcome: 'new_edition' });
    expect((await progress('eu')).lease).toBeNull();
  });

  const ships = (count: number, from = 0): Record<string, string>[] =>
    Array.from({ length: count }, (_, at) => ({
      'Unique ID': `RUS${String(from + at).padStart(4, '0')}`,
      'Name 6': `Invented Ship ${from + at}`,
      'Designation Type': 'Ship',
    }));

  it.each([
    ['was cut off between two rows', 'kyb.list_lost_end', ukFile(ships(95))],
    ['is of days before', 'kyb.list_older', ukFile(ships(101), { dated: '30-Oct-2026' })],
    ['lacks a column', 'kyb.list_malformed', ukFile(ships(100), { without: 'Passport number' })],
  ])('do not believe a CSV that %s, with nothing to say how long it is', async (_, code, text) => {
    lists.answer('/uk.csv', (__, response) => response.end(ukFile(ships(100))));
    expect(await refresher.refresh('uk')).toMatchObject({ number: 1 });
    lists.answer('/uk.csv', (__, response) => {
      response.write(text);
      response.end();
    });
    expect(await refresher.refresh('uk')).toMatchObject({ outcome: 'refused', code });
    expect(await state('uk')).toMatchObject({ edition: { entities: 100 }, alarm: { code } });
  });

  it('of OFAC end with the line that says so', async () => {
    const row = (id: number) => `${id},INVENTED ${id},-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n`;
    const text = Array.from({ length: 30 }, (_, at) => row(at + 1)).join('');
    for (const file of ['CONS_ALT', 'CONS_ADD', 'CONS_COMMENTS']) lists.say(`/ofac/${file}.CSV`, '\u001a');
    lists.say('/ofac/CONS_PRIM.CSV', text);
    expect(await refresher.refresh('ofac_cons')).toMatchObject({ code: 'kyb.list_lost_end' });
    lists.say('/ofac/CONS_PRIM.CSV', `${text}\u001a`);
    expect(await refresher.refresh('ofac_cons')).toMatchObject({ outcome: 'new_edition', number: 1 });
    lists.say('/ofac/CONS_PRIM.CSV', text);
    expect(await refresher.refresh('ofac_cons')).toMatchObject({ code: 'kyb.list_lost_end' });
  });

  it('have their alarm and their age at /metrics, from the database', async () => {
    const figures = async (): Promise<string[]> =>
      (await (await fetch(`${host.url}/metrics`)).text())
        .split('\n')
        .filter((line) => /^frontdesk_kyb_list_(alarm|age_seconds)\{/.test(line));
    const uow = host.app.get(UnitOfWork);
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

  it('take the download that the guard refused when the operator says so, and no other', async () => {
    lists.say('/eu.xml', euFile(people(12)));
    const refused = await refresher.refresh('eu');
    expect(refused).toMatchObject({ outcome: 'refused', code: 'kyb.list_shrank' });
    const accept = refused!.contentHash!;
    lists.say('/eu.xml', euFile(people(11)));
    const other = await refresher.refresh('eu', { accept });
    expect(other).toMatchObject({ outcome: 'refused', code: 'kyb.list_shrank' });
    expect(other!.contentHash).not.toBe(accept);
    lists.say('/eu.xml', euFile(people(12)));
    expect(await refresher.refresh('eu', { accept })).toMatchObject({
      outcome: 'new_edition',
      code: 'kyb.list_shrank',
      number: 5,
      contentHash: accept,
    });
    expect(await state()).toMatchObject({ edition: { contentHash: accept }, alarm: null });
  });

  it('are refreshed by one process at a time, and two lists at once', async () => {
    lists.say('/eu.xml', euFile(people(13)));
    lists.say('/un.xml', unFile([{ id: 'QDi.999', names: ['Invented Somebody', 'Alias Somebody'] }]));
    const outcomes = await Promise.all([
      refresher.refresh('eu'),
      refresher.refresh('eu'),
      refresher.refresh('un'),
    ]);
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.outcome === 'new_edition')).toHaveLength(2);
    expect(await state('un')).toMatchObject({ edition: { number: 1, entities: 1 } });
  });

  it('end all their downloads when one file cannot be had', async () => {
    let held: ServerResponse | undefined;
    lists.answer('/ofac/SDN.CSV', (_, response) => {
      held = response;
      response.write('36,INVENTED AIRLINES,');
    });
    lists.answer('/ofac/SDN_COMMENTS.CSV', (_, response) => {
      void eventually('another file has begun', () => held !== undefined).then(() => fail(404)(_, response));
    });
    lists.answer('/ofac/ALT.CSV', fail(503));
    lists.say('/ofac/ADD.CSV', '');
    expect(await refresher.refresh('ofac_sdn')).toMatchObject({
      outcome: 'failed',
      code: 'kyb.list_http_404',
    });
    const asked = lists.asked.length;
    expect(await progress('ofac_sdn')).toEqual({ progress: null, lease: null });
    await eventually('the other download is ended', () => held!.destroyed);
    expect(lists.asked).toHaveLength(asked);
  });

  it('leave no file open that a parser never came to', async () => {
    const open = (): number =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes('ofac_sdn-');
        } catch {
          return false;
        }
      }).length;
    lists.say(
      '/ofac/SDN.CSV',
      '36,INVENTED AIRLINES,-0- ,CUBA,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\u001a',
    );
    lists.say('/ofac/ALT.CSV', html);
    lists.say('/ofac/ADD.CSV', '36,1,"Street","Town","Cuba",-0- \n');
    lists.say('/ofac/SDN_COMMENTS.CSV', '36,"Invented."\n');
    expect(await refresher.refresh('ofac_sdn')).toMatchObject({ code: 'kyb.list_not_csv' });
    expect(open()).toBe(0);
  });

  it('are not put back by a process that another has overtaken', async () => {
    const before = (await state()).edition!.number;
    const uow = host.app.get(UnitOfWork);
    lists.answer('/eu.xml', (_, response) => {
      // Its lease ran out, and another is at it since.
      void uow
        .runAsSystem(() =>
          uow.execute(
            `UPDATE kyb_list SET attempted_at = attempted_at + interval '1 minute', progress = NULL WHERE list = 'eu'`,
          ),
        )
        .then(() => response.end(euFile(people(14))));
    });
    expect(await refresher.refresh('eu')).toMatchObject({ outcome: 'refused', code: 'kyb.list_overtaken' });
    expect(await state()).toMatchObject({ edition: { number: before }, alarm: null });
    // The other still has the list.
    expect((await progress('eu')).lease).not.toBeNull();
    await uow.runAsSystem(() => uow.execute(`UPDATE kyb_list SET lease_until = NULL WHERE list = 'eu'`));
  });

  it.each([
    ['GET', '/api/v1/kyb/lists/ofac', 422],
    ['GET', '/api/v1/kyb/lists/eu/changes?from=2&to=2', 422],
    ['GET', '/api/v1/kyb/lists/eu/entries/nobody', 404],
    ['GET', '/api/v1/kyb/lists/eu/entries/EU.1?hash=xyz', 422],
  ] as const)('answers %s %s with %i', async (_, path, status) => {
    expect((await tenant.get(path)).status).toBe(status);
  });
});

const DATA = join(process.cwd(), '..', 'shared', 'data', 'kyb');
const file = (name: string): AsyncIterable<Uint8Array> => {
  const stream = createReadStream(join(DATA, name));
  return name.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
};

// The lists themselves are not part of the project: where they lie beside it, they are read whole.
(existsSync(DATA) ? describe : describe.skip)('the parsers, over whole lists', () => {
  const sdn = (of: string): Record<string, string> => ({
    primary: `us/ofac_${of}_sdn.csv`,
    aliases: `us/ofac_${of}_alt.csv`,
    addresses: `us/ofac_${of}_add.csv`,
  });
  const cons = 'us/ofac_nonsdn_2025-12_cons';
  it.each<[ListName, number, number, Record<string, string>]>([
    ['eu', 5_860, 127, { list: 'eu/eu_fsf_2026-05-01.reconstructed.xml.gz' }],
    ['uk', 6_349, 0, { list: 'uk/uksl_2026-08-22.reconstructed.csv.gz' }],
    ['un', 1_003, 136, { list: 'un/UN_consolidated_2026-02-27.xml.gz' }],
    ['ofac_sdn', 9_043, 174, sdn('2022-01')],
    ['ofac_sdn', 8_976, 172, sdn('2021-07')],
    [
      'ofac_cons',
      442,
      0,
      {
        primary: `${cons}_prim.csv`,
        aliases: `${cons}_alt.csv`,
        addresses: `${cons}_add.csv`,
        comments: `${cons}_comments.csv`,
      },
    ],
  ])('find every entity of %s: %i, %i of them born about a time', async (list, count, spans, files) => {
    const found = new Map<string, ListedEntity>();
    const parts = Object.fromEntries(Object.entries(files).map(([part, name]) => [part, file(name)]));
    for await (const entity of PARSERS[list].parse(parts, { publishedAt: null }))
      found.set(entity.entryId, entity);
    expect(found.size).toBe(count);
    const born = [...found.values()].flatMap(({ birthDates }) => birthDates);
    for (const date of born) expect(date).toMatch(/^\d{4}(-\d\d){0,2}(\/\d{4}(-\d\d){0,2})?$/);
    expect(
      [...found.values()].filter(({ birthDates }) => birthDates.some((date) => date.includes('/'))),
    ).toHaveLength(spans);
    // And the guard believes it as a first edition.
    const look = { facts: factsOfList([...found.values()]), publishedAt: null };
    expect(guard(null, look, { least: LEAST[list], percent: 100, has: () => true })).toBeNull();
    for (const { countries } of found.values())
      for (const country of countries) expect(country).toMatch(/^[A-Z]{2}$/);
  });
});
