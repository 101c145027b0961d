import type { DataSource, MigrationInterface } from 'typeorm';
import { createDataSource } from './data-source.js';

export type MigrationClass = new () => MigrationInterface;

const TRIES = 5;

/** Runs the pending migrations, each in its own transaction, and answers the names of those it ran. */
export const migrate = async (url: string, migrations: readonly MigrationClass[]): Promise<string[]> => {
  const dataSource = createDataSource({ url, poolSize: 2, migrations: [...migrations] });
  await dataSource.initialize();
  try {
    return await runPending(dataSource);
  } finally {
    await dataSource.destroy();
  }
};

// Two processes that start at once both try: the second fails on what the first has created, and then finds it done.
const runPending = async (dataSource: DataSource): Promise<string[]> => {
  for (let attempt = 1; ; attempt += 1) {
    const before = await executed(dataSource);
    try {
      return (await dataSource.runMigrations()).map((m) => m.name);
    } catch (error) {
      const progressed = (await executed(dataSource)) > before;
      if (!progressed || attempt === TRIES) throw error;
    }
  }
};

const executed = async (dataSource: DataSource): Promise<number> => {
  const [found] = await dataSource.query<{ known: boolean }[]>(
    `SELECT to_regclass('schema_migration') IS NOT NULL AS known`,
  );
  if (!found?.known) return 0;
  const [row] = await dataSource.query<{ n: number }[]>('SELECT count(*)::int AS n FROM schema_migration');
  return row?.n ?? 0;
};
