import { DateTime } from 'luxon';
import { startApp } from './support/app.mjs';
import { Child } from './support/child.mjs';
import { createDatabase, withClient } from './support/engines.mjs';
import { closedLoop, openLoop, requestBytes } from './support/load.mjs';
import { createSalon, midnightIn } from './support/salon.mjs';
import { floorAppFloor, oracle, quantile, randomOf, summary } from './support/stats.mjs';

const STAFF = 20;
const DAYS = 30;
const BUSY = 200;
const ZONE = 'Europe/Berlin';
const RATE = 20;
const STEP = 15;
const SERVICE = { durationMinutes: 45, bufferBeforeMinutes: 5, bufferAfterMinutes: 10 };
const HOURS = { from: '09:00', to: '20:00' };
const MINUTE = 60_000;

/** `BUSY` bookings of each person over `DAYS` days, some minutes apart, some with no gap; answers them as [from, to) in ms. */
const fill = async (url, { tenantId, serviceId, staffIds }, from) => {
  const random = randomOf(7);
  const busy = new Map();
  const rows = [];
  for (const staffId of staffIds) {
    const taken = [];
    const room = (DAYS * 1440) / BUSY;
    for (let i = 0; i < BUSY; i += 1) {
      const start = from.getTime() + Math.floor(i * room + random() * (room / 2)) * MINUTE;
      const end = start + (30 + Math.floor(random() * 60)) * MINUTE;
      taken.push([start, end]);
      rows.push({ staff_id: staffId, starts_at: new Date(start), ends_at: new Date(end) });
    }
    busy.set(staffId, taken);
  }
  await withClient(url, async (client) => {
    await client.query(
      `INSERT INTO booking (tenant_id, id, code, status, service_id, staff_id, starts_at, ends_at, busy, price_amount, price_currency,
         source, created_at, version)
       SELECT $1, gen_random_uuid(), translate(upper(lpad(to_hex(row_number() OVER ()), 6, 'Z')), '01', 'XY'), 'confirmed', $2, r.staff_id,
         r.starts_at, r.ends_at, tstzrange(r.starts_at, r.ends_at), 3500, 'EUR', 'staff', now(), 1
       FROM jsonb_to_recordset($3::jsonb) AS r(staff_id uuid, starts_at timestamptz, ends_at timestamptz)`,
      [tenantId, serviceId, JSON.stringify(rows)],
    );
    // As autovacuum does within a minute of so many rows.
    await client.query('ANALYZE');
  });
  return busy;
};

/** The same question answered the slow way: each step of the wall clock of each person, and every taken range looked at. */
const slowly = (busy, from, days) => {
  const slots = new Map();
  for (const [staffId, taken] of busy)
    for (let day = 0; day < days; day += 1) {
      const date = from.plus({ days: day });
      const [opening, closing] = [HOURS.from, HOURS.to].map((time) =>
        DateTime.fromISO(`${date.toISODate()}T${time}`, { zone: ZONE }),
      );
      for (
        let at = opening;
        at.plus({ minutes: SERVICE.durationMinutes }) <= closing;
        at = at.plus({ minutes: STEP })
      ) {
        const begin = at.minus({ minutes: SERVICE.bufferBeforeMinutes }).toMillis();
        const end = at.plus({ minutes: SERVICE.durationMinutes + SERVICE.bufferAfterMinutes }).toMillis();
        if (taken.some(([a, b]) => a < end && b > begin)) continue;
        const key = at.toUTC().toISO();
        slots.set(key, [...(slots.get(key) ?? []), staffId]);
      }
    }
  return slots;
};

const check = (answer, expected) => {
  const { slots } = JSON.parse(answer);
  oracle(slots.length === expected.size, `${slots.length} slots, and ${expected.size} by the slow way`);
  for (const { startsAt, staffIds } of slots) {
    const wanted = expected.get(startsAt);
    oracle(
      wanted !== undefined && [...staffIds].sort().join() === [...wanted].sort().join(),
      `at ${startsAt} ${staffIds.length} are free, and ${wanted?.length} by the slow way`,
    );
  }
};

