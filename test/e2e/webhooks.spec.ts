import { Webhook } from 'standardwebhooks';
import { newId } from '#libs/kernel';
import { eventually } from '../support/eventually.js';
import { type Endpoint, ENDPOINTS, headersOf, WebhookDesk } from '../support/webhook-desk.js';

let desk: WebhookDesk;

beforeAll(async () => {
  desk = await WebhookDesk.start();
});
afterAll(() => desk.stop());
beforeEach(() => desk.renew());

describe('endpoints', () => {
  it('are made, read, changed and removed; the secret is shown once', async () => {
    const made = await desk.tenant.post<Endpoint & Record<string, unknown>>(ENDPOINTS, {
      url: `${desk.receiver.url}/crud`,
      description: 'CRM',
      eventTypes: ['calendar.booking.confirmed.v1'],
      headers: { 'X-Api-Key': 'very-secret' },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ status: 'enabled', headerNames: ['x-api-key'], version: 1 });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { id, secret } = made.body;
    const read = await desk.tenant.get(`${ENDPOINTS}/${id}`);
    expect(read.status).toBe(200);
    expect(JSON.stringify(read.body)).not.toMatch(/whsec_|very-secret/);
    const stored = JSON.stringify(
      await desk.host.query(desk.tenant.id, 'SELECT * FROM webhook_endpoint WHERE id = $1', [id]),
    );
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain('very-secret');

    const changed = await desk.tenant.call(
      'PATCH',
      `${ENDPOINTS}/${id}`,
      { description: null, enabled: false },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toMatchObject({ description: null, status: 'disabled', disabledReason: 'manual' });
    const stale = await desk.tenant.call(
      'PATCH',
      `${ENDPOINTS}/${id}`,
      { enabled: true },
      { 'if-match': '"1"' },
    );
    expect([stale.status, stale.body['code']]).toEqual([412, 'webhooks.endpoint_changed']);
    expect((await desk.tenant.get<{ data: Endpoint[] }>(ENDPOINTS)).body.data.map((each) => each.id)).toEqual(
      [id],
    );
    expect((await desk.tenant.call('DELETE', `${ENDPOINTS}/${id}`)).status).toBe(204);
    expect((await desk.tenant.get(`${ENDPOINTS}/${id}`)).status).toBe(404);
    expect((await desk.tenant.call('DELETE', `${ENDPOINTS}/${id}`)).status).toBe(404);
  });

  it('answer a repeated request the same secret, which is kept sealed', async () => {
    const body = { url: `${desk.receiver.url}/again`, eventTypes: ['*'] };
    const key = { 'idempotency-key': newId() };
    const first = await desk.tenant.post<Endpoint>(ENDPOINTS, body, key);
    const second = await desk.tenant.post<Endpoint>(ENDPOINTS, body, key);
    expect(second.body).toEqual(first.body);
    const kept = await desk.host.query(desk.tenant.id, 'SELECT response FROM idempotency_key');
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
    const { status, body } = await desk.tenant.post<{ code: string; errors: { pointer: string }[] }>(
      ENDPOINTS,
      {
        url: `${desk.receiver.url}/x`,
        eventTypes: ['*'],
        ...input,
      },
    );
    expect([status, body.code]).toEqual([422, code]);
    expect(body.errors[0]?.pointer).toBe(pointer);
  });

  it('list the events there are', async () => {
    const { body } = await desk.tenant.get<{ data: { type: string }[] }>('/api/v1/webhook-event-types');
    expect(body.data.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['calendar.booking.confirmed.v1', 'conversations.thread.opened.v1']),
    );
  });

  it('of another business are not there', async () => {
    const endpoint = await desk.subscribe();
    const other = await desk.host.createTenant({ calendar: false });
    const id = endpoint.id;
    for (const [method, path] of [
      ['GET', `${ENDPOINTS}/${id}`],
      ['PATCH', `${ENDPOINTS}/${id}`],
      ['DELETE', `${ENDPOINTS}/${id}`],
      ['POST', `${ENDPOINTS}/${id}/rotate-secret`],
      ['POST', `${ENDPOINTS}/${id}/test`],
      ['GET', `${ENDPOINTS}/${id}/deliveries`],
      ['GET', `${ENDPOINTS}/${id}/deliveries/${newId()}/attempts`],
      ['POST', `${ENDPOINTS}/${id}/deliveries/${newId()}/replay`],
    ] as const)
      expect((await other.call(method, path, method === 'GET' ? undefined : {})).status).toBe(404);
  });
});

