import { newOwner, startApp } from './support/app.mjs';
import { Child, cpuMeter } from './support/child.mjs';
import { createDatabase, withClient } from './support/engines.mjs';
import { closedLoop, openLoop } from './support/load.mjs';
import { floorAppFloor, oracle, summary } from './support/stats.mjs';
import { freshWebhooks, PHONE_NUMBER_ID } from './support/webhooks.mjs';

const CONNECTIONS = 50;

/** Each acknowledged webhook is a row, and none is two. */
const check = (url, table, expected) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS n, count(DISTINCT external_id)::int AS u FROM ${table}`,
    );
    oracle(
      rows[0].n === expected && rows[0].u === expected,
      `${expected} acknowledged, ${JSON.stringify(rows[0])} in ${table}`,
    );
  });

export const webhookAck = async ({ engines, quick }) => {
  const database = await createDatabase(engines.databaseUrl);
  const app = await startApp({ database, engines, env: { ROLE: 'api' } });
  const floor = await Child.start('floors/webhook-ack.mjs', { DATABASE_URL: database.url });
  const acknowledged = { floor_inbox: 0, inbound_event: 0 };
  const count = (table, statuses) => {
    for (const [status, times] of statuses) oracle(status === 200, `${times} answers of ${status}`);
    acknowledged[table] += [...statuses.values()].reduce((sum, times) => sum + times, 0);
  };
  try {
    await app.ask('createTenant', { owner: newOwner(), phoneNumberId: PHONE_NUMBER_ID });
    const peak = async (target, table, total) => {
      const requests = freshWebhooks(total);
      const cpu = await cpuMeter(target);
      const result = await closedLoop({ port: target.about.port, connections: CONNECTIONS, requests });
      const cpuMicros = (await cpu()) / total;
      count(table, result.statuses);
      return { perSecond: result.perSecond, cpuMicros, ...summary(result.latencies) };
    };
    const total = quick ? 4_000 : 30_000;
    await peak(app, 'inbound_event', total / 4);
    await peak(floor, 'floor_inbox', total / 4);
    const throughput = await floorAppFloor({
      quick,
      key: 'perSecond',
      floor: () => peak(floor, 'floor_inbox', total),
      app: () => peak(app, 'inbound_event', total),
    });
    const rate = throughput.app.perSecond / 2;
    const paced = async (target, table) => {
      const requests = freshWebhooks(Math.round(rate * (quick ? 2 : 8)));
      const result = await openLoop({ port: target.about.port, rate, requests });
      count(table, result.statuses);
      return summary(result.latencies);
    };
    const latency = await floorAppFloor({
      quick,
      key: 'p50',
      floor: () => paced(floor, 'floor_inbox'),
      app: () => paced(app, 'inbound_event'),
    });
    for (const [table, expected] of Object.entries(acknowledged)) await check(database.url, table, expected);
    const floorP99 = (latency.floors[0].p99 + latency.floors[1].p99) / 2;
    const [ratio, slower] = [throughput.app.perSecond / throughput.floor, latency.app.p99 / floorP99];
    return [
      {
        what: `Durable webhook ack, ${CONNECTIONS} connections`,
        app: `${Math.round(throughput.app.perSecond)}/s`,
        floor: `${Math.round(throughput.floor)}/s`,
        ratio,
        goal: '>= 0.5',
        met: ratio >= 0.5,
        measured: throughput,
        voided: throughput.voided,
      },
      {
        what: `  p99 at ${Math.round(rate)}/s (half its peak), open loop`,
        app: `${latency.app.p99.toFixed(1)} ms`,
        floor: `${floorP99.toFixed(1)} ms`,
        ratio: slower,
        goal: '<= 3',
        met: slower <= 3,
        measured: latency,
        voided: latency.voided,
      },
    ];
  } finally {
    await Promise.all([app.stop(), floor.stop()]);
    await database.drop();
  }
};
