import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/** Counterparties, how they are related, and what came of imports. */
export class KybCreateCounterparties1763710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE counterparty (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('person', 'organisation')),
        roles text[] NOT NULL,
        reference text,
        details text NOT NULL,
        words text[] NOT NULL,
        country text,
        vat_number text,
        lei text,
        register_number text,
        register_authority text,
        contact_id uuid,
        schedule text NOT NULL CHECK (schedule IN ('off', 'daily', 'weekly', 'custom')),
        every_days int CHECK (every_days BETWEEN 1 AND 366),
        next_due_at timestamptz,
        claimed_until timestamptz,
        archived_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, reference),
        CHECK ((schedule = 'custom') = (every_days IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX counterparty_words ON counterparty USING gin (words)');
    await runner.query(
      'CREATE INDEX counterparty_vat ON counterparty (tenant_id, vat_number) WHERE vat_number IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX counterparty_lei ON counterparty (tenant_id, lei) WHERE lei IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX counterparty_due ON counterparty (next_due_at) WHERE next_due_at IS NOT NULL AND archived_at IS NULL',
    );
    await protectTable(runner, 'counterparty', { system: ['select'] });

    await runner.query(`
      CREATE TABLE counterparty_relation (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        from_id uuid NOT NULL,
        to_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('owner_of', 'director_of')),
        share_basis_points int CHECK (share_basis_points BETWEEN 1 AND 10000),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, from_id, to_id, kind),
        FOREIGN KEY (tenant_id, from_id) REFERENCES counterparty (tenant_id, id),
        FOREIGN KEY (tenant_id, to_id) REFERENCES counterparty (tenant_id, id),
        CHECK (from_id <> to_id),
        CHECK (kind = 'owner_of' OR share_basis_points IS NULL)
      )`);
    await runner.query('CREATE INDEX counterparty_relation_to ON counterparty_relation (tenant_id, to_id)');
    await protectTable(runner, 'counterparty_relation');

    await runner.query(`
      CREATE TABLE counterparty_import (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        file_name text NOT NULL,
        sha256 text NOT NULL,
        rows int NOT NULL,
        created int NOT NULL,
        updated int NOT NULL,
        unchanged int NOT NULL,
        refused int NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'counterparty_import');

    await runner.query(`
      CREATE TABLE counterparty_import_row (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        import_id uuid NOT NULL,
        line int NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')),
        counterparty_id uuid,
        errors jsonb NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, import_id, line),
        FOREIGN KEY (tenant_id, import_id) REFERENCES counterparty_import (tenant_id, id)
      )`);
    await protectTable(runner, 'counterparty_import_row', { audit: false });

    await runner.query(`
      CREATE FUNCTION counterparties_due(at timestamptz, batch int) RETURNS TABLE (tenant_id uuid, id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id, c.id FROM counterparty c
        WHERE c.next_due_at <= at AND c.archived_at IS NULL AND (c.claimed_until IS NULL OR c.claimed_until <= at)
        ORDER BY c.next_due_at LIMIT batch
      $$`);
    await asSystemFunction(runner, 'counterparties_due(timestamptz, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION counterparties_due(timestamptz, int)');
    for (const table of [
      'counterparty_import_row',
      'counterparty_import',
      'counterparty_relation',
      'counterparty',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
