import { OpeningHoursQuery } from '#contracts/calendar';
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

interface Slots {
  timeZone: string;
  slots: { startsAt: string; endsAt: string; localStart: string; staffIds: string[] }[];
  truncated: boolean;
  reason: { code: string } | null;
}
interface Page<T> {
  data: T[];
  hasMore: boolean;
}

describe('setting up a calendar through HTTP', () => {
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
  const refusal = async (method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, payload?: object) => {
    const answer = await business.call(method, url, payload);
    const { code, errors } = answer.body<Problem>();
    return { status: answer.status, code, at: errors?.map(({ pointer }) => pointer) };
  };

  it('takes the time zone of the business and changes its rules by version', async () => {
    const read = await business.call('GET', '/calendar/settings');
    expect(read.body()).toEqual({
      timeZone: 'Europe/Kyiv',
      minNoticeMinutes: 60,
      horizonDays: 90,
      slotStepMinutes: 30,
      holdTtlSeconds: 600,
      version: 1,
    });
    expect(read.headers['etag']).toBe('"1"');
    const headers = { 'if-match': '"1"' };
    const changed = await business.call('PATCH', '/calendar/settings', { slotStepMinutes: 60 }, { headers });
    expect(changed.body()).toMatchObject({ slotStepMinutes: 60, horizonDays: 90, version: 2 });
    expect(
      (await business.call('PATCH', '/calendar/settings', { slotStepMinutes: 15 }, { headers })).status,
    ).toBe(412);
    expect(await refusal('PATCH', '/calendar/settings', { timeZone: 'Mars/Base' })).toEqual({
      status: 422,
      code: 'calendar.unknown_time_zone',
      at: ['/timeZone'],
    });
  });

  it('creates, changes, pages and retires services', async () => {
    await business.done('POST', '/services', {
      name: 'Colour',
      durationMinutes: 90,
      price: { amount: 0, currency: 'UAH' },
    });
    const first = await business.done<Page<{ id: string; name: string }>>('GET', '/services?limit=1');
    expect(first).toMatchObject({ data: [{ name: 'Haircut' }], hasMore: true });
    const second = await business.done<Page<{ name: string }>>(
      'GET',
      `/services?limit=1&startingAfter=${salon.serviceId}`,
    );
    expect(second).toMatchObject({ data: [{ name: 'Colour' }], hasMore: false });
    const url = `/services/${salon.serviceId}`;
    expect(await business.done('PATCH', url, { active: false, description: null })).toMatchObject({
      active: false,
      version: 2,
    });
    expect((await business.done<Page<object>>('GET', '/services?active=true')).data).toHaveLength(1);
    expect((await book('2026-11-23T08:00:00Z')).body<Problem>().code).toBe('calendar.service_inactive');
  });

  it('names the field of what it cannot take', async () => {
    const price = { amount: 1, currency: 'UAH' };
    expect(
      await refusal('POST', '/services', {
        name: ' ',
        durationMinutes: 0,
        price: { amount: 1.5, currency: 'XXQ' },
      }),
    ).toEqual({
      status: 422,
      code: 'http.validation_failed',
      at: expect.arrayContaining([
        '/name',
        '/durationMinutes',
        '/price/amount',
        '/price/currency',
      ]) as unknown,
    });
    expect(await refusal('PATCH', `/services/${salon.serviceId}`, { name: null })).toMatchObject({
      status: 422,
      at: ['/name'],
    });
    expect(
      await refusal('POST', '/services', {
        name: 'Long',
        durationMinutes: 1440,
        bufferAfterMinutes: 1,
        price,
      }),
    ).toEqual({ status: 422, code: 'calendar.service_too_long', at: ['/durationMinutes'] });
    expect(await refusal('POST', '/staff', { name: 'Zoya\u0000', serviceIds: [] })).toMatchObject({
      at: ['/name'],
    });
    expect(await refusal('POST', '/staff', { name: 'Zoya', serviceIds: [newId()] })).toEqual({
      status: 404,
      code: 'calendar.service_not_found',
      at: ['/serviceIds/0'],
    });
    const hours = { days: [{ weekday: 1, intervals: [{ from: '22:00', to: '02:00' }] }] };
    expect(await refusal('PUT', `/staff/${salon.staffIds[0]}/working-hours`, hours)).toEqual({
      status: 422,
      code: 'calendar.invalid_hours',
      at: ['/days/0/intervals/0/to'],
    });
    expect(await refusal('GET', `/bookings/${newId()}`)).toMatchObject({
      status: 404,
      code: 'calendar.booking_not_found',
    });
    expect(await refusal('GET', '/bookings?status=gone&from=yesterday')).toMatchObject({
      at: ['from', 'status'],
    });
    expect(await refusal('GET', `/bookings?startingAfter=${newId()}`)).toMatchObject({
      code: 'calendar.unknown_cursor',
    });
    const past = await book('2026-11-20T09:00:00Z');
    expect(past.status).toBe(422);
    expect(past.body<Problem>()).toMatchObject({
      code: 'calendar.in_past',
      errors: [{ pointer: '/startsAt' }],
    });
    expect((await book('2026-11-23T08:00:30Z')).body<Problem>().code).toBe('calendar.off_minute');
    const badPhone = await book('2026-11-23T08:00:00Z', { customer: { name: 'Iryna', phone: '0501234567' } });
    expect(badPhone.body<Problem>().errors).toMatchObject([{ pointer: '/customer/phone' }]);
  });

  it('lists slots by date of the business, on the wall clock of any zone', async () => {
    const query = `serviceId=${salon.serviceId}&from=2026-11-23&to=2026-11-23`;
    const here = await business.done<Slots>('GET', `/availability?${query}`);
    expect(here.slots).toHaveLength(17);
    expect(here.slots[0]).toEqual({
      startsAt: '2026-11-23T07:00:00.000Z',
      localStart: '2026-11-23T09:00',
      endsAt: '2026-11-23T08:00:00.000Z',
      staffIds: salon.staffIds,
    });
    const there = await business.done<Slots>('GET', `/availability?${query}&timeZone=Asia/Kathmandu&limit=2`);
    expect(there).toMatchObject({ timeZone: 'Asia/Kathmandu', truncated: true });
    expect(there.slots.map(({ localStart }) => localStart)).toEqual(['2026-11-23T12:45', '2026-11-23T13:15']);
  });

  it.each([
    ['from=2026-11-23&to=2027-02-01', 422, 'calendar.invalid_range', 'to'],
    ['from=2026-11-23&to=2026-11-22', 422, 'calendar.invalid_range', 'to'],
    ['from=2026-11-01&to=2026-11-02', 422, 'calendar.range_in_past', 'to'],
    ['from=2026-02-30&to=2026-11-24', 422, 'http.validation_failed', 'from'],
    ['from=2026-11-23&to=2026-11-24&timeZone=%2B02:00', 422, 'calendar.unknown_time_zone', 'timeZone'],
    [`from=2026-11-23&to=2026-11-24&staffId=${newId()}`, 404, 'calendar.staff_not_found', '/staffId'],
  ])('refuses availability with %s', async (query, status, code, at) => {
    expect(await refusal('GET', `/availability?serviceId=${salon.serviceId}&${query}`)).toEqual({
      status,
      code,
      at: [at],
    });
  });

  it('closes for an exception, says so, and opens again', async () => {
    const { id } = await business.done<{ id: string }>('POST', '/calendar/exceptions', {
      date: '2026-11-23',
      intervals: [],
    });
    const [anna] = salon.staffIds;
    await business.done('POST', '/calendar/exceptions', {
      staffId: anna,
      date: '2026-11-23',
      intervals: [{ from: '10:00', to: '11:00' }],
    });
    const url = `/availability?serviceId=${salon.serviceId}&from=2026-11-23&to=2026-11-23`;
    expect((await business.done<Slots>('GET', url)).slots.map(({ startsAt }) => startsAt)).toEqual([
      '2026-11-23T08:00:00.000Z',
    ]);
    const closed = await business.done<Slots>('GET', `${url}&staffId=${salon.staffIds[1]}`);
    expect(closed).toMatchObject({ slots: [], reason: { code: 'calendar.outside_hours' } });
    expect((await business.inside((d) => d.ask(new OpeningHoursQuery()))).exceptions).toEqual([
      { date: '2026-11-23', intervals: [] },
    ]);
    const twice = await business.call('POST', '/calendar/exceptions', { date: '2026-11-23', intervals: [] });
    expect(twice.body<Problem>().code).toBe('calendar.exception_exists');
    expect((await business.call('DELETE', `/calendar/exceptions/${id}`)).status).toBe(204);
    expect((await business.done<Slots>('GET', url)).slots).toHaveLength(17);
  });
});
