import { createHmac } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { newId } from '#libs/kernel';
import { BadInputDesk, BODY_LIMIT, complaint, HALF, LONG, NUL } from '../support/bad-input.js';

let desk: BadInputDesk;

beforeAll(async () => {
  desk = await BadInputDesk.start();
});
afterAll(() => desk.stop());

describe('values that are of the right type and still absurd', () => {
  const customer = { name: 'Iryna' };
  const service = () => desk.tenant.services.get('Manicure');
  const bookAt = (startsAt: string) =>
    ['createBooking', { serviceId: service(), startsAt, customer }] as const;
  const foreignService = () => desk.other.services.get('Manicure');

  it.each<[string, () => readonly [string, object], string]>([
    ['a booking in the past', () => bookAt('2001-01-01T10:00:00Z'), '/startsAt'],
    ['a booking before time began', () => bookAt('0000-01-01T00:00:00Z'), '/startsAt'],
    ['a booking in the year 9999', () => bookAt('9999-12-31T23:59:00Z'), ''],
    ['a booking on a day there is not', () => bookAt('2030-02-30T10:00:00Z'), '/startsAt'],
    ['a booking at an hour there is not', () => bookAt('2030-02-20T25:00:00Z'), '/startsAt'],
    ['a booking without an offset', () => bookAt('2030-02-20T10:00:00'), '/startsAt'],
    ['a booking at a second', () => bookAt('2099-02-20T10:00:01Z'), '/startsAt'],
    ['a booking as a number', () => bookAt('1735689600000'), '/startsAt'],
    ['a booking in an expanded year', () => bookAt('+275760-09-13T00:00:00Z'), '/startsAt'],
    [
      'a booking of an unknown service',
      () => ['createBooking', { ...desk.bodies.createBooking, serviceId: newId() }],
      '/serviceId',
    ],
    [
      "a booking of another business's service",
      () => ['createBooking', { ...desk.bodies.createBooking, serviceId: foreignService() }],
      '/serviceId',
    ],
    [
      "a booking with another business's person",
      () => ['createBooking', { ...desk.bodies.createBooking, staffId: desk.other.staff.get('Anna') }],
      '/staffId',
    ],
    [
      'a booking for no phone number',
      () => ['createBooking', { ...desk.bodies.createBooking, customer: { name: 'A', phone: '123' } }],
      '/customer/phone',
    ],
    [
      'a booking for nobody',
      () => ['createBooking', { ...desk.bodies.createBooking, customer: { name: '   ' } }],
      '/customer/name',
    ],
    ['a move to the past', () => ['rescheduleBooking', { startsAt: '2001-01-01T10:00:00Z' }], '/startsAt'],
    [
      "a move to another business's person",
      () => [
        'rescheduleBooking',
        { startsAt: '2099-01-01T10:00:00Z', staffId: desk.other.staff.get('Anna') },
      ],
      '/staffId',
    ],
    [
      'a service for less than nothing',
      () => ['createService', { ...desk.bodies.createService, price: { amount: -1, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service for half a cent',
      () => ['createService', { ...desk.bodies.createService, price: { amount: 0.5, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service for more than there is',
      () => ['createService', { ...desk.bodies.createService, price: { amount: 9e15, currency: 'EUR' } }],
      '/price/amount',
    ],
    [
      'a service in no currency',
      () => ['createService', { ...desk.bodies.createService, price: { amount: 1, currency: 'XQX' } }],
      '/price/currency',
    ],
    [
      'a service of no length',
      () => ['createService', { ...desk.bodies.createService, durationMinutes: 0 }],
      '/durationMinutes',
    ],
    ['a service of a week', () => ['updateService', { durationMinutes: 10_080 }], '/durationMinutes'],
    ['a name of spaces', () => ['createService', { ...desk.bodies.createService, name: ' \t ' }], '/name'],
    [
      "a person with another business's service",
      () => ['createStaff', { name: 'Eve', serviceIds: [foreignService()] }],
      '/serviceIds',
    ],
    [
      'a person with the same service twice',
      () => ['createStaff', { name: 'Eve', serviceIds: [service(), service()] }],
      '/serviceIds',
    ],
    [
      'hours that end before they begin',
      () => ['setWorkingHours', { days: [{ weekday: 1, intervals: [{ from: '17:00', to: '09:00' }] }] }],
      '/days',
    ],
    [
      'hours that overlap',
      () => [
        'setWorkingHours',
        {
          days: [
            {
              weekday: 1,
              intervals: [
                { from: '09:00', to: '12:00' },
                { from: '11:00', to: '13:00' },
              ],
            },
          ],
        },
      ],
      '/days',
    ],
    [
      'hours that no clock shows',
      () => ['setWorkingHours', { days: [{ weekday: 1, intervals: [{ from: '25:00', to: '99:99' }] }] }],
      '/days',
    ],
    ['an eighth day', () => ['setWorkingHours', { days: [{ weekday: 8, intervals: [] }] }], '/days'],
    [
      'the same day twice',
      () => ['setWorkingHours', { days: [1, 1].map((weekday) => ({ weekday, intervals: [] })) }],
      '/days',
    ],
    ['a holiday that has been', () => ['addHoursException', { date: '2001-01-01', intervals: [] }], '/date'],
    [
      'a holiday on a day there is not',
      () => ['addHoursException', { date: '2030-02-30', intervals: [] }],
      '/date',
    ],
    [
      "a holiday of another business's person",
      () => [
        'addHoursException',
        { date: '2099-01-01', intervals: [], staffId: desk.other.staff.get('Anna') },
      ],
      '/staffId',
    ],
    ['a zone there is not', () => ['updateCalendarSettings', { timeZone: 'Mars/Olympus' }], '/timeZone'],
    [
      'a horizon of a thousand years',
      () => ['updateCalendarSettings', { horizonDays: 365_000 }],
      '/horizonDays',
    ],
    ['a hold of no time', () => ['updateCalendarSettings', { holdTtlSeconds: 0 }], '/holdTtlSeconds'],
    ['a message of spaces', () => ['sendMessage', { text: ' \n ' }], '/text'],
    ['an assignee who does not exist', () => ['assignThread', { assigneeId: newId() }], '/assigneeId'],
    [
      'a channel of a kind there is not',
      () => ['createChannel', { ...desk.bodies.createChannel, provider: 'carrier-pigeon' }],
      '/provider',
    ],
    [
      "another business's account",
      () => ['createChannel', { ...desk.bodies.createChannel, account: desk.other.phoneNumberId }],
      '',
    ],
    [
      'a WhatsApp channel without a token',
      () => ['createChannel', { ...desk.bodies.createChannel, accessToken: undefined }],
      '/accessToken',
    ],
  ])('refuses %s', async (what, make, pointer) => {
    const [id, body] = make();
    const route = desk.route(id);
    await desk.refuseAll(
      (async function* () {
        yield [what, complaint(await desk.sendJson(route, body), pointer === '' ? {} : { pointer })];
      })(),
    );
  });

  it.each<[string, string, string]>([
    ['a range that ends before it begins', 'from=2099-01-02&to=2099-01-01', 'to'],
    ['a range of a century', 'from=2099-01-01&to=2199-01-01', 'to'],
    ['a range from the year 0', 'from=0000-01-01&to=9999-12-31', 'to'],
    ['a date that is not in the calendar', 'from=2099-02-30&to=2099-03-01', 'from'],
    ['a range of words', 'from=yesterday&to=tomorrow', 'from'],
    ['a range without an end', 'from=2099-01-01', 'to'],
    ['a zone there is not', 'from=2099-01-01&to=2099-01-02&timeZone=Mars/Olympus', 'timeZone'],
  ])('refuses the availability of %s', async (what, query, pointer) => {
    const route = desk.route('listAvailability');
    const url = `/api/v1/availability?serviceId=${service()}&${query}`;
    await desk.refuseAll(
      (async function* () {
        yield [what, complaint(await desk.send(route, { url }), { status: 422, pointer })];
      })(),
    );
  });

  it.each(['', 'a b', 'ключ', 'x'.repeat(256)])('refuses the idempotency key "%s"', async (key) => {
    const route = desk.route('createStaff');
    const answer = await desk.sendJson(
      route,
      { name: 'Eve' },
      { headers: { 'idempotency-key': Buffer.from(key).toString('latin1') } },
    );
    expect(complaint(answer, { status: 422, pointer: 'Idempotency-Key' })).toBeUndefined();
  });

  it('refuses a key that was used for something else', async () => {
    const route = desk.route('createStaff');
    const headers = { 'idempotency-key': newId() };
    expect((await desk.sendJson(route, { name: 'Eve', active: false }, { headers })).statusCode).toBe(201);
    expect(
      complaint(await desk.sendJson(route, { name: 'Adam', active: false }, { headers }), { status: 422 }),
    ).toBeUndefined();
  });
});

describe('what is no route', () => {
  it.each<[string, InjectOptions, number]>([
    ['an unknown path', { url: '/api/v1/nothing' }, 404],
    ['an unknown method', { method: 'DELETE', url: '/api/v1/bookings' }, 404],
    ['a broken path', { url: '/api/v1/%E0%A4%A' }, 400],
    ['a path with NUL', { url: '/api/v1/bookings%00' }, 404],
    ['a very long path', { url: `/api/v1/${LONG}` }, 404],
  ])('answers %s with a problem', async (_what, options, status) => {
    const answer = await desk.host.app.inject({
      ...options,
      headers: { authorization: `Bearer ${desk.tenant.token}` },
    });
    expect(complaint(answer, { status })).toBeUndefined();
  });
});

describe('the webhook of Meta', () => {
  const url = '/webhooks/meta/whatsapp';
  const signed = (payload: string): InjectOptions => ({
    method: 'POST',
    url,
    payload,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', desk.host.settings.meta.appSecret ?? '')
        .update(payload)
        .digest('hex')}`,
    },
  });

  it.each([
    ['of another key', () => ({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })],
    ['of no length', () => ({ 'x-hub-signature-256': 'sha256=' })],
    ['that is missing', () => ({})],
    ['of another kind', () => ({ 'x-hub-signature-256': 'md5=abc' })],
  ])('stores nothing under a signature %s', async (_what, headers) => {
    const payload = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
    const answer = await desk.host.app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json', ...headers() },
    });
    expect(complaint(answer, { status: 401 })).toBeUndefined();
  });

  it.each([
    ['malformed JSON', '{"object": '],
    ['a list', '[]'],
    ['null', 'null'],
    [
      'nesting without end',
      `{"object":"whatsapp_business_account","entry":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    ],
    ['more than the limit', JSON.stringify({ entry: 'x'.repeat(BODY_LIMIT) })],
  ])('never answers 5xx to signed nonsense: %s', async (_what, payload) => {
    const before = await desk.rowCounts();
    expect((await desk.host.app.inject(signed(payload))).statusCode).toBeLessThan(500);
    expect(await desk.rowCounts()).toEqual(before);
  });

  it('takes a text with characters that the database cannot hold, for Meta would send it again for ever', async () => {
    const from = '4915199990001';
    expect(await desk.tenant.whatsapp(from, `Hello ${NUL} ${HALF}`, { name: `Eve ${NUL}` })).toBe(200);
    const [answer] = await desk.host.graph.waitForMessages(1, { to: from });
    expect(answer?.text).toMatch(/\S/);
  });
});
