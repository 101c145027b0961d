import { Client } from 'pg';
import { ListRefresher } from '../../src/kyb/application/lists/list-refresher.js';
import { SourceWatch } from '../../src/kyb/application/monitoring/source-watch.js';
import { RegisterStore } from '../../src/kyb/infrastructure/registers/register.store.js';
import { FakeRegisters } from '../support/fake-registers.js';
import { KybDesk } from '../support/kyb-desk.js';
import { TestClock } from '../support/test-clock.js';
import type { TestTenant } from '../support/tenant.js';

interface Register {
  register: string;
  enabled: boolean;
  state: string;
  breaker: string;
  openSince: string | null;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  lastFailureReason: string | null;
  ageSeconds: number | null;
}

const DARK = /Subject: .*says nothing/;
const BACK = /Subject: .*answers again/;

let desk: KybDesk;
let fake: FakeRegisters;
let idle: TestTenant;
const clock = new TestClock();
beforeAll(async () => {
  fake = await FakeRegisters.start();
  desk = await KybDesk.start([{ id: 'EU.1', names: ['Arkady Vymyslov'] }], {
    env: {
      ...fake.env,
      INSOLVENCY_ENABLED: 'false',
      KYB_LISTS: 'eu',
      KYB_REGISTER_DARK_MINUTES: '10',
      KYB_LIST_STALE_MINUTES: '600',
    },
    clock,
  });
  await desk.verifyMailboxes();
  idle = await desk.host.createTenant({ calendar: false });
});
afterAll(async () => {
  await desk.stop();
  await fake.stop();
});

const watch = (): Promise<void> => desk.host.app.get(SourceWatch).watch();
const registers = async (): Promise<Register[]> =>
  (await desk.tenant.get<{ data: Register[] }>('/api/v1/kyb/registers')).body.data;
const register = async (name: string): Promise<Register> =>
  (await registers()).find((each) => each.register === name)!;
const told = async (kind: 'stale' | 'recovered', source: string): Promise<Record<string, unknown>[]> =>
  (await desk.events(`kyb.source.${kind}.v1`)).filter((payload) => payload.source === source);
const monitored = { kind: 'organisation', monitoring: { schedule: 'weekly' } };
const asSystem = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: desk.host.settings.database.url ?? '' });
  await client.connect();
  await client.query(sql);
  await client.end();
};

describe('the registers', () => {
  it('are seen before anybody asked them', async () => {
    expect(await registers()).toMatchObject([
      { register: 'vies', enabled: true, state: 'unknown', breaker: 'closed', ageSeconds: null },
      { register: 'gleif', enabled: true, state: 'unknown' },
      { register: 'insolvency', enabled: false, state: 'off' },
    ]);
  });

  it('say when they answered last, and why they did not', async () => {
    // Ages are in whole seconds, whatever the machine takes to answer.
    clock.standStill();
    const id = await desk.counterparty(['Beispiel AG'], { ...monitored, vatNumber: 'BE0244142664' });
    fake.rest = () => ({ body: { valid: true, name: 'Beispiel AG', address: '---' } });
    await desk.check(id, ['vies']);
    expect(await register('vies')).toMatchObject({ state: 'up', lastFailureAt: null, ageSeconds: 0 });
    fake.rest = () => ({ body: { actionSucceed: false, errorWrappers: [{ error: 'MS_UNAVAILABLE' }] } });
    clock.pass(5_000);
    await desk.check(id, ['vies']);
    const failing = await register('vies');
    expect(failing).toMatchObject({
      state: 'failing',
      breaker: 'closed',
      lastFailureReason: 'kyb.vies_ms_unavailable',
    });
    expect(failing.ageSeconds).toBe(5);
    clock.goOn();
  });

  it('that are left alone for too long have gone dark: whoever monitors with them is told once, and when they are back', async () => {
    const id = await desk.counterparty(['Example Ltd'], { ...monitored, lei: '529900GRZ2BQY5ZM9N49' });
    fake.gleif = () => ({ status: 503, body: '' });
    for (let times = 0; times < 6; times += 1) await desk.check(id, ['gleif']);
    const open = await register('gleif');
    expect(open).toMatchObject({
      state: 'failing',
      breaker: 'open',
      lastSuccessAt: null,
      lastFailureReason: 'kyb.gleif_unreachable',
    });
    await watch();
    expect(await told('stale', 'gleif')).toEqual([]);

    clock.pass(11 * 60_000);
    expect(await register('gleif')).toMatchObject({ state: 'dark', openSince: open.openSince });
    await Promise.all([watch(), watch()]);
    await watch();
    const [stale, ...more] = await told('stale', 'gleif');
    expect([stale, more]).toEqual([
      {
        outageId: expect.any(String) as string,
        source: 'gleif',
        since: open.openSince,
        lastSuccessAt: null,
      },
      [],
    ]);
    expect(await desk.mailedAbout(DARK, 'GLEIF', 2)).toEqual([desk.second.email, desk.tenant.email].sort());
    const others = await desk.host.query(
      idle.id,
      `SELECT 1 FROM outbox_event WHERE type LIKE 'kyb.source.%'`,
    );
    expect(others).toEqual([]);
    const gauge = await metric();
    expect(gauge).toContain('frontdesk_kyb_source_stale{source="gleif"} 1');
    expect(gauge).toContain('frontdesk_kyb_source_stale{source="vies"} 0');

    // Another process had an answer.
    await desk.host.app.get(RegisterStore).note('gleif', { at: clock.now(), failure: null, open: false });
    expect(await register('gleif')).toMatchObject({ state: 'up', breaker: 'closed', openSince: null });
    await watch();
    await watch();
    expect(await told('recovered', 'gleif')).toMatchObject([{ outageId: stale!.outageId, source: 'gleif' }]);
    expect(await desk.mailedAbout(BACK, 'GLEIF', 2)).toHaveLength(2);
    clock.pass(11 * 60_000);
    await watch();
    const left = await desk.host.as(desk.tenant.id, () =>
      desk.host.query(desk.tenant.id, 'SELECT source FROM kyb_source_outage WHERE settled_at IS NULL'),
    );
    expect(left).toEqual([]);
  });
});

