import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

const OF_NO_TENANT = ['kyb_register', 'kyb_source_outage'];

/** How the sources are: what registers answered last, which source has gone dark, and which business was told so. */
export class KybCreateSourceHealth1763730020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kyb_register (
        register text PRIMARY KEY,
        last_success_at timestamptz,
        last_failure_at timestamptz,
        last_failure_reason text,
        open_since timestamptz
      )`);
    await runner.query(`
      CREATE TABLE kyb_source_outage (
        id uuid PRIMARY KEY,
        source text NOT NULL,
        since timestamptz NOT NULL,
        last_success_at timestamptz,
        found_at timestamptz NOT NULL,
        ended_at timestamptz,
        settled_at timestamptz
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX kyb_source_outage_open ON kyb_source_outage (source) WHERE ended_at IS NULL',
    );
    for (const table of OF_NO_TENANT) {
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

    await runner.query(`
      CREATE TABLE kyb_source_notice (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        outage_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('stale', 'recovered')),
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, outage_id, kind)
      )`);
    await runner.query('CREATE INDEX kyb_source_notice_of ON kyb_source_notice (outage_id, kind)');
    await protectTable(runner, 'kyb_source_notice', { system: ['select'], audit: false });
    await runner.query(
      'CREATE POLICY system_select ON kyb_coverage FOR SELECT TO frontdesk_system USING (true)',
    );
    await runner.query('GRANT SELECT ON kyb_coverage TO frontdesk_system');

    // Who monitors somebody with the source.
    await runner.query(`
      CREATE FUNCTION kyb_source_unwarned(outage uuid, of_source text, after uuid, batch int) RETURNS TABLE (tenant_id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT b.tenant_id FROM (SELECT DISTINCT c.tenant_id FROM counterparty c
            WHERE c.archived_at IS NULL AND c.schedule <> 'off' AND (after IS NULL OR c.tenant_id > after)) b
        WHERE EXISTS (SELECT 1 FROM kyb_coverage v JOIN counterparty c ON c.tenant_id = v.tenant_id AND c.id = v.counterparty_id
            WHERE v.tenant_id = b.tenant_id AND v.source = of_source AND v.state <> 'not_applicable'
              AND c.archived_at IS NULL AND c.schedule <> 'off')
          AND NOT EXISTS (SELECT 1 FROM kyb_source_notice n WHERE n.tenant_id = b.tenant_id AND n.outage_id = outage)
        ORDER BY b.tenant_id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'kyb_source_unwarned(uuid, text, uuid, int)');
    await runner.query(`
      CREATE FUNCTION kyb_source_warned(outage uuid, after uuid, batch int) RETURNS TABLE (tenant_id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT n.tenant_id FROM kyb_source_notice n WHERE n.outage_id = outage AND n.kind = 'stale'
          AND (after IS NULL OR n.tenant_id > after)
          AND NOT EXISTS (SELECT 1 FROM kyb_source_notice r WHERE r.tenant_id = n.tenant_id AND r.outage_id = outage AND r.kind = 'recovered')
        ORDER BY n.tenant_id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'kyb_source_warned(uuid, uuid, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION kyb_source_warned(uuid, uuid, int)');
    await runner.query('DROP FUNCTION kyb_source_unwarned(uuid, text, uuid, int)');
    await runner.query('REVOKE SELECT ON kyb_coverage FROM frontdesk_system');
    await runner.query('DROP POLICY system_select ON kyb_coverage');
    for (const table of ['kyb_source_notice', ...OF_NO_TENANT]) await runner.query(`DROP TABLE ${table}`);
  }
}
