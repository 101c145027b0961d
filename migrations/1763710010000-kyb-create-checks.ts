import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/** Checks with their evidence, what they changed, and who was screened against what. */
export class KybCreateChecks1763710010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kyb_run (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('delta', 'full', 'ad_hoc')),
        list text,
        from_number int,
        to_number int,
        list_versions jsonb NOT NULL,
        matcher_version text NOT NULL,
        counterparties int NOT NULL DEFAULT 0,
        affected int NOT NULL DEFAULT 0,
        hits_added int NOT NULL DEFAULT 0,
        hits_changed int NOT NULL DEFAULT 0,
        hits_removed int NOT NULL DEFAULT 0,
        cursor uuid,
        lease_until timestamptz,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_run_open ON kyb_run (tenant_id) WHERE finished_at IS NULL');
    await protectTable(runner, 'kyb_run', { system: ['select'] });

    await runner.query(`
      CREATE TABLE kyb_check (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        source text NOT NULL CHECK (source IN ('screening', 'vies', 'gleif', 'insolvency')),
        state text NOT NULL,
        reason text,
        trigger text NOT NULL
          CHECK (trigger IN ('manual', 'created', 'changed', 'schedule', 'retry', 'list_change', 'full_pass')),
        run_id uuid,
        list_versions jsonb NOT NULL,
        matcher_version text,
        settings jsonb NOT NULL,
        reference text,
        question text NOT NULL,
        facts text,
        evidence_hash text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id)
      )`);
    await runner.query(
      'CREATE INDEX kyb_check_of_run ON kyb_check (tenant_id, run_id) WHERE run_id IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX kyb_check_of ON kyb_check (tenant_id, counterparty_id, source, id DESC)',
    );
    await protectTable(runner, 'kyb_check');

    await runner.query(`
      CREATE TABLE kyb_exchange (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        check_id uuid NOT NULL,
        position int NOT NULL,
        content text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, check_id, position),
        FOREIGN KEY (tenant_id, check_id) REFERENCES kyb_check (tenant_id, id)
      )`);
    await protectTable(runner, 'kyb_exchange', { audit: false });

    await runner.query(`
      CREATE TABLE kyb_hit (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        check_id uuid NOT NULL,
        position int NOT NULL,
        list text NOT NULL,
        entry_id text NOT NULL,
        entry_hash text NOT NULL,
        score int NOT NULL,
        band text NOT NULL,
        explanation text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, check_id, list, entry_id),
        FOREIGN KEY (tenant_id, check_id) REFERENCES kyb_check (tenant_id, id)
      )`);
    await protectTable(runner, 'kyb_hit', { audit: false });

    await runner.query(`
      CREATE TABLE kyb_match (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        list text NOT NULL,
        entry_id text NOT NULL,
        entry_hash text NOT NULL,
        score int NOT NULL,
        band text NOT NULL,
        check_id uuid NOT NULL,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        removed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, counterparty_id, list, entry_id),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_match_by_entry ON kyb_match (tenant_id, list, entry_id)');
    await protectTable(runner, 'kyb_match', { audit: false });

    await runner.query(`
      CREATE TABLE kyb_snapshot (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        source text NOT NULL,
        check_id uuid NOT NULL,
        facts text NOT NULL,
        taken_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, check_id) REFERENCES kyb_check (tenant_id, id)
      )`);
    await runner.query(
      'CREATE INDEX kyb_snapshot_of ON kyb_snapshot (tenant_id, counterparty_id, source, id DESC)',
    );
    await protectTable(runner, 'kyb_snapshot', { audit: false });

    await runner.query(`
      CREATE TABLE kyb_change (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        check_id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        source text NOT NULL,
        kind text NOT NULL,
        field text NOT NULL,
        content text NOT NULL,
        entry_hash text,
        score int,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, check_id) REFERENCES kyb_check (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_change_of_check ON kyb_change (tenant_id, check_id)');
    await runner.query('CREATE INDEX kyb_change_of ON kyb_change (tenant_id, counterparty_id, id DESC)');
    await protectTable(runner, 'kyb_change', { audit: false });

    // One row for each counterparty and list or register: what it was last checked against, or why not.
    await runner.query(`
      CREATE TABLE kyb_coverage (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        source text NOT NULL,
        state text NOT NULL,
        reason text,
        list_number int,
        check_id uuid,
        run_id uuid,
        checked_at timestamptz,
        attempted_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, counterparty_id, source),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id)
      )`);
    await runner.query(
      'CREATE INDEX kyb_coverage_by_source ON kyb_coverage (tenant_id, source, list_number)',
    );
    await protectTable(runner, 'kyb_coverage', { audit: false });

    // Up to which edition of a list all counterparties of a business were screened, and by which matcher.
    await runner.query(`
      CREATE TABLE kyb_screened (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        list text NOT NULL,
        number int NOT NULL,
        matcher_version text NOT NULL,
        screened_at timestamptz NOT NULL,
        full_pass_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, list)
      )`);
    await protectTable(runner, 'kyb_screened', { system: ['select'], audit: false });

    await runner.query(`
      CREATE TABLE kyb_settings (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        requester_vat_number text,
        full_pass_days int NOT NULL DEFAULT 7 CHECK (full_pass_days BETWEEN 1 AND 90),
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'kyb_settings');

    await runner.query(`
      CREATE FUNCTION kyb_businesses(after uuid, batch int) RETURNS TABLE (tenant_id uuid) LANGUAGE sql STABLE AS $$
        SELECT DISTINCT c.tenant_id FROM counterparty c
        WHERE c.archived_at IS NULL AND (after IS NULL OR c.tenant_id > after) ORDER BY c.tenant_id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'kyb_businesses(uuid, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION kyb_businesses(uuid, int)');
    for (const table of [
      'kyb_settings',
      'kyb_screened',
      'kyb_coverage',
      'kyb_change',
      'kyb_snapshot',
      'kyb_match',
      'kyb_hit',
      'kyb_exchange',
      'kyb_check',
      'kyb_run',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
