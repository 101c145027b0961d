import { Client } from 'pg';
import { MIGRATIONS } from '#migrations';
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from '#libs/testing';

const APPLIED = 'SELECT count(*)::int AS n FROM schema_migration';

describe('the database of a suite', () => {
  const databases: TestDatabase[] = [];
  const create = async (options?: TestDatabaseOptions) => {
    const database = await createTestDatabase(options);
    databases.push(database);
    return database;
  };

  afterAll(async () => {
    for (const database of databases) await database.drop();
  });

  it('has every migration and no row of the suite before, whatever that did', async () => {
    const before = await create();
    expect(await sql(before, APPLIED)).toEqual([{ n: MIGRATIONS.length }]);
    await sql(
      before,
      `CREATE TABLE leftover (id int PRIMARY KEY, parent int REFERENCES leftover);
       CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append-only'; END $$;
       CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON leftover EXECUTE FUNCTION never();
       INSERT INTO leftover VALUES (1, 1); DELETE FROM schema_migration`,
    );

    const after = await create();
    // The same one, emptied, on PGlite; a new one, without the table, on PostgreSQL.
    await sql(after, 'CREATE TABLE IF NOT EXISTS leftover (id int)');
    expect(await sql(after, 'SELECT id FROM leftover')).toEqual([]);
    expect(await sql(after, APPLIED)).toEqual([{ n: MIGRATIONS.length }]);
  });

  it('is empty when asked to be, and migrated again for the next suite', async () => {
    const empty = await create({ empty: true });
    expect(await sql(empty, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
    expect(await sql(await create(), APPLIED)).toEqual([{ n: MIGRATIONS.length }]);
  });
});

const sql = async (database: TestDatabase, text: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};
