import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/**
 * Data-subject requests with their steps, exports and receipts; legal holds. Who is meant stands sealed in `subject_sealed`,
 * and as keyed hashes in `subject_keys`.
 */
export class PrivacyCreateTables1763706000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One row a tenant. Whoever deletes holds it FOR SHARE, whoever places a hold FOR UPDATE: a hold that is answered holds.
    await runner.query(`
      CREATE TABLE privacy_settings (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        retention jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(retention) = 'object'),
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'privacy_settings');

    await runner.query(`
      CREATE TABLE privacy_request (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('export', 'erasure')),
        state text NOT NULL CHECK (state IN
          ('pending', 'running', 'completed', 'partially_completed', 'refused_by_hold', 'cancelled')),
        subject_kind text NOT NULL CHECK (subject_kind IN ('customer', 'member')),
        subject_name text NOT NULL,
        subject_keys text[] NOT NULL,
        subject_sealed text,
        reason text NOT NULL,
        requested_by uuid,
        due_by timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        export_sha256 text,
        export_bytes bigint,
        export_expires_at timestamptz,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'privacy_request', { audit: { mask: ['subject_sealed', 'reason'] } });

    await runner.query(`
      CREATE TABLE privacy_request_step (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        request_id uuid NOT NULL,
        store text NOT NULL,
        position int NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'done', 'held')),
        what text,
        records int NOT NULL DEFAULT 0,
        types jsonb NOT NULL DEFAULT '{}',
        reason text,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, request_id, store),
        FOREIGN KEY (tenant_id, request_id) REFERENCES privacy_request (tenant_id, id)
      )`);
    await protectTable(runner, 'privacy_request_step');

    await runner.query(`
      CREATE TABLE privacy_export_chunk (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        request_id uuid NOT NULL,
        part text NOT NULL CHECK (part IN ('document', 'summary')),
        position int NOT NULL,
        seq int NOT NULL,
        sealed text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, request_id, part, position, seq),
        FOREIGN KEY (tenant_id, request_id) REFERENCES privacy_request (tenant_id, id)
      )`);
    await protectTable(runner, 'privacy_export_chunk', { audit: { mask: ['sealed'] } });

    // json, not jsonb: a receipt is answered as it was signed.
    await runner.query(`
      CREATE TABLE privacy_receipt (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        request_id uuid NOT NULL,
        document json NOT NULL,
        issued_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, request_id) REFERENCES privacy_request (tenant_id, id)
      )`);
    await runner.query(
      `CREATE INDEX privacy_receipt_by_request ON privacy_receipt (tenant_id, request_id, id)`,
    );
    await protectTable(runner, 'privacy_receipt');

    await runner.query(`
      CREATE TABLE legal_hold (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        subject_name text NOT NULL,
        subject_keys text[] NOT NULL,
        subject_sealed text,
        data_classes text[],
        reason text NOT NULL,
        authority text NOT NULL,
        until timestamptz,
        placed_at timestamptz NOT NULL,
        placed_by uuid,
        lifted_at timestamptz,
        lifted_by uuid,
        lift_reason text,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(
      `CREATE INDEX legal_hold_active ON legal_hold (tenant_id, until) WHERE lifted_at IS NULL`,
    );
    await protectTable(runner, 'legal_hold', {
      audit: { mask: ['subject_sealed', 'reason', 'lift_reason'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'legal_hold',
      'privacy_receipt',
      'privacy_export_chunk',
      'privacy_request_step',
      'privacy_request',
      'privacy_settings',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
