import { startApp } from './support/app.mjs';
import { Child } from './support/child.mjs';
import { createDatabase, withClient } from './support/engines.mjs';
import { closedLoop, requestBytes } from './support/load.mjs';
import { createSalon, midnightIn } from './support/salon.mjs';
import { floorAppFloor, oracle } from './support/stats.mjs';

const RIVALS = 4;
const CONNECTIONS = 40;
const STAFF = 20;
const A_DAY = 22;
const MINUTE = 60_000;

/** Overlaps of live bookings that the table holds, and its bookings. */
const doubles = (url) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM booking WHERE status = 'confirmed') AS booked,
         (SELECT count(*)::int FROM booking a JOIN booking b ON a.tenant_id = b.tenant_id AND a.staff_id = b.staff_id AND a.id < b.id
            AND a.busy && b.busy WHERE a.status = 'confirmed' AND b.status = 'confirmed') AS overlaps`,
    );
    return rows[0];
  });

export const contestedBooking = async ({ engines, quick }) => {
  const contests = quick ? 200 : 10_000;
  const database = await createDatabase(engines.databaseUrl);
  const app = await startApp({ database, engines, env: { ROLE: 'api' } });
  const rival = await Child.start('floors/contested-booking.mjs', { DATABASE_URL: database.url });
  let held = 0;
  try {
    const salon = await createSalon(app, {
      staff: STAFF,
      timeZone: 'UTC',
      hours: { from: '09:00', to: '20:00' },
      service: { durationMinutes: 30 },
      settings: { minNoticeMinutes: 0, horizonDays: 365, slotStepMinutes: 30 },
    });
    const first = midnightIn(2).getTime();
    const headers = { authorization: `Bearer ${salon.token}`, 'content-type': 'application/json' };
    /** Rivals for one slot are next to each other, so that they are in flight together. */
    const requestsFor = (count) =>
      Array.from({ length: count * RIVALS }, (_, i) => {
        const contest = held + Math.floor(i / RIVALS);
        const [person, nth] = [contest % STAFF, Math.floor(contest / STAFF)];
        const minute = Math.floor(nth / A_DAY) * 1440 + 540 + (nth % A_DAY) * 30;
        const body = {
          serviceId: salon.serviceId,
          staffId: salon.staffIds[person],
          startsAt: new Date(first + minute * MINUTE).toISOString(),
          customer: { name: `Rival ${i % RIVALS}` },
        };
        return requestBytes('POST', '/api/v1/bookings', headers, JSON.stringify(body));
      });
    const compete = async (count) => {
      const result = await closedLoop({
        port: app.about.port,
        connections: CONNECTIONS,
        requests: requestsFor(count),
      });
      const [won, lost] = [201, 409].map((status) => result.statuses.get(status) ?? 0);
      held += count;
      oracle(
        won === count && lost === count * (RIVALS - 1),
        `${count} contests: ${JSON.stringify([...result.statuses])}`,
      );
      return { perSecond: result.perSecond };
    };
    const surfaced = async (times, onConflict) => {
      const { perSecond, won } = await rival.ask('race', times, RIVALS, onConflict);
      oracle(won === times, `${times} contests of the rival had ${won} winners`);
      return { perSecond };
    };
    await compete(20);
    const rivalContests = quick ? 100 : 500;
    const result = await floorAppFloor({
      quick,
      key: 'perSecond',
      floor: () => surfaced(rivalContests, false),
      app: () => compete(contests),
    });
    const bare = await surfaced(quick ? 500 : 5_000, true);
    const { booked, overlaps } = await doubles(database.url);
    oracle(booked === held && overlaps === 0, `${held} slots: ${booked} booked, ${overlaps} overlaps`);
    const ratio = result.app.perSecond / result.floor;
    return [
      {
        what: `Contested booking over HTTP, ${contests} contests of ${RIVALS}, attempts a second (floor: error surfaced)`,
        app: `${Math.round(result.app.perSecond)}/s`,
        floor: `${Math.round(result.floor)}/s`,
        ratio,
        goal: '>= 20',
        met: ratio >= 20,
        measured: result,
        voided: result.voided,
      },
      {
        what: '  the bare statement, ON CONFLICT DO NOTHING (floor: error surfaced)',
        app: `${Math.round(bare.perSecond)}/s`,
        floor: `${Math.round(result.floor)}/s`,
        ratio: bare.perSecond / result.floor,
        measured: bare,
        voided: result.voided,
      },
      {
        what: '  double bookings',
        app: String(overlaps),
        goal: '0',
        met: overlaps === 0,
        measured: { booked, overlaps },
        voided: false,
      },
    ];
  } finally {
    await Promise.all([app.stop(), rival.stop()]);
    await database.drop();
  }
};
