import { newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { flushTestRedis } from '#libs/testing';
import { Client } from 'pg';
import { Webhook } from 'standardwebhooks';
import { DeliverService } from '../../src/webhooks/application/deliver/deliver.service.js';
import { DeliveryPruner } from '../../src/webhooks/infrastructure/delivery-pruner.js';
import { BookingConfirmed } from '#contracts/calendar';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { MailServer } from '../support/mail-server.js';
import type { TestTenant } from '../support/tenant.js';
import { TestClock } from '../support/test-clock.js';
import { type ReceivedWebhook, WebhookReceiver } from '../support/webhook-receiver.js';

const PATH = '/api/v1/webhook-endpoints';
const HOUR_MS = 3_600_000;

interface Endpoint {
  id: string;
  secret: string;
  status: string;
  disabledReason: string | null;
  version: number;
  pausedUntil: string | null;
}
interface Delivery {
  id: string;
  eventId: string;
  status: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
}

let app: TestApp;
let receiver: WebhookReceiver;
let mail: MailServer;
let tenant: TestTenant;
const clock = new TestClock();

beforeAll(async () => {
  mail = await MailServer.start();
  app = await TestApp.start({
    clock,
    env: {
      SMTP_URL: mail.url,
      OUTGOING_ALLOWED_NETWORKS: '127.0.0.1/32',
      OUTGOING_ALLOWED_PORTS: '1-65535',
      WEBHOOK_POLL_MS: '30',
      WEBHOOK_TIMEOUT_MS: '2000',
      WEBHOOK_ENDPOINT_CONCURRENCY: '3',
      SWEEP_EVERY_MS: '200',
      SWEEP_AFTER_MS: '500',
    },
  });
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  await app.stop();
  await Promise.all([receiver.stop(), mail.stop()]);
});
beforeEach(async () => {
  receiver.answer = () => ({ status: 204 });
  tenant = await app.createTenant({ calendar: false });
});

let paths = 0;
const subscribe = async (input: object = {}, of = tenant): Promise<Endpoint & { path: string }> => {
  const path = `/hook-${(paths += 1)}?token=hidden`;
  const { status, body } = await of.post<Endpoint>(PATH, {
    url: `${receiver.url}${path}`,
    eventTypes: ['*'],
    ...input,
  });
  expect(status).toBe(201);
  return { ...body, path };
};

/** Tells of bookings below the calendar: what is under test begins at the outbox. */
const tell = (bookingId: string = newId(), times = 1, of = tenant): Promise<void> =>
  app.as(of.id, () =>
    app.app.get(UnitOfWork).run(async () => {
      for (let n = 0; n < times; n += 1)
        await app.app.get(Outbox).append(
          BookingConfirmed.make(bookingId, {
            bookingId,
            code: 'K7M2QX',
            serviceId: newId(),
            staffId: newId(),
            customerId: null,
            threadId: null,
            startsAt: '2026-03-16T09:00:00.000Z',
            endsAt: '2026-03-16T10:00:00.000Z',
          }),
        );
    }),
  );

const arrived = (path: string, count = 1): Promise<ReceivedWebhook[]> =>
  eventually(`${count} webhooks at ${path}`, () => {
    const at = receiver.at(path);
    return at.length >= count && at;
  });
const rows = (endpointId: string): Promise<Delivery[]> =>
  app.query<Delivery>(
    tenant.id,
    `SELECT id, event_id AS "eventId", status, attempts, last_status AS "lastStatus", last_error AS "lastError"
     FROM webhook_delivery WHERE endpoint_id = $1 ORDER BY id`,
    [endpointId],
  );
const delivery = (
  endpointId: string,
  what: string,
  probe: (delivery: Delivery) => boolean,
): Promise<Delivery> => eventually(what, async () => (await rows(endpointId)).find(probe));
const headersOf = (webhook: ReceivedWebhook) => webhook.headers as Record<string, string>;

describe('endpoints', () => {
  it('are made, read, changed and removed; the secret is shown once', async () => {
    const made = await tenant.post<Endpoint & Record<string, unknown>>(PATH, {
      url: `${receiver.url}/crud`,
      description: 'CRM',
      eventTypes: ['calendar.booking.confirmed.v1'],
      headers: { 'X-Api-Key': 'very-secret' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: 'enabled', headerNames: ['x-api-key'], version: 1 });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { id, secret } = made.body;
    const read = await tenant.get(`${PATH}/${id}`);
    expect(read.status).toBe(200);
    expect(JSON.stringify(read.body)).not.toMatch(/whsec_|very-secret/);
    const stored = JSON.stringify(
      await app.query(tenant.id, 'SELECT * FROM webhook_endpoint WHERE id = $1', [id]),
    );
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain('very-secret');

    const changed = await tenant.call(
      'PATCH',
      `${PATH}/${id}`,
      { description: null, enabled: false },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toMatchObject({ description: null, status: 'disabled', disabledReason: 'manual' });
    const stale = await tenant.call('PATCH', `${PATH}/${id}`, { enabled: true }, { 'if-match': '"1"' });
    expect([stale.status, stale.body['code']]).toEqual([412, 'webhooks.endpoint_changed']);
    expect((await tenant.get<{ data: Endpoint[] }>(PATH)).body.data.map((each) => each.id)).toEqual([id]);
    expect((await tenant.call('DELETE', `${PATH}/${id}`)).status).toBe(204);
    expect((await tenant.get(`${PATH}/${id}`)).status).toBe(404);
    expect((await tenant.call('DELETE', `${PATH}/${id}`)).status).toBe(404);
  });

  it('answer a repeated request the same secret, which is kept sealed', async () => {
    const body = { url: `${receiver.url}/again`, eventTypes: ['*'] };
    const key = { 'idempotency-key': newId() };
    const first = await tenant.post<Endpoint>(PATH, body, key);
    const second = await tenant.post<Endpoint>(PATH, body, key);
    expect(second.body).toEqual(first.body);
    const kept = await app.query(tenant.id, 'SELECT response FROM idempotency_key');
    expect(JSON.stringify(kept)).not.toContain(first.body.secret);
  });

  it.each([
    [{ url: 'https://10.0.0.1/x' }, 'net.host_refused', '/url'],
    [{ url: 'http://169.254.169.254/' }, 'net.host_refused', '/url'],
    [{ url: 'https://user:pw@example.com' }, 'net.credentials_refused', '/url'],
    [{ url: 'ftp://example.com' }, 'net.scheme_refused', '/url'],
    [{ url: 'nonsense' }, 'net.url_invalid', '/url'],
    [
      { eventTypes: ['calendar.booking.confirmed.v1', 'nothing.v1'] },
      'webhooks.event_type_unknown',
      '/eventTypes/1',
    ],
    [{ headers: { 'Webhook-Id': 'x' } }, 'webhooks.header_refused', '/headers'],
    [{ headers: { 'x-a': 'line\r\nbreak' } }, 'webhooks.header_refused', '/headers'],
    [{ headers: { 'x-a': 7 } }, 'webhooks.header_refused', '/headers'],
    [{ eventTypes: [] }, 'http.validation_failed', '/eventTypes'],
    [{ description: 'a\0b' }, 'http.validation_failed', '/description'],
    [{ url: ['https://example.com'] }, 'http.validation_failed', '/url'],
  ])('refuse %j', async (input, code, pointer) => {
    const { status, body } = await tenant.post<{ code: string; errors: { pointer: string }[] }>(PATH, {
      url: `${receiver.url}/x`,
      eventTypes: ['*'],
      ...input,
    });
    expect([status, body.code]).toEqual([422, code]);
    expect(body.errors[0]?.pointer).toBe(pointer);
  });

  it('list the events there are', async () => {
    const { body } = await tenant.get<{ data: { type: string }[] }>('/api/v1/webhook-event-types');
    expect(body.data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['calendar.booking.confirmed.v1', 'conversations.thread.opened.v1']),
    );
  });

  it('of another business are not there', async () => {
    const endpoint = await subscribe();
    const other = await app.createTenant({ calendar: false });
    const id = endpoint.id;
    for (const [method, path] of [
      ['GET', `${PATH}/${id}`],
      ['PATCH', `${PATH}/${id}`],
      ['DELETE', `${PATH}/${id}`],
      ['POST', `${PATH}/${id}/rotate-secret`],
      ['POST', `${PATH}/${id}/test`],
      ['GET', `${PATH}/${id}/deliveries`],
      ['GET', `${PATH}/${id}/deliveries/${newId()}/attempts`],
      ['POST', `${PATH}/${id}/deliveries/${newId()}/replay`],
    ] as const)
      expect((await other.call(method, path, method === 'GET' ? undefined : {})).status).toBe(404);
  });
});

describe('a delivery', () => {
  it('is signed as Standard Webhooks says, with the headers of its own', async () => {
    const endpoint = await subscribe({ headers: { authorization: 'Bearer abc' } });
    const bookingId = newId();
    await tell(bookingId);
    const [webhook] = await arrived(endpoint.path);
    expect(new Webhook(endpoint.secret).verify(webhook!.raw, headersOf(webhook!))).toEqual(webhook!.body);
    expect(() => new Webhook(endpoint.secret).verify(`${webhook!.raw} `, headersOf(webhook!))).toThrow();
    expect(webhook!.headers.authorization).toBe('Bearer abc');
    expect(webhook!.headers['content-type']).toBe('application/json');
    expect(webhook!.body).toMatchObject({
      type: 'calendar.booking.confirmed.v1',
      subject: bookingId,
      sequence: 1,
      data: { bookingId, code: 'K7M2QX' },
    });
    const done = await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    expect(webhook!.headers['webhook-id']).toBe(done.eventId);
    const attempts = await tenant.get<{ data: object[] }>(
      `${PATH}/${endpoint.id}/deliveries/${done.id}/attempts`,
    );
    expect(attempts.body.data).toEqual([
      expect.objectContaining({ number: 1, outcome: 'delivered', status: 204, error: null }),
    ]);
  });

  it('goes to those endpoints only that want its type, of its own business', async () => {
    const other = await app.createTenant({ calendar: false });
    const theirs = await subscribe({}, other);
    const deaf = await subscribe({ eventTypes: ['conversations.thread.opened.v1'] });
    const off = await subscribe({ enabled: false });
    const mine = await subscribe({ eventTypes: ['calendar.booking.confirmed.v1'] });
    await tell();
    await arrived(mine.path);
    await tell(newId(), 1, other);
    await arrived(theirs.path);
    expect(receiver.at(deaf.path)).toEqual([]);
    expect(receiver.at(off.path)).toEqual([]);
    expect(receiver.at(theirs.path)).toHaveLength(1);
    expect(receiver.at(mine.path)).toHaveLength(1);
  });

  it('costs a business without endpoints neither job nor row', async () => {
    await tell();
    await eventually('published', async () => {
      const [event] = await app.query<{ handlers: string[] | null }>(
        tenant.id,
        `SELECT handlers FROM outbox_event WHERE type = 'calendar.booking.confirmed.v1' AND published_at IS NOT NULL`,
      );
      return event && event.handlers?.length === 0;
    });
    expect(await app.query(tenant.id, 'SELECT 1 FROM webhook_event')).toEqual([]);
  });

  it('has the secrets of before and after while they rotate', async () => {
    const endpoint = await subscribe();
    const rotated = await tenant.post<Endpoint>(`${PATH}/${endpoint.id}/rotate-secret`, {
      graceSeconds: 600,
    });
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    await tell();
    const [first] = await arrived(endpoint.path);
    for (const secret of [endpoint.secret, rotated.body.secret])
      new Webhook(secret).verify(first!.raw, headersOf(first!));
    await tenant.post(`${PATH}/${endpoint.id}/rotate-secret`, { graceSeconds: 0 });
    await tell();
    const [, second] = await arrived(endpoint.path, 2);
    expect(() => new Webhook(rotated.body.secret).verify(second!.raw, headersOf(second!))).toThrow();
  });

  it('is tested on request', async () => {
    const endpoint = await subscribe({ eventTypes: ['calendar.booking.cancelled.v1'] });
    expect((await tenant.post(`${PATH}/${endpoint.id}/test`)).status).toBe(200);
    const [webhook] = await arrived(endpoint.path);
    expect(webhook!.body.type).toBe('webhooks.test.v1');
  });

  it('counts 1 to 100 for a subject, in the order of the facts, at each endpoint', async () => {
    const [one, two] = [await subscribe(), await subscribe()];
    const bookingId = newId();
    await tell(bookingId, 100);
    for (const { path, id } of [one, two]) {
      const got = await arrived(path, 100);
      expect(got.map(({ body }) => body.sequence).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
      const order = await app.query<{ event_id: string }>(
        tenant.id,
        'SELECT event_id FROM webhook_delivery WHERE endpoint_id = $1 ORDER BY sequence',
        [id],
      );
      const ids = order.map(({ event_id }) => event_id);
      expect(ids).toEqual([...ids].sort());
      expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(100);
    }
    expect(receiver.most).toBeLessThanOrEqual(6);
  });
});

describe('a failure', () => {
  it('is tried again with the same id and bytes, when its time has come', async () => {
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 500, body: `no ${endpoint.secret}` });
    await tell();
    const failed = await delivery(endpoint.id, 'failed once', ({ attempts }) => attempts === 1);
    expect(failed).toMatchObject({ status: 'pending', lastStatus: 500 });
    const log = await tenant.get<{ data: { excerpt: string }[] }>(
      `${PATH}/${endpoint.id}/deliveries/${failed.id}/attempts`,
    );
    expect(log.body.data[0]?.excerpt).toBe('no [redacted]');
    receiver.answer = () => ({ status: 200 });
    clock.pass(7_000);
    const [first, second] = await arrived(endpoint.path, 2);
    expect(second!.raw).toBe(first!.raw);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    await delivery(
      endpoint.id,
      'delivered',
      ({ status, attempts }) => status === 'delivered' && attempts === 2,
    );
  });

  it('is given up after the whole schedule, and can be replayed', async () => {
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 503 });
    await tell();
    for (const [index, hours] of [0.01, 0.2, 0.7, 2.5, 6.1, 12.1, 17, 24.1, 29].entries()) {
      await delivery(endpoint.id, `try ${index + 1}`, ({ attempts }) => attempts === index + 1);
      clock.pass(hours * HOUR_MS);
    }
    const lost = await delivery(endpoint.id, 'given up', ({ status }) => status === 'failed');
    expect(lost.attempts).toBe(10);
    receiver.answer = () => ({ status: 200 });
    clock.pass(HOUR_MS);
    const raw = receiver.at(endpoint.path).at(-1)!.raw;
    const again = await signedIn();
    expect((await again.post(`${PATH}/${endpoint.id}/deliveries/${lost.id}/replay`)).status).toBe(200);
    await delivery(endpoint.id, 'replayed', ({ status }) => status === 'delivered');
    expect(receiver.at(endpoint.path).at(-1)!.raw).toBe(raw);
  });

  it('with 429 waits as long as it is asked to, all of the endpoint', async () => {
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '900' } });
    await tell();
    await delivery(endpoint.id, 'limited', ({ lastStatus }) => lastStatus === 429);
    receiver.answer = () => ({ status: 200 });
    clock.pass(600_000);
    const { body } = await tenant.get<Endpoint>(`${PATH}/${endpoint.id}`);
    expect(new Date(body.pausedUntil!).getTime()).toBeGreaterThan(clock.now().getTime());
    expect(receiver.at(endpoint.path)).toHaveLength(1);
    clock.pass(301_000);
    await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
  });

  it('with 410 disables the endpoint at once, which others are told; enabled again it works', async () => {
    const watcher = await subscribe({ eventTypes: ['webhooks.endpoint.disabled.v1'] });
    const endpoint = await subscribe();
    receiver.answer = ({ path }) => ({ status: path === endpoint.path ? 410 : 200 });
    await tell();
    const [notice] = await arrived(watcher.path);
    expect(notice!.body.data).toEqual({ endpointId: endpoint.id, reason: 'gone' });
    const read = await tenant.get<Endpoint>(`${PATH}/${endpoint.id}`);
    expect(read.body).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    const refused = await tenant.post<{ code: string }>(`${PATH}/${endpoint.id}/test`);
    expect([refused.status, refused.body.code]).toEqual([409, 'webhooks.endpoint_disabled']);
    receiver.answer = () => ({ status: 200 });
    await tenant.call('PATCH', `${PATH}/${endpoint.id}`, { enabled: true });
    const since = new Date(clock.now().getTime() - HOUR_MS).toISOString();
    const replayed = await tenant.post<{ replayed: number }>(`${PATH}/${endpoint.id}/replay`, { since });
    expect(replayed.body.replayed).toBe(1);
    await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
  });

  it('that disables an endpoint is told by mail to those who may switch it on again, whatever role lets them', async () => {
    const { body: role } = await tenant.post<{ id: string }>('/api/v1/roles', {
      name: 'Integrator',
      permissions: ['webhooks:write'],
      dataScope: 'all',
    });
    await tenant.join('agent');
    const integrator = await tenant.join(role.id);
    const owner = new Client({ connectionString: app.settings.database.url ?? '' });
    await owner.connect();
    await owner.query('UPDATE person SET email_verified_at = now()');
    await owner.end();
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 410 });
    await tell();
    const told = await eventually('both mails', () => {
      const mails = mail.mails.filter(({ text }) => text.includes(endpoint.id));
      return mails.length === 2 && mails;
    });
    expect(told.map(({ to }) => to).sort()).toEqual([integrator.email, tenant.email].sort());
    expect(told[0]!.text).toContain(new URL(receiver.url).host);
    expect(told[0]!.text).not.toContain('token=hidden');
  });

  it('for days disables the endpoint', async () => {
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 500 });
    await tell();
    await delivery(endpoint.id, 'first', ({ attempts }) => attempts === 1);
    clock.pass(121 * HOUR_MS);
    const disabled = await eventually('disabled', async () => {
      const [row] = await app.query<{ disabled_reason: string | null }>(
        tenant.id,
        'SELECT disabled_reason FROM webhook_endpoint WHERE id = $1',
        [endpoint.id],
      );
      return row?.disabled_reason ?? undefined;
    });
    expect(disabled).toBe('failing');
  });

  it('of a redirect, a timeout, and a certificate is a failure', async () => {
    const endpoint = await subscribe();
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });
    await tell();
    expect(await delivery(endpoint.id, 'redirected', ({ attempts }) => attempts === 1)).toMatchObject({
      status: 'pending',
      lastStatus: 302,
    });
    expect(receiver.at('/elsewhere')).toEqual([]);
    const slow = await subscribe();
    receiver.answer = () => ({ status: 200, after: new Promise(() => undefined) });
    await tell();
    const late = await delivery(slow.id, 'timed out', ({ attempts }) => attempts === 1);
    expect(late.lastError).toBe('net.timeout');
    const tls = await subscribe({ url: receiver.url.replace('http:', 'https:') });
    await tell();
    expect((await delivery(tls.id, 'refused', ({ attempts }) => attempts === 1)).status).toBe('pending');
  });

  it('of a worker between sending and recording sends again with the same id', async () => {
    const endpoint = await subscribe();
    let answer = (): void => undefined;
    receiver.answer = () => ({ status: 200, after: new Promise<void>((resolve) => (answer = resolve)) });
    await tell();
    await arrived(endpoint.path);
    // As if the worker had died now: its claim runs out, and whoever comes next does not know of the answer.
    await app.query(tenant.id, 'UPDATE webhook_delivery SET claim = $2 WHERE endpoint_id = $1', [
      endpoint.id,
      newId(),
    ]);
    receiver.answer = () => ({ status: 200 });
    answer();
    clock.pass(60_000);
    const [first, second] = await arrived(endpoint.path, 2);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered')).toMatchObject({
      attempts: 1,
    });
  });
});

