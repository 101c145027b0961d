import { randomBytes, randomUUID } from 'node:crypto';
import { DataKeys, DataKeyStore, FieldCipher, Keyring } from '../dist/libs/encryption/index.js';
import { loadSettings } from '../dist/libs/config/index.js';
import { runInContext, SystemClock } from '../dist/libs/kernel/index.js';
import { createDataSource, migrate, SystemFunctions, UnitOfWork } from '../dist/libs/persistence/index.js';
import { MIGRATIONS } from '../dist/migrations/index.js';
import { createDatabase, withClient } from './support/engines.mjs';
import { oracle } from './support/stats.mjs';

const WORDS = 'Hi, can I book a manicure tomorrow at 15:00? I would like the same as last time, please.';
const TABLE = `CREATE TABLE bench_message (tenant_id uuid, id uuid, parts jsonb, text text, PRIMARY KEY (tenant_id, id));
  GRANT ALL ON bench_message TO frontdesk_app`;

/** Messages stored and read again a second by one connection, each in a unit of work of its own: sealed against plain. */
export const fieldEncryption = async ({ engines, quick }) => {
  const database = await createDatabase(engines.databaseUrl);
  await migrate(database.url, MIGRATIONS);
  await withClient(database.url, (client) => client.query(TABLE));
  const dataSource = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
  const settings = loadSettings({ SECRET_KEY: randomBytes(32).toString('base64') });
  const uow = new UnitOfWork(dataSource);
  const silent = { onRing: () => undefined, ring: () => undefined };
  const store = new DataKeyStore(uow, new SystemFunctions(dataSource));
  const keys = new DataKeys(store, Keyring.of(settings), uow, new SystemClock(), silent, settings);
  const cipher = new FieldCipher(keys);
  const context = { tenantId: randomUUID(), traceId: 'bench', actor: { kind: 'system', id: 'bench' } };
  const subjects = Array.from({ length: 100 }, () => randomUUID());

  const run = (sealed, count) =>
    runInContext(context, async () => {
      const startedAt = performance.now();
      for (let n = 0; n < count; n += 1) {
        const [id, subject] = [randomUUID(), subjects[n % subjects.length]];
        const place = { table: 'bench_message', rowId: id };
        const parts = [{ kind: 'text', text: WORDS }];
        const stored = await uow.run(async () => {
          await uow.write('INSERT INTO bench_message VALUES ($1, $2, $3, $4)', [
            context.tenantId,
            id,
            sealed
              ? await cipher.sealJson(parts, { ...place, column: 'parts' }, subject)
              : JSON.stringify(parts),
            sealed ? await cipher.seal(WORDS, { ...place, column: 'text' }, subject) : WORDS,
          ]);
          const rows = await uow.query('SELECT id, parts, text FROM bench_message WHERE id = $1', [id]);
          const fields = { text: { column: 'text' }, parts: { column: 'parts', json: true } };
          return sealed ? (await cipher.openRows('bench_message', rows, fields))[0] : rows[0];
        });
        oracle(stored.text === WORDS && stored.parts[0].text === WORDS, 'a message came back changed');
      }
      return count / ((performance.now() - startedAt) / 1000);
    });

  try {
    const count = quick ? 500 : 5_000;
    // Every key is made and every plan cached before anything is measured.
    await run(true, 200);
    await run(false, 200);
    const before = await run(false, count);
    const app = await run(true, count);
    const after = await run(false, count);
    const floor = (before + after) / 2;
    return [
      {
        what: 'Message stored and read, sealed against plain',
        app: `${app.toFixed(0)}/s`,
        floor: `${floor.toFixed(0)}/s`,
        ratio: app / floor,
        voided: Math.abs(before - after) / floor > 0.1,
      },
    ];
  } finally {
    await dataSource.destroy();
    await database.drop();
  }
};
