import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/** Signed heads of the audit trail, and its exports. Their rows are the trail's own: it does not watch them. */
export class AuditCreateHeads1763700010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_head (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        number int NOT NULL CHECK (number > 0),
        sequence bigint NOT NULL CHECK (sequence > 0),
        hash bytea NOT NULL,
        mac bytea NOT NULL,
        at timestamptz(3) NOT NULL,
        key_id text NOT NULL,
        signature text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, number)
      )`);
    await protectTable(runner, 'audit_head', { system: ['select'], audit: false });
    await runner.query('REVOKE UPDATE, DELETE ON audit_head FROM frontdesk_app');
    await runner.query(`
      CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_head
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()`);

    await runner.query(`
      CREATE POLICY system_select ON audit_chain FOR SELECT TO frontdesk_system USING (true)`);
    await runner.query('GRANT SELECT ON audit_chain TO frontdesk_system');
    // Tenants after "after" whose chain there is; "unsigned": only those that grew since their last head.
    await runner.query(`
      CREATE FUNCTION audit_tenants(after uuid, unsigned boolean, batch int) RETURNS TABLE (tenant_id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT c.tenant_id FROM audit_chain c
        WHERE (after IS NULL OR c.tenant_id > after) AND c.seq > 0 AND (NOT unsigned OR c.seq > coalesce(
          (SELECT h.sequence FROM audit_head h WHERE h.tenant_id = c.tenant_id ORDER BY h.number DESC LIMIT 1), 0))
        ORDER BY c.tenant_id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'audit_tenants(uuid, boolean, int)');

    await runner.query(`
      CREATE TABLE audit_export (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        format text NOT NULL CHECK (format IN ('jsonl', 'csv')),
        filter jsonb NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'ready', 'failed')),
        entries bigint,
        manifest json,
        error text,
        requested_by text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        finished_at timestamptz(3),
        expires_at timestamptz(3),
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'audit_export', { audit: false });
    await runner.query(`
      CREATE TABLE audit_export_chunk (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        export_id uuid NOT NULL,
        file text NOT NULL,
        number int NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, export_id, file, number),
        FOREIGN KEY (tenant_id, export_id) REFERENCES audit_export (tenant_id, id) ON DELETE CASCADE
      )`);
    // Compressed by whoever downloads; TOAST would only cost time.
    await runner.query('ALTER TABLE audit_export_chunk ALTER COLUMN content SET STORAGE EXTERNAL');
    await protectTable(runner, 'audit_export_chunk', { audit: false });
    await runner.query('CREATE INDEX audit_export_expiry ON audit_export (tenant_id, expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_export_chunk');
    await runner.query('DROP TABLE audit_export');
    await runner.query('DROP FUNCTION audit_tenants(uuid, boolean, int)');
    await runner.query('DROP POLICY system_select ON audit_chain');
    await runner.query('REVOKE SELECT ON audit_chain FROM frontdesk_system');
    await runner.query('DROP TABLE audit_head');
  }
}
