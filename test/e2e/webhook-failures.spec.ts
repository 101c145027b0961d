import { Client } from 'pg';
import { newId } from '#libs/kernel';
import { flushTestRedis } from '#libs/testing';
import { DeliverService } from '../../src/webhooks/application/deliver/deliver.service.js';
import { DeliveryPruner } from '../../src/webhooks/infrastructure/delivery-pruner.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';
import { type Endpoint, ENDPOINTS, WebhookDesk } from '../support/webhook-desk.js';

const HOUR_MS = 3_600_000;

let desk: WebhookDesk;

beforeAll(async () => {
  desk = await WebhookDesk.start();
});
afterAll(() => desk.stop());
beforeEach(() => desk.renew());

describe('a failure', () => {
  it('is tried again with the same id and bytes, when its time has come', async () => {
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 500, body: `no ${endpoint.secret}` });
    await desk.tell();
    const failed = await desk.delivery(endpoint.id, 'failed once', ({ attempts }) => attempts === 1);
    expect(failed).toMatchObject({ status: 'pending', lastStatus: 500 });
    const log = await desk.tenant.get<{ data: { excerpt: string }[] }>(
      `${ENDPOINTS}/${endpoint.id}/deliveries/${failed.id}/attempts`,
    );
    expect(log.body.data[0]?.excerpt).toBe('no [redacted]');
    desk.receiver.answer = () => ({ status: 200 });
    desk.clock.pass(7_000);
    const [first, second] = await desk.arrived(endpoint.path, 2);
    expect(second!.raw).toBe(first!.raw);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    await desk.delivery(
      endpoint.id,
      'delivered',
      ({ status, attempts }) => status === 'delivered' && attempts === 2,
    );
  });

  it('is given up after the whole schedule, and can be replayed', async () => {
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 503 });
    await desk.tell();
    for (const [index, hours] of [0.01, 0.2, 0.7, 2.5, 6.1, 12.1, 17, 24.1, 29].entries()) {
      await desk.delivery(endpoint.id, `try ${index + 1}`, ({ attempts }) => attempts === index + 1);
      desk.clock.pass(hours * HOUR_MS);
    }
    const lost = await desk.delivery(endpoint.id, 'given up', ({ status }) => status === 'failed');
    expect(lost.attempts).toBe(10);
    desk.receiver.answer = () => ({ status: 200 });
    desk.clock.pass(HOUR_MS);
    const raw = desk.receiver.at(endpoint.path).at(-1)!.raw;
    const again = await signedIn();
    expect((await again.post(`${ENDPOINTS}/${endpoint.id}/deliveries/${lost.id}/replay`)).status).toBe(200);
    await desk.delivery(endpoint.id, 'replayed', ({ status }) => status === 'delivered');
    expect(desk.receiver.at(endpoint.path).at(-1)!.raw).toBe(raw);
  });

  it('with 429 waits as long as it is asked to, all of the endpoint', async () => {
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 429, headers: { 'retry-after': '900' } });
    await desk.tell();
    await desk.delivery(endpoint.id, 'limited', ({ lastStatus }) => lastStatus === 429);
    desk.receiver.answer = () => ({ status: 200 });
    desk.clock.pass(600_000);
    const { body } = await desk.tenant.get<Endpoint>(`${ENDPOINTS}/${endpoint.id}`);
    expect(new Date(body.pausedUntil!).getTime()).toBeGreaterThan(desk.clock.now().getTime());
    expect(desk.receiver.at(endpoint.path)).toHaveLength(1);
    desk.clock.pass(301_000);
    await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
  });

  it('with 410 disables the endpoint at once, which others are told; enabled again it works', async () => {
    const watcher = await desk.subscribe({ eventTypes: ['webhooks.endpoint.disabled.v1'] });
    const endpoint = await desk.subscribe();
    desk.receiver.answer = ({ path }) => ({ status: path === endpoint.path ? 410 : 200 });
    await desk.tell();
    const [notice] = await desk.arrived(watcher.path);
    expect(notice!.body.data).toEqual({ endpointId: endpoint.id, reason: 'gone' });
    const read = await desk.tenant.get<Endpoint>(`${ENDPOINTS}/${endpoint.id}`);
    expect(read.body).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    const refused = await desk.tenant.post<{ code: string }>(`${ENDPOINTS}/${endpoint.id}/test`);
    expect([refused.status, refused.body.code]).toEqual([409, 'webhooks.endpoint_disabled']);
    desk.receiver.answer = () => ({ status: 200 });
    await desk.tenant.call('PATCH', `${ENDPOINTS}/${endpoint.id}`, { enabled: true });
    const since = new Date(desk.clock.now().getTime() - HOUR_MS).toISOString();
    const replayed = await desk.tenant.post<{ replayed: number }>(`${ENDPOINTS}/${endpoint.id}/replay`, {
      since,
    });
    expect(replayed.body.replayed).toBe(1);
    await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
  });

  it('that disables an endpoint is told by mail to those who may switch it on again, whatever role lets them', async () => {
    const { body: role } = await desk.tenant.post<{ id: string }>('/api/v1/roles', {
      name: 'Integrator',
      permissions: ['webhooks:write'],
      dataScope: 'all',
    });
    await desk.tenant.join('agent');
    const integrator = await desk.tenant.join(role.id);
    const owner = new Client({ connectionString: desk.host.settings.database.url ?? '' });
    await owner.connect();
    await owner.query('UPDATE person SET email_verified_at = now()');
    await owner.end();
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 410 });
    await desk.tell();
    const told = await eventually('both mails', () => {
      const mails = desk.mail.mails.filter(({ text }) => text.includes(endpoint.id));
      return mails.length === 2 && mails;
    });
    expect(told.map(({ to }) => to).sort()).toEqual([integrator.email, desk.tenant.email].sort());
    expect(told[0]!.text).toContain(new URL(desk.receiver.url).host);
    expect(told[0]!.text).not.toContain('token=hidden');
  });

  it('for days disables the endpoint', async () => {
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 500 });
    await desk.tell();
    await desk.delivery(endpoint.id, 'first', ({ attempts }) => attempts === 1);
    desk.clock.pass(121 * HOUR_MS);
    const disabled = await eventually('disabled', async () => {
      const [row] = await desk.host.query<{ disabled_reason: string | null }>(
        desk.tenant.id,
        'SELECT disabled_reason FROM webhook_endpoint WHERE id = $1',
        [endpoint.id],
      );
      return row?.disabled_reason ?? undefined;
    });
    expect(disabled).toBe('failing');
  });

  it('of a redirect, a timeout, and a certificate is a failure', async () => {
    const endpoint = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 302, headers: { location: `${desk.receiver.url}/elsewhere` } });
    await desk.tell();
    expect(await desk.delivery(endpoint.id, 'redirected', ({ attempts }) => attempts === 1)).toMatchObject({
      status: 'pending',
      lastStatus: 302,
    });
    expect(desk.receiver.at('/elsewhere')).toEqual([]);
    const slow = await desk.subscribe();
    desk.receiver.answer = () => ({ status: 200, after: new Promise(() => undefined) });
    const late = await desk.patience(1_000, async () => {
      await desk.tell();
      return desk.delivery(slow.id, 'timed out', ({ attempts }) => attempts === 1);
    });
    expect(late.lastError).toBe('net.timeout');
    const tls = await desk.subscribe({ url: desk.receiver.url.replace('http:', 'https:') });
    await desk.tell();
    expect((await desk.delivery(tls.id, 'refused', ({ attempts }) => attempts === 1)).status).toBe('pending');
  });

  it('of a worker between sending and recording sends again with the same id', async () => {
    const endpoint = await desk.subscribe();
    let answer = (): void => undefined;
    desk.receiver.answer = () => ({ status: 200, after: new Promise<void>((resolve) => (answer = resolve)) });
    await desk.tell();
    await desk.arrived(endpoint.path);
    // As if the worker had died now: its claim runs out, and whoever comes next does not know of the answer.
    await desk.host.query(desk.tenant.id, 'UPDATE webhook_delivery SET claim = $2 WHERE endpoint_id = $1', [
      endpoint.id,
      newId(),
    ]);
    desk.receiver.answer = () => ({ status: 200 });
    answer();
    desk.clock.pass(60_000);
    const [first, second] = await desk.arrived(endpoint.path, 2);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(
      await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered'),
    ).toMatchObject({
      attempts: 1,
    });
  });
});

