import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createDatabase, withClient } from './support/engines.mjs';
import { floorAppFloor, oracle } from './support/stats.mjs';

const TENANTS = 50;
const ROWS = 400;
const CLIENTS = 8;
const PAGE = 20;
const GOAL = 1.2;

const LIST = `SELECT id, tenant_id, name, duration_minutes, price_amount, price_currency, version FROM service`;
const PAGED = `ORDER BY id DESC LIMIT ${PAGE}`;

const fill = async (url, tenants) => {
  await withClient(url, async (client) => {
    await client.query(
      `INSERT INTO service (tenant_id, id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price_amount,
         price_currency, active, created_at, version)
       SELECT t.id, gen_random_uuid(), 'Service ' || n, 30, 0, 0, 1000, 'EUR', true, now(), 1
       FROM unnest($1::uuid[]) AS t(id), generate_series(1, $2) AS n`,
      [tenants, ROWS],
    );
    await client.query('ANALYZE');
  });
};

/** Runs `ask(tenant)` by `CLIENTS` at once for `times` times; every answer is a full page of that tenant's own rows. */
const rate = async (tenants, times, ask) => {
  let next = 0;
  const client = async () => {
    while (next < times) {
      const tenant = tenants[next++ % TENANTS];
      const rows = await ask(tenant);
      oracle(rows.length === PAGE && rows.every((row) => row.tenant_id === tenant), 'rows of another tenant');
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { perSecond: (times * 1000) / (performance.now() - startedAt) };
};

/**
 * What tenant isolation costs a read: a unit of work (begin, role and tenant in one send; row security; commit) against the same
 * query with an explicit tenant condition, in a transaction of its own, as a unit of work without isolation would be, and bare.
 */
export const isolation = async ({ engines, quick }) => {
  const { createDataSource, migrate, UnitOfWork } = await import('../dist/libs/persistence/index.js');
  const { runInContext } = await import('../dist/libs/kernel/index.js');
  const { MIGRATIONS } = await import('../dist/migrations/index.js');
  const database = await createDatabase(engines.databaseUrl);
  await migrate(database.url, MIGRATIONS);
  const tenants = Array.from({ length: TENANTS }, () => randomUUID());
  await fill(database.url, tenants);

  const source = createDataSource({ url: database.url, poolSize: CLIENTS });
  await source.initialize();
  const uow = new UnitOfWork(source);
  const pool = new pg.Pool({ connectionString: database.url, max: CLIENTS, pipeline: true });
  // The database goes while its connections are still closing.
  pool.on('error', () => undefined);
  const actor = { kind: 'system', id: 'bench' };
  const isolated = (tenantId) =>
    runInContext({ tenantId, actor, traceId: 'bench' }, () => uow.run(() => uow.query(`${LIST} ${PAGED}`)));
  const bare = async (tenantId) =>
    (await pool.query(`${LIST} WHERE tenant_id = $1 ${PAGED}`, [tenantId])).rows;
  const transacted = async (tenantId) => {
    const client = await pool.connect();
    try {
      const begun = client.query('START TRANSACTION');
      const { rows } = await client.query(`${LIST} WHERE tenant_id = $1 ${PAGED}`, [tenantId]);
      await begun;
      await client.query('COMMIT');
      return rows;
    } finally {
      client.release();
    }
  };
  try {
    const times = quick ? 4_000 : 40_000;
    for (const ask of [isolated, bare, transacted]) await rate(tenants, 2_000, ask);
    const against = (floor) =>
      floorAppFloor({
        quick,
        key: 'perSecond',
        floor: () => rate(tenants, times, floor),
        app: () => rate(tenants, times, isolated),
      });
    const row = (what, { app, floor, voided }, goal) => ({
      what,
      app: `${Math.round(app.perSecond)}/s`,
      floor: `${Math.round(floor)}/s`,
      ratio: floor / app.perSecond,
      voided,
      ...(goal ? { goal: `<= ${goal}`, met: floor / app.perSecond <= goal } : {}),
    });
    return [
      row(
        'Isolated read, cost (floor / app); floor: explicit WHERE in a transaction',
        await against(transacted),
        GOAL,
      ),
      row('the same; floor: explicit WHERE, a bare statement', await against(bare)),
    ];
  } finally {
    await Promise.all([source.destroy(), pool.end()]);
    await database.drop();
  }
};