describe('a list', () => {
  // Their sessions are over: the clock has gone on.
  beforeAll(async () => {
    const { email, password } = desk.tenant;
    const { body } = await desk.tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
      email,
      password,
    });
    desk.tenant.token = body.accessToken;
  });

  it('that could not be fetched for too long has gone dark, and is told of once an outage', async () => {
    await desk.check(await desk.counterparty(['Beispiel AG'], monitored));
    await watch();
    expect(await told('stale', 'eu')).toEqual([]);
    for (const times of [1, 2]) {
      await asSystem(
        `UPDATE kyb_list SET succeeded_at = succeeded_at - interval '11 hours' WHERE list = 'eu'`,
      );
      await watch();
      await watch();
      expect(await told('stale', 'eu')).toHaveLength(times);
      expect(await told('recovered', 'eu')).toHaveLength(times - 1);
      await desk.host.app.get(ListRefresher).refresh('eu');
      await watch();
      await watch();
      expect(await told('recovered', 'eu')).toHaveLength(times);
    }
  });

  it('that was never loaded has gone dark too, and one that is not fetched has not', async () => {
    await asSystem(
      `UPDATE kyb_list SET succeeded_at = NULL, alarm = '{"code":"x","detail":"","since":"2020-01-01T00:00:00.000Z"}' WHERE list IN ('eu', 'un')`,
    );
    await watch();
    expect((await told('stale', 'eu')).at(-1)).toMatchObject({
      since: '2020-01-01T00:00:00.000Z',
      lastSuccessAt: null,
    });
    expect(await told('stale', 'un')).toEqual([]);
  });

  it('is told of to a business that begins to monitor with it while it is dark', async () => {
    const late = await desk.host.createTenant({ calendar: false });
    const of = () =>
      desk.host.query(late.id, `SELECT payload FROM outbox_event WHERE type = 'kyb.source.stale.v1'`);
    await watch();
    expect(await of()).toEqual([]);
    const { body } = await late.post<{ id: string }>('/api/v1/kyb/counterparties', {
      kind: 'person',
      names: ['Nobody Special'],
    });
    await late.post(`/api/v1/kyb/counterparties/${body.id}/checks`, { sources: ['screening'] });
    await watch();
    expect(await of()).toHaveLength(1);
  });
});

const metric = async (): Promise<string> => (await fetch(`${desk.host.url}/metrics`)).text();