describe('together', () => {
  it('two workers send a delivery once', async () => {
    const endpoint = await desk.subscribe();
    let open = (): void => undefined;
    desk.receiver.answer = () => ({ status: 200, after: new Promise<void>((resolve) => (open = resolve)) });
    await desk.tell();
    await desk.arrived(endpoint.path);
    const [{ id } = { id: '' }] = await desk.rows(endpoint.id);
    const others = await Promise.all(
      Array.from({ length: 5 }, () =>
        desk.host.as(desk.tenant.id, () => desk.host.app.get(DeliverService).deliver(id)),
      ),
    );
    expect(others).toEqual([false, false, false, false, false]);
    open();
    await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    expect(desk.receiver.at(endpoint.path)).toHaveLength(1);
  });

  it('a slow endpoint does not keep another waiting, and has its cap', async () => {
    const [slow, quick] = [await desk.subscribe({ eventTypes: ['*'] }), await desk.subscribe()];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    desk.receiver.answer = ({ path }) =>
      path === slow.path ? { status: 200, after: gate } : { status: 200 };
    await desk.tell(newId(), 30);
    await desk.arrived(quick.path, 30);
    expect(desk.receiver.at(slow.path)).toHaveLength(3);
    open();
    await desk.arrived(slow.path, 30);
  });

  it('a flush of Redis in mid-flight loses nothing', async () => {
    const endpoint = await desk.subscribe();
    const telling = Promise.all(Array.from({ length: 40 }, () => desk.tell()));
    await desk.arrived(endpoint.path);
    await flushTestRedis();
    await telling;
    await flushTestRedis();
    await eventually(
      'all delivered',
      async () => {
        // A job whose hash was lost in part has its id for a minute; a claim must not run out under a delivery that is slow.
        desk.clock.pass(500);
        const all = await desk.rows(endpoint.id);
        return all.length === 40 && all.every(({ status }) => status === 'delivered');
      },
      90_000,
    );
  });

  it('what is over its time is forgotten', async () => {
    const endpoint = await desk.subscribe();
    await desk.tell();
    await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    const pruner = desk.host.app.get(DeliveryPruner);
    await pruner.prune();
    expect(await desk.rows(endpoint.id)).toHaveLength(1);
    desk.clock.pass(31 * 24 * HOUR_MS);
    await pruner.prune();
    expect(await desk.rows(endpoint.id)).toEqual([]);
  });
});

/** The same owner with a token of today: the clock has run past the one of before. */
const signedIn = async (): Promise<TestTenant> => {
  desk.tenant.token = '';
  const { body } = await desk.tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
    email: desk.tenant.email,
    password: desk.tenant.password,
  });
  desk.tenant.token = body.accessToken;
  return desk.tenant;
};
