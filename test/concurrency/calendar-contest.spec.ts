import {
  type BookingView,
  ConfirmBookingCommand,
  CreateBookingCommand,
  HoldSlotCommand,
} from '#contracts/calendar';
import { DomainError } from '#libs/kernel';
import { testEngines } from '#libs/testing';
import {
  type Business,
  type CalendarApp,
  furnish,
  NOW,
  type Problem,
  startCalendarApp,
} from '../support/calendar-app.js';
import { eventually } from '../support/eventually.js';

const party = { customerId: null, name: 'Iryna', phone: null };
const THREADS = Array.from({ length: 40 }, (_, i) => `0198f2b4-6d3e-7c11-9a52-1f0c6f3f${String(1000 + i)}`);
const thread = (index: number): string => THREADS[index] ?? '';
const monday = (time: string): Date => new Date(`2026-11-23T${time}:00.000Z`);

/** The refusals' codes, and whatever went wrong otherwise as it is. */
const outcomes = async (attempts: Promise<BookingView>[]) => {
  const settled = await Promise.allSettled(attempts);
  const won = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const errors = settled.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  return { won, refused: errors.map((error) => (error instanceof DomainError ? error.code : error)), errors };
};

const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};

describe('contests for a slot', () => {
  let app: CalendarApp;
  let salon: Business;

  beforeAll(async () => {
    app = await startCalendarApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    app.clock.at = NOW;
    salon = await app.business();
  });

  const overlaps = async (): Promise<number> => {
    const [row] = await salon.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM booking a JOIN booking b ON a.tenant_id = b.tenant_id AND a.staff_id = b.staff_id
         AND a.id < b.id AND a.busy && b.busy
       WHERE a.status IN ('held', 'confirmed') AND b.status IN ('held', 'confirmed')`,
    );
    return row?.n ?? -1;
  };
  const hold = (
    serviceId: string,
    startsAt: Date,
    threadId: string,
    idempotencyKey = `${threadId}-${startsAt.toISOString()}`,
  ) =>
    salon.inside((d) =>
      d.request(new HoldSlotCommand({ serviceId, startsAt, party, threadId, idempotencyKey })),
    );
  const book = (serviceId: string, startsAt: Date, staffId?: string) =>
    salon.inside((d) =>
      d.request(new CreateBookingCommand({ serviceId, startsAt, staffId, party, source: 'staff' })),
    );

  /** Holds the row of a booking until all attempts, started one by one, wait for it in that order; then lets go. */
  const queuedBehind = async <T>(bookingId: string, attempts: (() => Promise<T>)[]): Promise<T[]> => {
    const locked = gate();
    const release = gate();
    const holder = salon.transaction(async (query) => {
      await query('SELECT 1 FROM booking WHERE id = $1 FOR UPDATE', [bookingId]);
      locked.open();
      await release.opened;
    });
    await locked.opened;
    const running: Promise<T>[] = [];
    for (const attempt of attempts) {
      running.push(attempt());
      // On PGlite transactions queue up for the whole database, without any help.
      if (testEngines().kind === 'real')
        await eventually('all wait for the row', async () => (await waiting()) === running.length);
    }
    release.open();
    await holder;
    return Promise.all(running);
  };
  /** How many wait for a row of this database's bookings: the first for its transaction, those behind for the row. */
  const waiting = async (): Promise<number> => {
    const [row] = await salon.sql<{ n: number }>(
      `SELECT count(DISTINCT w.pid)::int AS n FROM pg_locks w JOIN pg_locks t
         ON t.pid = w.pid AND t.locktype = 'relation' AND t.relation = 'booking'::regclass
         AND t.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       WHERE NOT w.granted`,
    );
    return row?.n ?? 0;
  };

  it('gives a slot to exactly one of 20 clients and the others alternatives', async () => {
    const { serviceId } = await furnish(salon);
    for (const time of ['07:00', '09:00', '11:00']) {
      const body = { serviceId, startsAt: monday(time).toISOString(), customer: { name: 'Iryna' } };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => salon.call('POST', '/bookings', body)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
      for (const answer of answers.filter(({ status }) => status === 409)) {
        const problem = answer.body<Problem>();
        expect(problem.code).toBe('calendar.slot_taken');
        expect(problem.alternatives).toHaveLength(5);
      }
    }
    expect(await overlaps()).toBe(0);
  });

  it('spreads contested bookings over everybody who is free, and no further', async () => {
    const { serviceId } = await furnish(salon, ['Anna', 'Borys', 'Zoya']);
    const { won, refused } = await outcomes(
      Array.from({ length: 10 }, () => book(serviceId, monday('08:00'))),
    );
    expect(won.map(({ staffName }) => staffName).sort()).toEqual(['Anna', 'Borys', 'Zoya']);
    expect(refused).toEqual(Array(7).fill('calendar.slot_taken'));
    expect(await overlaps()).toBe(0);
  });

  it('lets holds and bookings of overlapping times contest on equal terms', async () => {
    const { serviceId } = await furnish(salon, ['Anna', 'Borys'], { bufferAfterMinutes: 15 });
    const attempts = Array.from({ length: 24 }, (_, i) => {
      const startsAt = monday(`${String(8 + (i % 3)).padStart(2, '0')}:${i % 2 === 0 ? '00' : '30'}`);
      return i % 2 === 0 ? hold(serviceId, startsAt, thread(i)) : book(serviceId, startsAt);
    });
    const { won, refused } = await outcomes(attempts);
    expect(won.length).toBeGreaterThanOrEqual(4);
    expect(new Set(refused)).toEqual(new Set(['calendar.slot_taken']));
    expect(await overlaps()).toBe(0);
  });

  it('answers the same hold to a request that is sent many times at once', async () => {
    const { serviceId } = await furnish(salon, ['Anna', 'Borys']);
    const { won, errors } = await outcomes(
      Array.from({ length: 10 }, () => hold(serviceId, monday('08:00'), thread(0), 'the same request')),
    );
    expect(errors).toEqual([]);
    expect(new Set(won.map(({ id }) => id)).size).toBe(1);
    expect(won.every(({ status }) => status === 'held')).toBe(true);
  });

  it('gives an expired hold to one of many who want it', async () => {
    const { serviceId } = await furnish(salon);
    const stale = await hold(serviceId, monday('08:00'), thread(0));
    app.clock.pass(11 * 60_000);
    const { won, refused } = await outcomes(
      Array.from({ length: 10 }, (_, i) => hold(serviceId, monday(i % 2 ? '08:00' : '08:30'), thread(i + 1))),
    );
    expect(won).toHaveLength(1);
    expect(refused).toEqual(Array(9).fill('calendar.slot_taken'));
    const confirm = salon.inside((d) =>
      d.request(new ConfirmBookingCommand({ holdId: stale.id, threadId: thread(0) })),
    );
    await expect(confirm).rejects.toMatchObject({ code: 'calendar.hold_expired' });
    expect(await overlaps()).toBe(0);
  });

  it('lets two threads swap what they hold without waiting for each other', async () => {
    const { serviceId } = await furnish(salon);
    for (let round = 0; round < 5; round += 1) {
      const [mine, yours] = [thread(2 * round), thread(2 * round + 1)];
      const day = (time: string) => new Date(monday(time).getTime() + round * 86_400_000);
      await hold(serviceId, day('08:00'), mine);
      await hold(serviceId, day('09:00'), yours);
      const { won, refused } = await outcomes([
        hold(serviceId, day('09:00'), mine),
        hold(serviceId, day('08:00'), yours),
      ]);
      expect(won.length + refused.length).toBe(2);
      expect(refused.every((code) => code === 'calendar.slot_taken')).toBe(true);
    }
    expect(await overlaps()).toBe(0);
  });

  it('moves several bookings to one slot: one arrives, the others stay whole', async () => {
    const { serviceId, staffIds } = await furnish(salon);
    const bookings = [];
    for (const time of ['08:00', '09:00', '10:00', '11:00'])
      bookings.push(await book(serviceId, monday(time), staffIds[0]));
    const answers = await Promise.all([
      ...bookings.map(({ id }) =>
        salon.call('POST', `/bookings/${id}/reschedule`, { startsAt: '2026-11-23T13:00:00Z' }),
      ),
      salon.call('POST', '/bookings', {
        serviceId,
        startsAt: '2026-11-23T13:30:00Z',
        customer: { name: 'Iryna' },
      }),
    ]);
    const succeeded = answers.filter(({ status }) => status < 300);
    expect(succeeded).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status >= 300)) {
      expect(answer.status).toBe(409);
      expect(answer.body<Problem>().code).toBe('calendar.slot_taken');
    }
    const rows = await salon.sql<{ code: string; version: number }>(
      `SELECT code, version FROM booking WHERE status = 'confirmed' ORDER BY starts_at`,
    );
    const codes = rows.map(({ code }) => code);
    expect(bookings.every(({ code }) => codes.includes(code))).toBe(true);
    expect(rows.filter(({ version }) => version === 2).length).toBeLessThanOrEqual(1);
    expect(await overlaps()).toBe(0);
  });

  it('finds a booking that is moved while somebody waits to cancel it', async () => {
    const { serviceId } = await furnish(salon);
    const { id } = await book(serviceId, monday('07:00'));
    const [moved, cancelled] = await queuedBehind(id, [
      () => salon.call('POST', `/bookings/${id}/reschedule`, { startsAt: '2026-11-23T12:00:00Z' }),
      () => salon.call('POST', `/bookings/${id}/cancel`, {}),
    ]);
    expect([moved?.status, cancelled?.status]).toEqual([200, 200]);
    expect(await salon.done<BookingView>('GET', `/bookings/${id}`)).toMatchObject({
      status: 'cancelled',
      startsAt: '2026-11-23T12:00:00.000Z',
      version: 3,
    });
  });

  it('keeps one hold a thread however many are asked for at once', async () => {
    const { serviceId } = await furnish(salon, ['Anna', 'Borys', 'Zoya']);
    await hold(serviceId, monday('07:00'), thread(0));
    const times = ['08:00', '09:00', '10:00', '11:00', '12:00', '13:00'];
    const { won, refused } = await outcomes(times.map((time) => hold(serviceId, monday(time), thread(0))));
    expect(won.length).toBeGreaterThanOrEqual(1);
    expect(refused.every((code) => code === 'calendar.hold_in_progress')).toBe(true);
    const [row] = await salon.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM booking WHERE status = 'held'`,
    );
    expect(row?.n).toBe(1);
  });

  it('lets one of two concurrent changes of a version through', async () => {
    const { serviceId } = await furnish(salon);
    const { id } = await book(serviceId, monday('08:00'));
    const headers = { 'if-match': '"1"' };
    const answers = await Promise.all([
      salon.call('POST', `/bookings/${id}/reschedule`, { startsAt: '2026-11-23T12:00:00Z' }, { headers }),
      salon.call('POST', `/bookings/${id}/reschedule`, { startsAt: '2026-11-23T14:00:00Z' }, { headers }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
