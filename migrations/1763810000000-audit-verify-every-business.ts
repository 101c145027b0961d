import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

const replace = async (runner: QueryRunner, body: string): Promise<void> => {
  await runner.query('DROP FUNCTION audit_tenants(uuid, boolean, int)');
  await runner.query(`
    CREATE FUNCTION audit_tenants(after uuid, unsigned boolean, batch int) RETURNS TABLE (tenant_id uuid)
    LANGUAGE sql STABLE AS $$ ${body} $$`);
  await asSystemFunction(runner, 'audit_tenants(uuid, boolean, int)');
};

const GREW = `(NOT unsigned OR c.seq > coalesce(
  (SELECT h.sequence FROM audit_head h WHERE h.tenant_id = c.tenant_id ORDER BY h.number DESC LIMIT 1), 0))`;

/** Whoever deletes a trail with its end is to be found too: all businesses are verified, not only those that have an end. */
export class AuditVerifyEveryBusiness1763810000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await replace(
      runner,
      `SELECT k.tenant_id FROM (
         SELECT c.tenant_id FROM audit_chain c WHERE (after IS NULL OR c.tenant_id > after) AND c.seq > 0 AND ${GREW}
         UNION SELECT t.id FROM tenant t WHERE NOT unsigned AND (after IS NULL OR t.id > after)) k
       ORDER BY k.tenant_id LIMIT batch`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await replace(
      runner,
      `SELECT c.tenant_id FROM audit_chain c WHERE (after IS NULL OR c.tenant_id > after) AND c.seq > 0 AND ${GREW}
       ORDER BY c.tenant_id LIMIT batch`,
    );
  }
}
