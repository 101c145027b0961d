import pg from 'pg';

/** Drops the databases of test runs for which `matches(startedAt, runId)` holds. Names: `frontdesk_test_<run id>_<rest>`. */
export const dropTestDatabases = async (url, matches) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT datname FROM pg_database WHERE datname LIKE 'frontdesk\\_test\\_%'`,
    );
    for (const { datname } of rows) {
      const [, runId, startedAt] = /^frontdesk_test_(([a-z0-9]+)_\d+)_/.exec(datname) ?? [];
      if (runId && matches(parseInt(startedAt, 36), runId)) {
        await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
      }
    }
  } finally {
    await client.end();
  }
};
