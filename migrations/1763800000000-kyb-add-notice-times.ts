import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

const DUE = 'counterparties_due(timestamptz, int)';

/** Notices of insolvency are looked for by themselves: the page of the courts is slow, and nothing else may wait for it. */
export class KybAddNoticeTimes1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE counterparty ADD COLUMN next_notice_at timestamptz');
    await runner.query(`UPDATE counterparty SET next_notice_at = next_due_at
      WHERE kind = 'organisation' AND country = 'DE' AND schedule <> 'off' AND archived_at IS NULL`);
    await runner.query(
      'CREATE INDEX counterparty_notice_due ON counterparty (next_notice_at) WHERE next_notice_at IS NOT NULL AND archived_at IS NULL',
    );
    // In turn, business by business: nobody waits until the ten thousand of another are through.
    await runner.query(`
      CREATE OR REPLACE FUNCTION counterparties_due(at timestamptz, batch int) RETURNS TABLE (tenant_id uuid, id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id, c.id FROM counterparty c
        WHERE c.next_due_at <= at AND c.archived_at IS NULL AND (c.claimed_until IS NULL OR c.claimed_until <= at)
        ORDER BY row_number() OVER (PARTITION BY c.tenant_id ORDER BY c.next_due_at), c.next_due_at LIMIT batch
      $$`);
    await asSystemFunction(runner, DUE);
    await runner.query(`
      CREATE FUNCTION counterparties_due_notices(at timestamptz, batch int) RETURNS TABLE (tenant_id uuid, id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id, c.id FROM counterparty c WHERE c.next_notice_at <= at AND c.archived_at IS NULL
        ORDER BY row_number() OVER (PARTITION BY c.tenant_id ORDER BY c.next_notice_at), c.next_notice_at LIMIT batch
      $$`);
    await asSystemFunction(runner, 'counterparties_due_notices(timestamptz, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION counterparties_due_notices(timestamptz, int)');
    await runner.query(`
      CREATE OR REPLACE FUNCTION counterparties_due(at timestamptz, batch int) RETURNS TABLE (tenant_id uuid, id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id, c.id FROM counterparty c
        WHERE c.next_due_at <= at AND c.archived_at IS NULL AND (c.claimed_until IS NULL OR c.claimed_until <= at)
        ORDER BY c.next_due_at LIMIT batch
      $$`);
    await asSystemFunction(runner, DUE);
    await runner.query('DROP INDEX counterparty_notice_due');
    await runner.query('ALTER TABLE counterparty DROP COLUMN next_notice_at');
  }
}