describe('a delivery', () => {
  it('is signed as Standard Webhooks says, with the headers of its own', async () => {
    const endpoint = await desk.subscribe({ headers: { authorization: 'Bearer abc' } });
    const bookingId = newId();
    await desk.tell(bookingId);
    const [webhook] = await desk.arrived(endpoint.path);
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
    const done = await desk.delivery(endpoint.id, 'delivered', ({ status }) => status === 'delivered');
    expect(webhook!.headers['webhook-id']).toBe(done.eventId);
    const attempts = await desk.tenant.get<{ data: object[] }>(
      `${ENDPOINTS}/${endpoint.id}/deliveries/${done.id}/attempts`,
    );
    expect(attempts.body.data).toEqual([
      expect.objectContaining({ number: 1, outcome: 'delivered', status: 204, error: null }),
    ]);
  });

  it('goes to those endpoints only that want its type, of its own business', async () => {
    const other = await desk.host.createTenant({ calendar: false });
    const theirs = await desk.subscribe({}, other);
    const deaf = await desk.subscribe({ eventTypes: ['conversations.thread.opened.v1'] });
    const off = await desk.subscribe({ enabled: false });
    const mine = await desk.subscribe({ eventTypes: ['calendar.booking.confirmed.v1'] });
    await desk.tell();
    await desk.arrived(mine.path);
    await desk.tell(newId(), 1, other);
    await desk.arrived(theirs.path);
    expect(desk.receiver.at(deaf.path)).toEqual([]);
    expect(desk.receiver.at(off.path)).toEqual([]);
    expect(desk.receiver.at(theirs.path)).toHaveLength(1);
    expect(desk.receiver.at(mine.path)).toHaveLength(1);
  });

  it('costs a business without endpoints neither job nor row', async () => {
    await desk.tell();
    await eventually('published', async () => {
      const [event] = await desk.host.query<{ handlers: string[] | null }>(
        desk.tenant.id,
        `SELECT handlers FROM outbox_event WHERE type = 'calendar.booking.confirmed.v1' AND published_at IS NOT NULL`,
      );
      return event && event.handlers?.length === 0;
    });
    expect(await desk.host.query(desk.tenant.id, 'SELECT 1 FROM webhook_event')).toEqual([]);
  });

  it('has the secrets of before and after while they rotate', async () => {
    const endpoint = await desk.subscribe();
    const rotated = await desk.tenant.post<Endpoint>(`${ENDPOINTS}/${endpoint.id}/rotate-secret`, {
      graceSeconds: 600,
    });
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    await desk.tell();
    const [first] = await desk.arrived(endpoint.path);
    for (const secret of [endpoint.secret, rotated.body.secret])
      new Webhook(secret).verify(first!.raw, headersOf(first!));
    await desk.tenant.post(`${ENDPOINTS}/${endpoint.id}/rotate-secret`, { graceSeconds: 0 });
    await desk.tell();
    const [, second] = await desk.arrived(endpoint.path, 2);
    expect(() => new Webhook(rotated.body.secret).verify(second!.raw, headersOf(second!))).toThrow();
  });

  it('has every secret whose grace lasts, when they rotate again; a repeated request makes no other', async () => {
    const endpoint = await desk.subscribe();
    const rotate = async (headers = {}) =>
      (
        await desk.tenant.post<Endpoint>(
          `${ENDPOINTS}/${endpoint.id}/rotate-secret`,
          { graceSeconds: 600 },
          headers,
        )
      ).body;
    const key = { 'idempotency-key': newId() };
    const [second, repeated] = [await rotate(key), await rotate(key)];
    expect(repeated).toEqual(second);
    const third = await rotate();
    await desk.tell();
    const [arrived] = await desk.arrived(endpoint.path);
    for (const { secret } of [endpoint, second, third])
      new Webhook(secret).verify(arrived!.raw, headersOf(arrived!));
  });

  it('is not removed by who has not read it as it is', async () => {
    const { id } = await desk.subscribe();
    const path = `${ENDPOINTS}/${id}`;
    const read = await desk.tenant.get<{ version: number }>(path);
    await desk.tenant.call('PATCH', path, { description: 'changed' });
    const stale = { 'if-match': `"${read.body.version}"` };
    const refused = await desk.tenant.call<{ code: string }>('DELETE', path, undefined, stale);
    expect([refused.status, refused.body.code]).toEqual([412, 'webhooks.endpoint_changed']);
    expect((await desk.tenant.get(path)).status).toBe(200);
  });

  it('is tested on request', async () => {
    const endpoint = await desk.subscribe({ eventTypes: ['calendar.booking.cancelled.v1'] });
    expect((await desk.tenant.post(`${ENDPOINTS}/${endpoint.id}/test`)).status).toBe(200);
    const [webhook] = await desk.arrived(endpoint.path);
    expect(webhook!.body.type).toBe('webhooks.test.v1');
  });

  it('counts 1 to 100 for a subject, in the order of the facts, at each endpoint', async () => {
    const [one, two] = [await desk.subscribe(), await desk.subscribe()];
    const bookingId = newId();
    await desk.tell(bookingId, 100);
    for (const { path, id } of [one, two]) {
      const got = await desk.arrived(path, 100);
      expect(got.map(({ body }) => body.sequence).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
      const order = await desk.host.query<{ event_id: string }>(
        desk.tenant.id,
        'SELECT event_id FROM webhook_delivery WHERE endpoint_id = $1 ORDER BY sequence',
        [id],
      );
      const ids = order.map(({ event_id }) => event_id);
      expect(ids).toEqual([...ids].sort());
      expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(100);
    }
    expect(desk.receiver.most).toBeLessThanOrEqual(6);
  });
});
