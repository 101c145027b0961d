import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['kyb_list', 'kyb_list_version', 'kyb_list_entry', 'kyb_list_file', 'kyb_list_fetch'];

/**
 * The lists of sanctioned parties. They are public and of no tenant: everybody reads them, the system role alone writes them.
 * An entry is kept from the edition that brought it to the one that changed it, so that every edition can be had as it was.
 */
export class KybCreateLists1763711000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kyb_list (
        list text PRIMARY KEY,
        number int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        lease_until timestamptz,
        progress jsonb,
        attempted_at timestamptz,
        succeeded_at timestamptz,
        failures int NOT NULL DEFAULT 0,
        validators jsonb NOT NULL DEFAULT '{}',
        alarm jsonb
      )`);
    await runner.query(`
      CREATE TABLE kyb_list_version (
        list text NOT NULL REFERENCES kyb_list (list),
        number int NOT NULL,
        content_hash text NOT NULL,
        entities int NOT NULL,
        names int NOT NULL,
        fill jsonb NOT NULL,
        added int NOT NULL,
        changed int NOT NULL,
        removed int NOT NULL,
        bytes bigint NOT NULL,
        published_at timestamptz,
        fetched_at timestamptz NOT NULL,
        PRIMARY KEY (list, number)
      )`);
    await runner.query(`
      CREATE TABLE kyb_list_entry (
        list text NOT NULL REFERENCES kyb_list (list),
        entry_id text NOT NULL,
        from_number int NOT NULL,
        to_number int,
        hash text NOT NULL,
        entity jsonb NOT NULL,
        PRIMARY KEY (list, entry_id, from_number)
      )`);
    await runner.query('CREATE INDEX kyb_list_entry_new ON kyb_list_entry (list, from_number)');
    await runner.query(
      'CREATE INDEX kyb_list_entry_old ON kyb_list_entry (list, to_number) WHERE to_number IS NOT NULL',
    );
    await runner.query(`
      CREATE TABLE kyb_list_file (
        list text NOT NULL,
        number int NOT NULL,
        part text NOT NULL,
        position int NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (list, number, part, position),
        FOREIGN KEY (list, number) REFERENCES kyb_list_version (list, number)
      )`);
    await runner.query(`
      CREATE TABLE kyb_list_fetch (
        id uuid PRIMARY KEY,
        list text NOT NULL REFERENCES kyb_list (list),
        outcome text NOT NULL CHECK (outcome IN ('new_edition', 'unchanged', 'refused', 'failed')),
        code text,
        detail text,
        number int,
        bytes bigint,
        started_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX kyb_list_fetch_of ON kyb_list_fetch (list, id DESC)');
    for (const table of TABLES) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
      await runner.query(
        `CREATE POLICY system_only ON ${table} TO frontdesk_system USING (true) WITH CHECK (true)`,
      );
      await runner.query(`GRANT SELECT, INSERT, UPDATE ON ${table} TO frontdesk_system`);
      await runner.query(
        `CREATE POLICY everybody_reads ON ${table} FOR SELECT TO frontdesk_app USING (true)`,
      );
      await runner.query(`GRANT SELECT ON ${table} TO frontdesk_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await runner.query(`DROP TABLE ${table}`);
  }
}
