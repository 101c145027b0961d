import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeRegisters } from '../support/fake-registers.js';
import type { TestTenant } from '../support/tenant.js';

interface Check {
  id: string;
  state: string;
  reason: string | null;
  reference: string | null;
}

const fixture = (name: string): string =>
  readFileSync(join(process.cwd(), 'test', 'fixtures', 'gleif', name), 'utf8');

describe('registers', () => {
  let host: TestApp;
  let tenant: TestTenant;
  let fake: FakeRegisters;
  beforeAll(async () => {
    fake = await FakeRegisters.start();
    host = await TestApp.start({ env: fake.env });
    tenant = await host.createTenant();
  });
  afterAll(async () => {
    await host.stop();
    await fake.stop();
  });
  beforeEach(() => {
    fake.asked.length = 0;
  });

  const add = async (body: object): Promise<string> =>
    (
      await tenant.post<{ id: string }>('/api/v1/kyb/counterparties', {
        kind: 'organisation',
        names: ['Beispiel GmbH'],
        ...body,
      })
    ).body.id;
  const check = async (id: string, source: string): Promise<Check> =>
    (await tenant.post<{ data: Check[] }>(`/api/v1/kyb/counterparties/${id}/checks`, { sources: [source] }))
      .body.data[0]!;
  const evidence = async (id: string) =>
    (
      await tenant.get<{
        intact: boolean;
        document: {
          facts: Record<string, unknown>;
          exchanges: { method: string; url: string; responseBody: string | null; failure: string | null }[];
        };
      }>(`/api/v1/kyb/checks/${id}/evidence`)
    ).body;

  describe('VIES', () => {
    // As recorded by the tests of zapadi/vies-dotnet (Apache-2.0).
    const valid = {
      countryCode: 'BE',
      vatNumber: '0244142664',
      requestDate: '2024-04-23T08:04:10.919Z',
      valid: true,
      requestIdentifier: 'WAPIAAAAY123',
      name: 'NV OR De Vlaamse Radio- en Televisieomroeporganisatie',
      address: 'Auguste Reyerslaan 52\n1030 Schaarbeek',
      traderName: '---',
      traderNameMatch: 'NOT_PROCESSED',
    };
    const errors = (...wrappers: unknown[]) => ({ actionSucceed: false, errorWrappers: wrappers });
    const soap = (inner: string): string =>
      `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Header/><env:Body>${inner}</env:Body></env:Envelope>`;
    const soapAnswer = (is: string): string =>
      soap(
        `<ns2:checkVatResponse xmlns:ns2="urn:ec.europa.eu:taxud:vies:services:checkVat:types"><ns2:countryCode>LU</ns2:countryCode><ns2:vatNumber>26375245</ns2:vatNumber><ns2:requestDate>2022-09-04+02:00</ns2:requestDate><ns2:valid>${is}</ns2:valid><ns2:name>ACME</ns2:name><ns2:address>ADDR</ns2:address></ns2:checkVatResponse>`,
      );
    let id: string;
    beforeAll(async () => {
      id = await add({ country: 'BE', vatNumber: 'BE0244142664' });
    });

    it('says who has the number, keeps the consultation number and every byte', async () => {
      await tenant.call('PUT', '/api/v1/kyb/settings', {
        requesterVatNumber: 'DE136695976',
        fullPassDays: 7,
      });
      let asked: Record<string, string> = {};
      fake.rest = (body) => {
        asked = body;
        return { body: valid };
      };
      const made = await check(id, 'vies');
      expect(made).toMatchObject({ state: 'valid', reason: null, reference: 'WAPIAAAAY123' });
      expect(asked).toEqual({
        countryCode: 'BE',
        vatNumber: '0244142664',
        requesterMemberStateCode: 'DE',
        requesterNumber: '136695976',
      });
      const { document, intact } = await evidence(made.id);
      expect(intact).toBe(true);
      expect(document.facts).toMatchObject({
        name: valid.name,
        address: 'Auguste Reyerslaan 52, 1030 Schaarbeek',
      });
      expect(Buffer.from(document.exchanges[0]!.responseBody!, 'base64').toString()).toBe(
        JSON.stringify(valid),
      );
    });

    it('takes withheld fields for what they are', async () => {
      fake.rest = () => ({ body: { ...valid, requestIdentifier: '', name: '---', address: '---' } });
      const made = await check(id, 'vies');
      expect(made).toMatchObject({ state: 'valid', reference: null });
      expect((await evidence(made.id)).document.facts).toMatchObject({ name: null, address: null });
    });

    it('says that a number is invalid when it is', async () => {
      fake.rest = () => ({ body: { ...valid, valid: false, name: '---', address: '---' } });
      expect(await check(id, 'vies')).toMatchObject({ state: 'invalid', reason: null });
      fake.rest = () => ({ body: errors({ error: 'INVALID_INPUT' }) });
      expect(await check(id, 'vies')).toMatchObject({ state: 'invalid', reason: 'kyb.vies_invalid_input' });
    });

    // The test service of VIES: numbers 202 to 601, and anything else.
    it.each([
      ['SERVICE_UNAVAILABLE', 'kyb.vies_service_unavailable'],
      ['MS_UNAVAILABLE', 'kyb.vies_ms_unavailable'],
      ['TIMEOUT', 'kyb.vies_timeout'],
      ['VAT_BLOCKED', 'kyb.vies_vat_blocked'],
      ['IP_BLOCKED', 'kyb.vies_ip_blocked'],
      ['GLOBAL_MAX_CONCURRENT_REQ', 'kyb.vies_global_max_concurrent'],
      ['GLOBAL_MAX_CONCURRENT_REQ_TIME', 'kyb.vies_global_max_concurrent_time'],
      ['MS_MAX_CONCURRENT_REQ', 'kyb.vies_ms_max_concurrent'],
      ['MS_MAX_CONCURRENT_REQ_TIME', 'kyb.vies_ms_max_concurrent_time'],
      ['SOMETHING_NEW', 'kyb.vies_unknown_error'],
    ])('never takes %s for an answer about the number, in REST or in SOAP', async (code, reason) => {
      for (const status of [200, 400, 500]) {
        fake.rest = () => ({ status, body: errors({ error: code }) });
        fake.soap = () => ({
          status: 500,
          body: soap(
            `<env:Fault><faultcode>env:Server</faultcode><faultstring>${code}</faultstring></env:Fault>`,
          ),
        });
        expect(await check(id, 'vies')).toMatchObject({ state: 'not_checked', reason });
        // So that the circuit stays closed.
        fake.rest = () => ({ body: valid });
        expect(await check(id, 'vies')).toMatchObject({ state: 'valid' });
      }
    });

    it.each([
      ['no errors in the error', errors()],
      ['null as the error', errors(null)],
      ['a message as the error', errors({ message: 'Blocked' })],
      ['an answer without validity', { countryCode: 'BE', vatNumber: '0244142664' }],
      ['validity in words', { ...valid, valid: 'false' }],
      ['a list', []],
    ])('is not checked by %s', async (_, body) => {
      fake.rest = () => ({ body });
      fake.soap = () => ({ body: soapAnswer('YES') });
      expect(await check(id, 'vies')).toMatchObject({ state: 'not_checked' });
      fake.rest = () => ({ body: valid });
      await check(id, 'vies');
    });

    it('asks in SOAP when REST is out of order', async () => {
      fake.rest = () => ({ status: 502, body: 'Bad Gateway' });
      fake.soap = () => ({ body: soapAnswer('true') });
      const made = await check(id, 'vies');
      expect(made).toMatchObject({ state: 'valid' });
      expect((await evidence(made.id)).document.exchanges).toHaveLength(2);
      fake.soap = () => ({ body: soapAnswer('false') });
      expect(await check(id, 'vies')).toMatchObject({ state: 'invalid' });
    });

    it('expands nothing that a document type defines: SOAP knows none', async () => {
      fake.rest = () => ({ status: 502, body: 'Bad Gateway' });
      for (const entity of ['yes "true"', 'yes SYSTEM "file:///etc/hostname"']) {
        fake.soap = () => ({ body: `<!DOCTYPE e [<!ENTITY ${entity}>]>${soapAnswer('&yes;')}` });
        expect(await check(id, 'vies')).toMatchObject({ state: 'not_checked' });
      }
      fake.rest = () => ({ body: valid });
      await check(id, 'vies');
    });

    it('asks without a requester when that is the one who is wrong', async () => {
      fake.rest = (body) =>
        'requesterNumber' in body ? { body: errors({ error: 'INVALID_REQUESTER_INFO' }) } : { body: valid };
      expect(await check(id, 'vies')).toMatchObject({
        state: 'valid',
        reason: 'kyb.vies_invalid_requester',
        reference: null,
      });
    });

    it('tries again at once when it is crowded', async () => {
      let times = 0;
      fake.rest = () => ({ body: (times += 1) < 3 ? errors({ error: 'MS_MAX_CONCURRENT_REQ' }) : valid });
      expect(await check(id, 'vies')).toMatchObject({ state: 'valid' });
    });

    it('is not asked about numbers of other countries, nor by whom has none', async () => {
      const british = await add({ country: 'GB', vatNumber: 'GB980780684' });
      expect(await check(british, 'vies')).toMatchObject({
        state: 'not_applicable',
        reason: 'kyb.vies_not_a_member_state',
      });
      expect(await check(await add({}), 'vies')).toMatchObject({
        state: 'not_applicable',
        reason: 'kyb.no_vat_number',
      });
      expect(fake.asked).toEqual([]);
    });

    it('is asked three questions at a time about one member state', async () => {
      fake.rest = () => ({ body: valid });
      let open = (): void => undefined;
      fake.delayed = new Promise((done) => (open = done));
      fake.mostAtOnce = 0;
      const all = Promise.all(Array.from({ length: 12 }, () => check(id, 'vies')));
      await eventually('three questions at once', () => Promise.resolve(fake.mostAtOnce === 3 || undefined));
      open();
      await all;
      fake.delayed = null;
      expect(fake.mostAtOnce).toBe(3);
    });

    it('tells of what differs from the answer before', async () => {
      const own = await add({ country: 'BE', vatNumber: 'BE0417497106' });
      fake.rest = () => ({ body: valid });
      await check(own, 'vies');
      fake.rest = () => ({ body: { ...valid, name: 'Another Name' } });
      await check(own, 'vies');
      fake.rest = () => ({ body: errors({ error: 'MS_UNAVAILABLE' }) });
      await check(own, 'vies');
      fake.rest = () => ({ body: { ...valid, valid: false, name: 'Another Name' } });
      await check(own, 'vies');
      const { body } = await tenant.get<{ data: { kind: string; before: unknown; after: unknown }[] }>(
        `/api/v1/kyb/counterparties/${own}/changes`,
      );
      expect(body.data.map(({ kind, before, after }) => [kind, before, after])).toEqual([
        ['vat_state', 'valid', 'invalid'],
        ['name', valid.name, 'Another Name'],
        ['vat_state', null, 'valid'],
      ]);
      const snapshots = await tenant.get<{ data: unknown[] }>(
        `/api/v1/kyb/counterparties/${own}/snapshots?source=vies`,
      );
      expect(snapshots.body.data).toHaveLength(3);
    });

    it('is left alone for a while after five outages in a row', async () => {
      fake.rest = () => ({ status: 503, body: '' });
      fake.soap = () => ({ status: 503, body: '' });
      for (let times = 0; times < 5; times += 1)
        expect(await check(id, 'vies')).toMatchObject({ reason: 'kyb.vies_unreachable' });
      const before = fake.asked.length;
      expect(await check(id, 'vies')).toMatchObject({
        state: 'not_checked',
        reason: 'kyb.vies_circuit_open',
      });
      expect(fake.asked).toHaveLength(before);
    });
  });

  describe('GLEIF', () => {
    const record = fixture('lei_record.json');
    const children = fixture('direct_children.json');
    const lei = '529900GRZ2BQY5ZM9N49';
    const edited = (change: (attributes: Record<string, Record<string, unknown>>) => void): string => {
      const json = JSON.parse(record) as { data: { attributes: Record<string, Record<string, unknown>> } };
      change(json.data.attributes);
      return JSON.stringify(json);
    };
    const answer = (of: string) => (path: string) => ({
      body: path.includes('children') ? children : of,
    });
    let id: string;
    beforeAll(async () => {
      id = await add({ lei });
    });

    it('says who has the LEI and what is registered', async () => {
      fake.gleif = answer(record);
      const made = await check(id, 'gleif');
      expect(made).toMatchObject({ state: 'active' });
      expect((await evidence(made.id)).document.facts).toMatchObject({
        legalName: 'PUMA SE',
        legalAddress: 'PUMA Way 1, 91074, Herzogenaurach, DE-BY, DE',
        registeredAs: 'HRB 13085',
        registrationStatus: 'ISSUED',
        directParent: 'reporting_exception',
        children: [],
      });
      expect(fake.asked).toEqual([
        `GET /gleif/lei-records/${lei}`,
        `GET /gleif/lei-records/${lei}/direct-children?page[size]=100`,
      ]);
    });

    it.each([
      ['LAPSED', 'ACTIVE', 'stale'],
      ['RETIRED', 'ACTIVE', 'failed'],
      ['ANNULLED', 'ACTIVE', 'failed'],
      ['DUPLICATE', 'ACTIVE', 'failed'],
      ['ISSUED', 'INACTIVE', 'failed'],
      ['NEVER_HEARD_OF', 'ACTIVE', 'not_checked'],
    ])('takes %s and %s for %s', async (registration, entity, state) => {
      fake.gleif = answer(
        edited((attributes) => {
          attributes.registration!.status = registration;
          attributes.entity!.status = entity;
        }),
      );
      expect(await check(id, 'gleif')).toMatchObject({ state });
    });

    it('reads a record that has lapsed, as recorded', async () => {
      fake.gleif = answer(fixture('lei_record_lapsed.json'));
      expect(await check(await add({ lei: '549300LBI3LRIZ2V8V66' }), 'gleif')).toMatchObject({
        state: 'stale',
      });
    });

    it.each([
      ['404', 404, '{}', 'not_found', null],
      ['429', 429, '{}', 'not_checked', 'kyb.gleif_rate_limited'],
      ['503', 503, '', 'not_checked', 'kyb.gleif_unreachable'],
      ['a page', 200, '<html></html>', 'not_checked', 'kyb.gleif_answer_invalid'],
      ['another record', 200, '{"data":{}}', 'not_checked', 'kyb.gleif_answer_invalid'],
    ])('takes %s for what it is', async (_, status, body, state, reason) => {
      fake.gleif = () => ({ status, body });
      expect(await check(id, 'gleif')).toMatchObject({ state, reason });
    });

    it('finds candidates by the register number, and confirms nobody', async () => {
      fake.gleif = () => ({ body: JSON.stringify({ data: [{ id: lei, type: 'lei-records' }] }) });
      const made = await check(await add({ registerNumber: 'HRB 13085', country: 'DE' }), 'gleif');
      expect(made).toMatchObject({ state: 'unidentified', reason: 'kyb.gleif_candidates' });
      expect((await evidence(made.id)).document.facts).toEqual({ candidates: [lei] });
    });
  });

  describe('the insolvency notices', () => {
    const form = `<html><body><form id="frm_suche" action="/ap/suche.jsf" method="post">
      <input type="hidden" name="frm_suche" value="frm_suche"><select name="frm_suche:lsom_wildcard:lsom"><option value="0">*</option></select>
      <input name="frm_suche:litx_firmaNachName:text"><input name="frm_suche:ldi_datumVon:datumHtml5"><input name="frm_suche:ldi_datumBis:datumHtml5">
      <input type="submit" name="frm_suche:cbt_suchen" value="Suchen"><input type="hidden" name="jakarta.faces.ViewState" value="-12:34"></form></body></html>`;
    const result = (...rows: string[][]): string =>
      `<html><body><h1>Suchergebnis</h1><table id="tbl_ergebnis"><tbody>${rows
        .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}<td></td></tr>`)
        .join('')}</tbody></table></body></html>`;
    const court = 'Amtsgericht Charlottenburg (Berlin)';
    const own = ['15.06.2026', '36e IN 123/26', court, 'Beispiel GmbH', 'Berlin', 'Berlin, HRB 123456'];
    let id: string;
    beforeAll(async () => {
      id = await add({ country: 'DE', registerNumber: 'HRB 123456' });
    });

    it('say who is insolvent', async () => {
      fake.portal = { form, result: result(own) };
      const made = await check(id, 'insolvency');
      expect(made).toMatchObject({ state: 'notice_found' });
      const { document } = await evidence(made.id);
      expect(document.facts).toEqual({
        notices: [`${court} | 36e IN 123/26 | 2026-06-15 | Berlin, HRB 123456`],
      });
      expect(JSON.stringify(document.exchanges)).not.toContain('JSESSIONID=abc"');
    });

    it.each([
      ['of a consumer', result(own.with(1, '36e IK 123/26'))],
      ['of another by the register', result(own.with(5, 'Berlin, HRB 999'))],
      ['of another by the name', result(own.with(3, 'Ganz Andere Werke AG').with(5, ''))],
      ['that is not there', '<html><body><h1>Suchergebnis</h1><p>Keine Treffer gefunden.</p></body></html>'],
      ['in an empty list', result()],
    ])('say nothing by a notice %s', async (_, page) => {
      fake.portal = { form, result: page };
      expect(await check(id, 'insolvency')).toMatchObject({ state: 'no_notice_found' });
    });

    it.each([
      [
        'another layout',
        { form, result: '<html><body>Suchergebnis <div>neu</div></body></html>' },
        'layout_unknown',
      ],
      ['other columns', { form, result: result(['36e IN 1/26', 'x']) }, 'layout_unknown'],
      ['no form', { form: '<html></html>', result: '' }, 'layout_unknown'],
      ['a refusal', { form: 'Cloudflare', result: '', status: 403 }, 'blocked'],
    ])('are not checked by %s', async (_, portal, reason) => {
      fake.portal = portal;
      expect(await check(id, 'insolvency')).toMatchObject({
        state: 'not_checked',
        reason: `kyb.insolvency_${reason}`,
      });
      fake.portal = { form, result: result() };
      await check(id, 'insolvency');
    });

    it('are of Germany', async () => {
      expect(await check(await add({ country: 'FR' }), 'insolvency')).toMatchObject({
        state: 'not_applicable',
      });
    });
  });
});
