import { newOwner, startApp } from './support/app.mjs';
import { Child } from './support/child.mjs';
import { createDatabase, withClient } from './support/engines.mjs';
import { closedLoop } from './support/load.mjs';
import { floorAppFloor, oracle } from './support/stats.mjs';
import { customer, PHONE_NUMBER_ID, webhook } from './support/webhooks.mjs';

const THREADS = 1_000;
const PATIENCE_MS = 300_000;

/** Turns are put off beyond the run: what is measured is the way from a stored webhook into its thread. */
const LATER = { TURN_QUIET_MS: '60000', TURN_MAX_WAIT_MS: '300000' };

const drained = (url, expected) =>
  withClient(url, async (client) => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await client.query(
        `SELECT count(*)::int AS done, extract(epoch FROM max(processed_at) - min(processed_at))::float8 AS seconds
         FROM inbound_event WHERE status = 'processed'`,
      );
      if (rows[0].done === expected) return rows[0].seconds;
      oracle(performance.now() < deadline, `${expected - rows[0].done} messages were never handled`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

/** The nth message of a thread by the thread's own order, against the nth that came in of its customer: one posts after the other. */
const violations = (url) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS total, count(DISTINCT thread_id)::int AS threads, count(*) FILTER (WHERE nth <> place)::int AS bad
       FROM (SELECT m.thread_id, row_number() OVER (PARTITION BY m.thread_id ORDER BY e.seq) AS nth,
               row_number() OVER (PARTITION BY m.thread_id ORDER BY m.seq) AS place
             FROM message m JOIN inbound_event e ON e.tenant_id = m.tenant_id AND e.channel_id = m.channel_id
               AND e.external_id = m.dedupe_key
             WHERE m.direction = 'inbound') m`,
    );
    return rows[0];
  });

export const threadFifo = async ({ engines, quick }) => {
  const perThread = quick ? 2 : 10;
  const total = THREADS * perThread;
  const floorDatabase = await createDatabase(engines.databaseUrl);
  const floor = await Child.start('floors/thread-fifo.mjs', { DATABASE_URL: floorDatabase.url });
  let found;

  const floorRun = async () => {
    await floor.ask('fill', THREADS, perThread * (quick ? 3 : 5));
    const { seconds, done, violations: bad } = await floor.ask('drain');
    oracle(
      bad === 0 && done === total * (quick ? 3 : 5),
      `the floor itself: ${done} done, ${bad} out of order`,
    );
    return { perSecond: done / seconds };
  };
  const appRun = async () => {
    const database = await createDatabase(engines.databaseUrl);
    try {
      const api = await startApp({ database, engines, env: { ...LATER, ROLE: 'api' } });
      await api.ask('createTenant', { owner: newOwner(), phoneNumberId: PHONE_NUMBER_ID });
      // One message of each thread after the other: the next of a thread is sent when its last was acknowledged.
      for (let nth = 1; nth <= perThread; nth += 1) {
        const requests = Array.from({ length: THREADS }, (_, thread) =>
          webhook({ from: customer(thread), wamid: `wamid.fifo.${thread}.${nth}`, text: String(nth) }),
        );
        const { statuses } = await closedLoop({ port: api.about.port, connections: 50, requests });
        oracle(statuses.get(200) === THREADS, `not all were acknowledged: ${JSON.stringify([...statuses])}`);
      }
      await api.stop();
      const worker = await startApp({ database, engines, env: { ...LATER, ROLE: 'worker' } });
      const seconds = await drained(database.url, total);
      found = await violations(database.url);
      await worker.stop();
      oracle(found.total === total && found.threads === THREADS, `lost or doubled: ${JSON.stringify(found)}`);
      oracle(found.bad === 0, `${found.bad} messages out of order`);
      return { perSecond: total / seconds };
    } finally {
      await database.drop();
    }
  };

  try {
    const result = await floorAppFloor({ quick, key: 'perSecond', floor: floorRun, app: appRun });
    return [
      {
        what: `Per-thread order, ${THREADS} threads x ${perThread}: messages a second`,
        app: `${Math.round(result.app.perSecond)}/s`,
        floor: `${Math.round(result.floor)}/s`,
        ratio: result.app.perSecond / result.floor,
        measured: result,
        voided: result.voided,
      },
      {
        what: '  out of order',
        app: String(found.bad),
        goal: '0',
        met: found.bad === 0,
        measured: found,
        voided: false,
      },
    ];
  } finally {
    await floor.stop();
    await floorDatabase.drop();
  }
};
