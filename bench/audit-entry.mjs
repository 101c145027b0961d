import { randomUUID } from 'node:crypto';
import { createDatabase, withClient } from './support/engines.mjs';
import { floorAppFloor, oracle } from './support/stats.mjs';

const CLIENTS = 8;
const TENANTS = 16;

/** What the audit entry costs a change: the same UPDATE of one row by a person, chained before its commit, and by the system, untold. */
export const auditEntry = async ({ engines, quick }) => {
  const { loadSettings } = await import('../dist/libs/config/index.js');
  const { createApp, migrateDatabase } = await import('../dist/src/bootstrap.js');
  const { runInContext } = await import('../dist/libs/kernel/index.js');
  const { UnitOfWork } = await import('../dist/libs/persistence/index.js');
  const database = await createDatabase(engines.databaseUrl);
  const key = (byte) => Buffer.alloc(32, byte).toString('base64');
  const settings = loadSettings({
    ROLE: 'api',
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    LOG_DESTINATION: 'stdout',
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: String(CLIENTS),
    REDIS_URL: engines.redisUrl,
    REDIS_PREFIX: new URL(database.url).pathname.slice(1),
    JWT_SECRET: 'bench-jwt-secret-0123456789abcdef0123456789abcdef',
    SECRET_KEY: key(7),
    AUDIT_KEY: key(8),
    SIGNING_KEY: key(9),
    DEMO_SEED: 'false',
  });
  await migrateDatabase(settings);
  const app = await createApp(settings, { embedded: false });
  await app.init();
  const uow = app.get(UnitOfWork);
  const rows = Array.from({ length: TENANTS }, () => ({ tenantId: randomUUID(), id: randomUUID() }));
  await withClient(database.url, (client) =>
    client.query(
      `INSERT INTO service (tenant_id, id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price_amount,
         price_currency, active, created_at, version)
       SELECT r."tenantId", r.id, 'Cut', 30, 0, 0, 1000, 'EUR', true, now(), 1
       FROM jsonb_to_recordset($1::jsonb) AS r("tenantId" uuid, id uuid)`,
      [JSON.stringify(rows)],
    ),
  );
  const person = { kind: 'user', id: randomUUID(), permissions: new Set() };
  const system = { kind: 'system', id: 'bench' };
  const request = { requestId: 'bench', operation: 'updateService', address: '127.0.0.1', userAgent: null };
  const rate = async (actor, times) => {
    let next = 0;
    const client = async () => {
      while (next < times) {
        const { tenantId, id } = rows[next++ % TENANTS];
        await runInContext({ tenantId, actor, traceId: 'bench', request }, () =>
          uow.run(() =>
            uow.execute('UPDATE service SET version = version + 1 WHERE tenant_id = $1 AND id = $2', [
              tenantId,
              id,
            ]),
          ),
        );
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return { perSecond: (times * 1000) / (performance.now() - startedAt) };
  };
  const entries = () =>
    withClient(database.url, async (client) => {
      const { rows: counted } = await client.query('SELECT count(*)::int AS count FROM audit_entry');
      return counted[0].count;
    });
  try {
    const times = quick ? 1_000 : 10_000;
    for (const actor of [system, person]) await rate(actor, 300);
    let audited = 0;
    const before = await entries();
    const result = await floorAppFloor({
      quick,
      key: 'perSecond',
      floor: () => rate(system, times),
      app: () => {
        audited += times;
        return rate(person, times);
      },
    });
    const made = (await entries()) - before;
    oracle(made === audited, `${made} entries of ${audited} changes`);
    return [
      {
        what: 'Change of one row with its audit entry (floor: the same without)',
        app: `${Math.round(result.app.perSecond)}/s`,
        floor: `${Math.round(result.floor)}/s`,
        ratio: result.app.perSecond / result.floor,
        voided: result.voided,
      },
    ];
  } finally {
    await app.close();
    await database.drop();
  }
};
