import { MIGRATIONS } from '#migrations';
import { migrate } from '#libs/persistence';
import { Client } from 'pg';
import { testEngines } from './engines.js';
import { CLEAR_DATABASE, KEEP_BASELINE, HAS_BASELINE, RESTORE_BASELINE } from './pglite-baseline.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Without migrations: for the tests of the migrations themselves. */
  readonly empty?: boolean;
}

/**
 * A database as the migrations leave it, for one suite: on PostgreSQL a copy of a template, on PGlite, which has only
 * one database, that one put back to how the migrations left it. Connections of an earlier suite must be closed.
 */
export const createTestDatabase = (options: TestDatabaseOptions = {}): Promise<TestDatabase> =>
  testEngines().kind === 'real' ? copyTemplate(options) : resetPglite(options);

let created = 0;

const copyTemplate = async ({ empty = false }: TestDatabaseOptions): Promise<TestDatabase> => {
  const { databaseUrl, runId, worker } = testEngines();
  created += 1;
  // A module of its own in each spec: the counter starts again, so the name needs a part that does not.
  const name = `frontdesk_test_${runId}_${worker}_${created}_${process.hrtime.bigint().toString(36)}`;
  await connected(databaseUrl, async (admin) => {
    const template = empty ? 'template0' : await migratedTemplate(admin);
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      connected(databaseUrl, async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      }),
  };
};

/** Made by the first worker that needs it; the others wait. Advisory locks are fit here: PGlite never comes this way. */
const migratedTemplate = async (admin: Client): Promise<string> => {
  const template = `frontdesk_test_${testEngines().runId}_template`;
  const draft = `${template}_draft`;
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      await admin.query(`DROP DATABASE IF EXISTS "${draft}" WITH (FORCE)`);
      await admin.query(`CREATE DATABASE "${draft}" TEMPLATE template0`);
      await migrate(urlOf(draft), MIGRATIONS);
      await admin.query(`ALTER DATABASE "${draft}" RENAME TO "${template}"`);
    }
  } finally {
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  }
  return template;
};

const resetPglite = async ({ empty = false }: TestDatabaseOptions): Promise<TestDatabase> => {
  const { databaseUrl } = testEngines();
  await connected(databaseUrl, async (client) => {
    const { rows } = await client.query<{ kept: boolean }>(HAS_BASELINE);
    if (rows[0]?.kept && !empty) await client.query(RESTORE_BASELINE);
    else await client.query(CLEAR_DATABASE);
    if (rows[0]?.kept || empty) return;
    await migrate(databaseUrl, MIGRATIONS);
    await client.query(KEEP_BASELINE);
  });
  return { url: databaseUrl, drop: async () => undefined };
};

const urlOf = (database: string): string => {
  const url = new URL(testEngines().databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
};

const connected = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
