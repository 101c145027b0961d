import { type BookingView, HoldSlotCommand, ListCustomerBookingsQuery } from '#contracts/calendar';
import { newId } from '#libs/kernel';
import {
  type Business,
  type CalendarApp,
  furnish,
  NOW,
  type Problem,
  type Salon,
  startCalendarApp,
} from '../support/calendar-app.js';

interface Page<T> {
  data: T[];
  hasMore: boolean;
}

describe('bookings through HTTP', () => {
  let app: CalendarApp;
  let business: Business;
  let salon: Salon;

  beforeAll(async () => {
    app = await startCalendarApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    app.clock.at = NOW;
    business = await app.business();
    salon = await furnish(business, ['Anna', 'Borys']);
  });

  const book = (startsAt: string, more: object = {}) =>
    business.call('POST', '/bookings', {
      serviceId: salon.serviceId,
      startsAt,
      customer: { name: 'Iryna' },
      ...more,
    });

  it('books, spreads fairly, moves and cancels, and tells others', async () => {
    const made = await book('2026-11-23T08:00:00Z', {
      customer: { name: 'Iryna', phone: '+380 50 123 45 67' },
      notes: 'Tea',
    });
    expect(made.status).toBe(201);
    const booking = made.body<BookingView>();
    expect(booking).toMatchObject({
      status: 'confirmed',
      staffName: 'Anna',
      price: { amount: 45_000, currency: 'UAH' },
      customer: { id: null, name: 'Iryna', phone: '+380501234567' },
      source: 'staff',
      version: 1,
    });
    expect(booking.code).toMatch(/^[2-9A-HJKMNP-Z]{6}$/);
    expect((await book('2026-11-23T10:00:00Z')).body<BookingView>().staffName).toBe('Borys');

    const move = (payload: object, headers: object = {}) =>
      business.call('POST', `/bookings/${booking.id}/reschedule`, payload, { headers });
    const there = { startsAt: '2026-11-23T08:30:00Z' };
    const moved = await move(there, { 'if-match': '"1"' });
    expect(moved.body<BookingView>()).toMatchObject({
      code: booking.code,
      startsAt: '2026-11-23T08:30:00.000Z',
      version: 2,
    });
    expect(moved.headers['etag']).toBe('"2"');
    expect((await move(there, { 'if-match': '"1"' })).body<BookingView>().version).toBe(2);
    expect((await move({ startsAt: '2026-11-23T12:00:00Z' }, { 'if-match': '"1"' })).status).toBe(412);
    const taken = await move({ startsAt: '2026-11-23T10:30:00Z', staffId: salon.staffIds[1] });
    expect(taken.status).toBe(409);
    expect(taken.body<Problem>().alternatives).toHaveLength(5);
    expect(await business.done('GET', `/bookings/${booking.id}`)).toMatchObject({
      staffName: 'Anna',
      version: 2,
    });

    const cancel = () => business.call('POST', `/bookings/${booking.id}/cancel`, { reason: 'ill' });
    expect((await cancel()).body<BookingView>()).toMatchObject({ status: 'cancelled', version: 3 });
    expect((await cancel()).body<BookingView>()).toMatchObject({ status: 'cancelled', version: 3 });
    expect((await move({ startsAt: '2026-11-24T08:30:00Z' })).body<Problem>().code).toBe(
      'calendar.booking_not_confirmed',
    );
    expect((await book('2026-11-23T08:30:00Z', { staffId: salon.staffIds[0] })).status).toBe(201);
    expect((await business.eventTypes()).filter((type) => type.startsWith('calendar.'))).toEqual([
      'calendar.booking.confirmed.v1',
      'calendar.booking.confirmed.v1',
      'calendar.booking.rescheduled.v1',
      'calendar.booking.cancelled.v1',
      'calendar.booking.confirmed.v1',
    ]);
  });

  it('makes one booking of a repeated request', async () => {
    const options = { headers: { 'idempotency-key': 'desk-1' } };
    const body = {
      serviceId: salon.serviceId,
      startsAt: '2026-11-23T08:00:00Z',
      customer: { name: 'Iryna' },
    };
    const once = await business.call('POST', '/bookings', body, options);
    const again = await business.call('POST', '/bookings', body, options);
    expect([again.status, again.body()]).toEqual([201, once.body()]);
    expect((await business.done<Page<object>>('GET', '/bookings')).data).toHaveLength(1);
  });

  it('filters and pages bookings by start', async () => {
    const customer = { name: 'Iryna', id: newId() };
    for (const time of ['13:00', '08:00', '10:00']) await book(`2026-11-23T${time}:00Z`, { customer });
    await book('2026-11-24T08:00:00Z');
    const starts = async (query: string) => {
      const found = await business.done<Page<BookingView>>('GET', `/bookings?${query}`);
      return {
        times: found.data.map(({ startsAt }) => startsAt.slice(8, 16)),
        hasMore: found.hasMore,
        last: found.data.at(-1)?.id,
      };
    };
    const first = await starts(`customerId=${customer.id}&limit=2`);
    expect(first).toMatchObject({ times: ['23T08:00', '23T10:00'], hasMore: true });
    expect(await starts(`customerId=${customer.id}&limit=2&startingAfter=${first.last}`)).toMatchObject({
      times: ['23T13:00'],
      hasMore: false,
    });
    expect((await starts('from=2026-11-24&to=2026-11-24')).times).toEqual(['24T08:00']);
    expect((await starts('to=2026-11-23T10:00:00Z')).times).toEqual(['23T08:00']);
    expect((await starts('status=cancelled')).times).toEqual([]);
    const coming = await business.inside((d) => d.ask(new ListCustomerBookingsQuery(customer.id)));
    expect(coming).toHaveLength(3);
  });

  it('holds for a thread in place of its earlier hold, until the hold runs out', async () => {
    const threadId = newId();
    const hold = (startsAt: string, idempotencyKey: string) =>
      business.inside((d) =>
        d.request(
          new HoldSlotCommand({
            serviceId: salon.serviceId,
            startsAt: new Date(startsAt),
            staffId: salon.staffIds[0],
            party: { customerId: newId(), name: null, phone: null },
            threadId,
            idempotencyKey,
          }),
        ),
      );
    const first = await hold('2026-11-23T08:00:00Z', 'a');
    const second = await hold('2026-11-23T08:30:00Z', 'b');
    expect(await business.done('GET', `/bookings/${first.id}`)).toMatchObject({ status: 'cancelled' });
    expect(second).toMatchObject({ status: 'held', holdExpiresAt: '2026-11-20T10:10:00.000Z' });
    expect((await hold('2026-11-23T08:30:00Z', 'b')).id).toBe(second.id);
    expect((await book('2026-11-23T09:00:00Z', { staffId: salon.staffIds[0] })).status).toBe(409);
    app.clock.pass(600_000);
    expect(await business.done('GET', `/bookings/${second.id}`)).toMatchObject({
      status: 'expired',
      version: 1,
    });
    expect((await book('2026-11-23T09:00:00Z', { staffId: salon.staffIds[0] })).status).toBe(201);
    expect((await business.eventTypes()).filter((type) => type.startsWith('calendar.'))).toEqual([
      'calendar.booking.confirmed.v1',
    ]);
  });

  it('asks for permissions and keeps businesses apart', async () => {
    expect((await business.call('POST', '/services', {}, { role: 'agent' })).status).toBe(403);
    expect((await business.call('GET', '/bookings', undefined, { role: 'auditor' })).status).toBe(200);
    expect((await business.call('POST', '/bookings', {}, { role: 'auditor' })).status).toBe(403);
    const { id } = (await book('2026-11-23T08:00:00Z')).body<BookingView>();
    const stranger = await app.business();
    expect((await stranger.call('GET', `/bookings/${id}`)).status).toBe(404);
    expect((await stranger.call('POST', `/bookings/${id}/cancel`, {})).status).toBe(404);
    expect(
      (await stranger.call('GET', `/availability?serviceId=${salon.serviceId}&from=2026-11-23&to=2026-11-24`))
        .status,
    ).toBe(404);
    expect((await stranger.done<Page<object>>('GET', '/services')).data).toEqual([]);
  });
});
