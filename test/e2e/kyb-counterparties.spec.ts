import { TestApp } from '../support/app.js';
import type { ApiAnswer, TestTenant } from '../support/tenant.js';

interface Counterparty {
  id: string;
  names: string[];
  vatNumber: string | null;
  address: { city: string | null } | null;
  archivedAt: string | null;
  nextDueAt: string | null;
  version: number;
}
interface Report {
  id: string;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  refusals: { line: number; errors: { column: string; detail: string }[] }[];
}

describe('counterparties', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let other: TestTenant;
  beforeAll(async () => {
    host = await TestApp.start();
    [tenant, other] = [await host.createTenant(), await host.createTenant()];
  });
  afterAll(() => host.stop());

  const url = '/api/v1/kyb/counterparties';
  const add = (body: object, by = tenant): Promise<ApiAnswer<Counterparty>> => by.post(url, body);
  const patch = (id: string, body: object, tag?: number, by = tenant): Promise<ApiAnswer<Counterparty>> =>
    by.call('PATCH', `${url}/${id}`, body, tag === undefined ? {} : { 'if-match': `"${tag}"` });
  const idsOf = async (query: string, by = tenant): Promise<string[]> =>
    (await by.get<{ data: Counterparty[] }>(`${url}?${query}`)).body.data.map(({ id }) => id);

  const found = async (body: object, by = tenant): Promise<string[]> => {
    const answer = await by.post<{ data: Counterparty[] }>(`${url}/search`, body);
    expect(answer.status).toBe(200);
    return answer.body.data.map(({ id }) => id);
  };

  it('are added with their numbers in one form, and are due at once', async () => {
    const { status, body } = await add({
      kind: 'organisation',
      names: ['  Beispiel Handels GmbH '],
      country: 'GR',
      vatNumber: 'GR 094 259 216',
      lei: '529900t8bm49aursdo55',
      reference: 'S-1',
      address: { city: 'Athen' },
      roles: ['supplier'],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      names: ['Beispiel Handels GmbH'],
      vatNumber: 'EL094259216',
      lei: '529900T8BM49AURSDO55',
      address: { city: 'Athen', line: null },
      monitoring: { schedule: 'weekly', everyDays: null },
      version: 1,
    });
    expect(body.nextDueAt).not.toBeNull();
    expect((await tenant.get(`${url}/${body.id}`)).body).toEqual(body);
  });

  it('keep names, address and birth date sealed, and are found by words of their names nevertheless', async () => {
    const { body } = await add({ kind: 'person', names: ['Zoë Ünverwechselbar'], birthDate: '1990-04' });
    const rows = await host.query<{ row: string }>(
      tenant.id,
      'SELECT row_to_json(c)::text AS row FROM counterparty c WHERE id = $1',
      [body.id],
    );
    expect(rows[0]!.row).not.toMatch(/nverwechselbar|1990/i);
    expect(await found({ name: 'UNVERWECHSELBAR' })).toEqual([body.id]);
    expect(await found({ name: 'zoe unverwechselbar' })).toEqual([body.id]);
    expect(await found({ name: 'zoe other' })).toEqual([]);
    expect(await found({ name: 'unverwechselbar' }, other)).toEqual([]);
  });

  it.each([
    ['kind=person&country=UA', 'Olha Filtrenko'],
    ['role=owner', 'Olha Filtrenko'],
  ])('are filtered by %s', async (query, name) => {
    await add({ kind: 'person', names: [name], country: 'UA', roles: ['owner'], reference: 'F-7' });
    const { body } = await tenant.get<{ data: Counterparty[] }>(`${url}?${query}`);
    expect(body.data.map(({ names }) => names[0])).toEqual([name]);
  });

  it.each([
    { reference: 'F-8' },
    { vatNumber: 'de136695976' },
    { lei: '529900T8BM49AURSDO55', country: 'DE' },
    { name: 'nummernhof', kind: 'organisation', role: 'customer', archived: false },
  ])('are found by %p', async (query) => {
    const numbers = { reference: 'F-8', vatNumber: 'DE136695976', lei: '529900T8BM49AURSDO55' };
    await add({
      kind: 'organisation',
      names: ['Nummernhof'],
      country: 'DE',
      roles: ['customer'],
      ...numbers,
    });
    const [first, ...others] = await found(query);
    expect(others).toEqual([]);
    expect((await tenant.get<Counterparty>(`${url}/${first}`)).body.names).toEqual(['Nummernhof']);
    expect(await found({ ...query, archived: true })).toEqual([]);
  });

  it('are found page by page, as they are listed', async () => {
    const all = await idsOf('limit=100');
    expect(await found({ limit: 100 })).toEqual(all);
    expect(await found({ limit: 1, startingAfter: all[0] })).toEqual([all[1]]);
    for (const body of [{ limit: '5' }, { archived: 'true' }, { startingAfter: 'x' }, { nmae: 'x' }])
      expect((await tenant.post(`${url}/search`, body)).status).toBe(422);
  });

  it.each(['name=zoe', 'vatNumber=DE136695976', 'lei=529900T8BM49AURSDO55', 'reference=F-7'])(
    'are not searched by %s in an address, which is kept along the way',
    async (query) => {
      expect((await tenant.get(`${url}?${query}`)).status).toBe(422);
    },
  );

  it('leave an entry in the trail of who found them', async () => {
    const { body } = await add({ kind: 'person', names: ['Ada Auffindbar'] });
    const reads = async () =>
      (await tenant.get<{ data: object[] }>(`/api/v1/audit/entries?kind=read&subjectId=${body.id}`)).body
        .data;
    const before = (await reads()).length;
    await found({ name: 'auffindbar' });
    expect(await reads()).toHaveLength(before + 1);
  });

  it('are listed page by page, newest first', async () => {
    const all = await idsOf('limit=100');
    expect(all.length).toBeGreaterThan(2);
    const pages: string[] = [];
    for (let after = ''; pages.length < all.length; after = `&startingAfter=${pages.at(-1)}`)
      pages.push(...(await idsOf(`limit=1${after}`)));
    expect(pages).toEqual(all);
    expect([...all].sort().reverse()).toEqual(all);
  });

  it.each([
    ['a LEI whose check digits are wrong', { lei: '529900T8BM49AURSDO54' }, '/lei'],
    ['a VAT number without a prefix', { vatNumber: '136695976' }, '/vatNumber'],
    ['a name without a letter', { names: ['...'] }, '/names'],
    ['an organisation that was born', { birthDate: '1990' }, '/birthDate'],
    [
      'an interval without its schedule',
      { monitoring: { schedule: 'daily', everyDays: 3 } },
      '/monitoring/everyDays',
    ],
    ['a schedule without its interval', { monitoring: { schedule: 'custom' } }, '/monitoring/everyDays'],
    ['an address of nothing', { address: {} }, '/address'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await add({ kind: 'organisation', names: ['Beispiel'], ...body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('have countries in one form, and none that there is not', async () => {
    const { body } = await add({
      kind: 'organisation',
      names: ['Klein'],
      country: 'de',
      address: { country: 'gb' },
    });
    expect(body).toMatchObject({ country: 'DE', address: { country: 'GB' } });
    expect(await idsOf('country=de&limit=1')).toEqual([body.id]);
    const refused = await add({ kind: 'organisation', names: ['Klein'], country: 'UK' });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/country' }] } });
    expect(JSON.stringify(refused.body)).toContain('GB');
  });

  it('have one reference each', async () => {
    const { body } = await add({ kind: 'organisation', names: ['Erste'], reference: 'ONE' });
    const twice = await add({ kind: 'organisation', names: ['Zweite'], reference: 'ONE' });
    expect(twice.status).toBe(409);
    expect(twice.body).toMatchObject({ code: 'kyb.reference_taken' });
    const second = await add({ kind: 'organisation', names: ['Zweite'] });
    expect((await patch(second.body.id, { reference: 'ONE' })).status).toBe(409);
    expect((await patch(body.id, { reference: 'ONE' })).status).toBe(200);
    // Another business counts by itself.
    expect((await add({ kind: 'organisation', names: ['Erste'], reference: 'ONE' }, other)).status).toBe(201);
  });

  it('change in what is named alone, and only for who has read the last version', async () => {
    const { body } = await add({
      kind: 'organisation',
      names: ['Vorher GmbH'],
      country: 'DE',
      note: 'keep',
      monitoring: { schedule: 'off' },
    });
    const changed = await patch(body.id, { names: ['Nachher GmbH'], country: null }, 1);
    expect(changed.body).toMatchObject({ names: ['Nachher GmbH'], country: null, note: 'keep', version: 2 });
    expect((await patch(body.id, { note: 'late' }, 1)).status).toBe(412);
    expect(await found({ name: 'vorher' })).toEqual([]);
    expect(await found({ name: 'nachher' })).toEqual([body.id]);
    expect((await patch(body.id, { note: 'not theirs' }, undefined, other)).status).toBe(404);
  });

  it('are checked anew when something changed that sources are asked with, and not for a note', async () => {
    const { body } = await add({ kind: 'organisation', names: ['Termin GmbH'] });
    await host.query(
      tenant.id,
      `UPDATE counterparty SET next_due_at = now() + interval '7 days' WHERE id = $1`,
      [body.id],
    );
    const later = (await patch(body.id, { note: 'Nothing that anybody is asked' })).body.nextDueAt!;
    expect(Date.parse(later)).toBeGreaterThan(Date.now() + 86_400_000);
    const sooner = (await patch(body.id, { vatNumber: 'DE136695976' })).body.nextDueAt!;
    expect(Date.parse(sooner)).toBeLessThan(Date.now() + 60_000);
  });

  it('go to the archive and come back', async () => {
    const { body } = await add({ kind: 'organisation', names: ['Archiv GmbH'] });
    const archived = await tenant.post<Counterparty>(`${url}/${body.id}/archive`, {});
    expect(archived.body).toMatchObject({ nextDueAt: null, version: 2 });
    expect(archived.body.archivedAt).not.toBeNull();
    expect(await found({ name: 'archiv' })).toEqual([]);
    expect(await found({ name: 'archiv', archived: true })).toEqual([body.id]);
    expect((await patch(body.id, { note: 'x' })).body).toMatchObject({ code: 'kyb.counterparty_archived' });
    const restored = await tenant.post<Counterparty>(`${url}/${body.id}/restore`, {});
    expect(restored.body.archivedAt).toBeNull();
    expect(restored.body.nextDueAt).not.toBeNull();
    expect((await other.post(`${url}/${body.id}/archive`, {})).status).toBe(404);
  });

  it('own and direct each other', async () => {
    const [owner, owned, stranger] = await Promise.all([
      add({ kind: 'person', names: ['Olena Vlasnyk'] }),
      add({ kind: 'organisation', names: ['Vlasnist LLC'] }),
      add({ kind: 'organisation', names: ['Elsewhere'] }, other),
    ]);
    const relate = (body: object) => tenant.post<{ id: string }>(`${url}/${owner.body.id}/relations`, body);
    const toId = owned.body.id;
    const made = await relate({ toId, kind: 'owner_of', shareBasisPoints: 2500 });
    expect(made.status).toBe(201);
    expect((await relate({ toId, kind: 'owner_of' })).status).toBe(409);
    expect((await relate({ toId: owner.body.id, kind: 'owner_of' })).status).toBe(422);
    expect((await relate({ toId: stranger.body.id, kind: 'owner_of' })).body).toMatchObject({
      code: 'kyb.related_unknown',
    });
    expect((await relate({ toId, kind: 'director_of', shareBasisPoints: 1 })).status).toBe(422);
    const seen = await tenant.get<{ data: object[] }>(`${url}/${toId}/relations`);
    expect(seen.body.data).toMatchObject([{ fromId: owner.body.id, toId, shareBasisPoints: 2500 }]);
    expect((await other.get(`${url}/${toId}/relations`)).status).toBe(404);
    const remove = (by: TestTenant) => by.call('DELETE', `${url}/${toId}/relations/${made.body.id}`);
    expect((await remove(other)).status).toBe(404);
    expect((await remove(tenant)).status).toBe(204);
    expect((await remove(tenant)).status).toBe(404);
  });

  describe('from CSV', () => {
    const take = (csv: string, by = tenant) =>
      by.post<Report>(`${url}/imports`, { fileName: 'list.csv', csv });

    it('take what is right, and say of each row what is wrong', async () => {
      const { status, body } = await take(
        [
          'name;kind;reference;country;vatNumber;birthDate;roles;schedule;everyDays',
          'Eins GmbH | Eins International;organisation;C-1;de;DE 136695976;;supplier customer;;',
          'Nina Beispiel;person;C-2;UA;;1990-02-31;;;',
          ';organisation;C-3;;;;;;',
          'Vier AG;organisation;C-4;XXX;nonsense;;landlord;sometimes;',
          'Eins Doppelt;organisation;C-1;;;;;;',
          'Sechs OHG;organisation;C-6;;;;;custom;14',
          'Sieben OHG;organisation;C-7;;;;;custom;',
        ].join('\n'),
      );
      expect(status).toBe(201);
      expect(body).toMatchObject({ created: 2, updated: 0, refused: 5 });
      expect(body.refusals.map(({ line, errors }) => [line, errors.map(({ column }) => column)])).toEqual([
        [3, ['birthDate']],
        [4, ['name']],
        [5, ['schedule', 'roles', 'country', 'vatNumber']],
        [6, ['reference']],
        [8, ['everyDays']],
      ]);
      const [first] = await found({ reference: 'C-1' });
      expect((await tenant.get(`${url}/${first}`)).body).toMatchObject({
        names: ['Eins GmbH', 'Eins International'],
        vatNumber: 'DE136695976',
      });
      const rows = await tenant.get<{ data: { line: number; outcome: string }[]; hasMore: boolean }>(
        `${url}/imports/${body.id}/rows?limit=2&afterLine=5`,
      );
      expect(rows.body).toMatchObject({
        data: [{ line: 6 }, { line: 7, outcome: 'created' }],
        hasMore: true,
      });
      expect((await other.get(`${url}/imports/${body.id}`)).status).toBe(404);
      expect((await other.get(`${url}/imports/${body.id}/rows`)).status).toBe(404);
    });

    it('are updated by their reference, and left alone when nothing differs', async () => {
      const csv = (city: string) => `name,reference,city\nWieder GmbH,W-1,${city}\n`;
      expect((await take(csv('Ulm'))).body).toMatchObject({ created: 1 });
      expect((await take(csv('Ulm'))).body).toMatchObject({ unchanged: 1 });
      expect((await take(csv('Bonn'))).body).toMatchObject({ updated: 1 });
      const [id] = await found({ reference: 'W-1' });
      expect((await tenant.get(`${url}/${id}`)).body).toMatchObject({
        address: { city: 'Bonn' },
        version: 2,
      });
    });

    it('change nothing that the file has no column for', async () => {
      const contactId = '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10';
      const whole = {
        kind: 'person',
        names: ['Nina Beispiel'],
        reference: 'K-1',
        country: 'UA',
        birthDate: '1990-02-03',
        roles: ['owner'],
        address: { line: 'Hauptstr. 1', city: 'Ulm' },
        note: 'since 2019',
        monitoring: { schedule: 'custom', everyDays: 14 },
      };
      const { body: before } = await add(whole);
      expect((await take('name,reference\nNina Beispiel,K-1\n')).body).toMatchObject({ unchanged: 1 });
      const csv = `name,reference,city,note,contactId\nNina Beispiel | Нина,K-1,Bonn,,${contactId}\n`;
      expect((await take(csv)).body).toMatchObject({ updated: 1 });
      expect((await tenant.get(`${url}/${before.id}`)).body).toMatchObject({
        ...whole,
        names: ['Nina Beispiel', 'Нина'],
        address: { line: 'Hauptstr. 1', city: 'Bonn' },
        note: null,
        contactId,
      });
    });

    it('are taken by the thousands, more than other requests may bring', async () => {
      const note = 'x'.repeat(300);
      const many = Array.from(
        { length: 5_500 },
        (_, at) => `Viele ${at},M-${at},${at % 10 === 0 ? 'person' : ''},${note}`,
      );
      const { status, body } = await take(['name,reference,kind,note', ...many].join('\n'));
      expect(status).toBe(201);
      expect(body).toMatchObject({ created: 5_500, refused: 0 });
      expect((await found({ name: 'viele', limit: 100 })).length).toBe(100);
      expect((await found({ reference: 'M-5490', kind: 'person' })).length).toBe(1);
    });

    it.each([
      ['no header', 'Eins GmbH\nZwei GmbH\n', 'kyb.csv_invalid'],
      ['a column nobody knows', 'name,shoe size\nEins,44\n', 'kyb.csv_column_unknown'],
      ['a quote that does not end', 'name\n"Eins\n', 'kyb.csv_invalid'],
      ['too many rows', `name\n${'Eins\n'.repeat(10_001)}`, 'kyb.csv_too_long'],
    ])('are refused with %s', async (_, csv, code) => {
      const { status, body } = await take(csv);
      expect([status, (body as unknown as { code: string }).code]).toEqual([422, code]);
    });
  });
});