describe('together', () => {
  it('two workers send a delivery once', async () => {
    const endpoint = await subscribe();
    let open = (): void => undefined;
    receiver.answer = () => ({ status: 200, after: new Promise<void>((resolve) => (open = resolve)) });
    await tell();
    await arrived(endpoint.path);
    const [{ id } = { id: '' }] = await rows(endpoint.id);
    const others = await Promise.all(
      Array.from({ length: 5 }, () => app.as(tenant.id, () => app.app.get(DeliverService).deliver(id))),
    );
    expect(others).toEqual([false, false, false, false, false]);
    open();
    await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    expect(receiver.at(endpoint.path)).toHaveLength(1);
  });

  it('a slow endpoint does not keep another waiting, and has its cap', async () => {
    const [slow, quick] = [await subscribe({ eventTypes: ['*'] }), await subscribe()];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    receiver.answer = ({ path }) => (path === slow.path ? { status: 200, after: gate } : { status: 200 });
    await tell(newId(), 30);
    await arrived(quick.path, 30);
    expect(receiver.at(slow.path)).toHaveLength(3);
    open();
    await arrived(slow.path, 30);
  });

  it('a flush of Redis in mid-flight loses nothing', async () => {
    const endpoint = await subscribe();
    const telling = Promise.all(Array.from({ length: 40 }, () => tell()));
    await arrived(endpoint.path);
    await flushTestRedis();
    await telling;
    await flushTestRedis();
    await eventually(
      'all delivered',
      async () => {
        // A job whose hash was lost in part has its id for a minute.
        clock.pass(2_000);
        const all = await rows(endpoint.id);
        return all.length === 40 && all.every(({ status }) => status === 'delivered');
      },
      25_000,
    );
  });

  it('what is over its time is forgotten', async () => {
    const endpoint = await subscribe();
    await tell();
    await delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    const pruner = app.app.get(DeliveryPruner);
    await pruner.prune();
    expect(await rows(endpoint.id)).toHaveLength(1);
    clock.pass(31 * 24 * HOUR_MS);
    await pruner.prune();
    expect(await rows(endpoint.id)).toEqual([]);
  });
});

/** The same owner with a token of today: the clock has run past the one of before. */
const signedIn = async (): Promise<TestTenant> => {
  tenant.token = '';
  const { body } = await tenant.post<{ accessToken: string }>('/api/v1/auth/login', {
    email: tenant.email,
    password: tenant.password,
  });
  tenant.token = body.accessToken;
  return tenant;
};