/** What of it is arithmetic: the compiled engine, fed from memory. In ms. */
const engineAlone = async (busy, from) => {
  const dist = '../dist/src/calendar/domain';
  const { SlotEngine } = await import(`${dist}/slot-engine.js`);
  const { WorkingHours } = await import(`${dist}/working-hours.js`);
  const weekly = new Map([1, 2, 3, 4, 5, 6, 7].map((weekday) => [weekday, [[540, 1200]]]));
  const staff = [...busy].map(([staffId, taken]) => ({
    staffId,
    name: staffId,
    offersService: true,
    hours: new WorkingHours(weekly),
    busy: taken.flat().map((at) => at / MINUTE),
  }));
  const rules = { timeZone: ZONE, minNoticeMinutes: 0, horizonDays: 365, slotStepMinutes: STEP };
  const first = from.getTime() / MINUTE;
  const times = Array.from({ length: 300 }, () => {
    const startedAt = performance.now();
    new SlotEngine(rules, { active: true, ...SERVICE }, staff, new Date()).list(first, first + DAYS * 1440);
    return performance.now() - startedAt;
  });
  return quantile(times.slice(100), 0.5);
};

export const slotSearch = async ({ engines, quick }) => {
  const database = await createDatabase(engines.databaseUrl);
  const app = await startApp({ database, engines, env: { ROLE: 'api' } });
  const floor = await Child.start('floors/bytes.mjs');
  try {
    const salon = await createSalon(app, {
      staff: STAFF,
      timeZone: ZONE,
      hours: HOURS,
      service: SERVICE,
      settings: { minNoticeMinutes: 0, horizonDays: 365, slotStepMinutes: STEP },
    });
    const from = midnightIn(2);
    const busy = await fill(database.url, salon, from);
    const first = DateTime.fromJSDate(from, { zone: 'UTC' });
    const question = (skip, days) => {
      const [a, b] = [first.plus({ days: skip }), first.plus({ days: skip + days - 1 })].map((date) =>
        date.toISODate(),
      );
      const path = `/api/v1/availability?serviceId=${salon.serviceId}&from=${a}&to=${b}`;
      return requestBytes('GET', path, { authorization: `Bearer ${salon.token}` });
    };
    const month = question(0, DAYS);
    const ask = async (request, times) => {
      const answers = [];
      const onAnswer = (_index, status, body) => {
        oracle(status === 200, `an answer of ${status}`);
        if (answers.length === 0) answers.push(body().toString());
      };
      await closedLoop({
        port: app.about.port,
        connections: 1,
        requests: Array(times).fill(request),
        onAnswer,
      });
      return answers[0];
    };
    // The whole month once, and days of it here and there.
    const whole = await ask(month, 50);
    check(whole, slowly(busy, first, DAYS));
    for (const skip of [0, 7, 13, 28])
      check(await ask(question(skip, 2), 1), slowly(busy, first.plus({ days: skip }), 2));
    await floor.ask('keep', whole);
    const paced = async (target) => {
      const requests = Array(RATE * (quick ? 5 : 30)).fill(month);
      const { latencies, statuses } = await openLoop({
        port: target.about.port,
        rate: RATE,
        requests,
        connections: 16,
      });
      oracle(statuses.get(200) === requests.length, `answers: ${JSON.stringify([...statuses])}`);
      return summary(latencies);
    };
    const result = await floorAppFloor({
      quick,
      key: 'p50',
      floor: () => paced(floor),
      app: () => paced(app),
    });
    oracle((await ask(month, 1)) === whole, 'the same question has another answer');
    const alone = await engineAlone(busy, from);
    const ms = (value) => `${value.toFixed(2)} ms`;
    const size = `${Math.round(whole.length / 1024)} KiB`;
    return [
      {
        what: `Slots of ${STAFF} people, ${DAYS} days, ${BUSY} busy each, at ${RATE}/s open loop (${size}), p99`,
        app: ms(result.app.p99),
        floor: ms((result.floors[0].p99 + result.floors[1].p99) / 2),
        goal: '< 10 ms',
        met: result.app.p99 < 10,
        measured: result,
        voided: result.voided,
      },
      {
        what: '  p50',
        app: ms(result.app.p50),
        floor: ms(result.floor),
        ratio: result.app.p50 / result.floor,
        measured: result,
        voided: result.voided,
      },
      { what: '  of which the slot engine', app: ms(alone), measured: { engineMs: alone }, voided: false },
    ];
  } finally {
    await Promise.all([app.stop(), floor.stop()]);
    await database.drop();
  }
};
