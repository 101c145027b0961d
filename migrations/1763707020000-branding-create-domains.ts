import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/**
 * Claims are rows of the tenants, any number of them for one name. Whose the name is stands in `domain_route` alone: its
 * key spans tenants, it is written when the proof was seen, and it is what a host is looked up by before a tenant is known.
 */
export class BrandingCreateDomains1763707020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE custom_domain (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL CHECK (name = lower(name) AND length(name) <= 253),
        token text NOT NULL,
        status text NOT NULL CHECK (status IN
          ('pending_dns', 'verified', 'issuing', 'active', 'renewing', 'failed', 'expired', 'revoked')),
        ownership text NOT NULL CHECK (ownership IN ('unproven', 'proven', 'grace', 'suspended')),
        pointed boolean NOT NULL DEFAULT false,
        claim_expires_at timestamptz NOT NULL,
        verified_at timestamptz,
        checked_at timestamptz,
        next_check_at timestamptz,
        grace_until timestamptz,
        certificate_not_after timestamptz,
        certificate_error text,
        created_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, name),
        CHECK ((status = 'pending_dns') = (ownership = 'unproven'))
      )`);
    await runner.query(
      `CREATE INDEX custom_domain_due ON custom_domain (next_check_at) WHERE next_check_at IS NOT NULL`,
    );
    await protectTable(runner, 'custom_domain', { system: ['select', 'update'] });

    await runner.query(`
      CREATE TABLE domain_route (
        name text PRIMARY KEY,
        owner_tenant_id uuid NOT NULL,
        domain_id uuid NOT NULL
      )`);
    await runner.query('CREATE INDEX domain_route_by_owner ON domain_route (owner_tenant_id, domain_id)');
    await protectTable(runner, 'domain_route', { tenantColumn: 'owner_tenant_id', system: ['select'] });

    await runner.query(`
      CREATE FUNCTION find_domain_route(wanted text) RETURNS TABLE (tenant_id uuid, domain_id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT owner_tenant_id, r.domain_id FROM domain_route r WHERE r.name = wanted
      $$`);
    await asSystemFunction(runner, 'find_domain_route(text)');

    // Takes what is due for a check, so that of several workers one looks; whoever dies leaves it to the next round.
    await runner.query(`
      CREATE FUNCTION claim_due_domains(at timestamptz, again_at timestamptz, most int)
      RETURNS TABLE (tenant_id uuid, domain_id uuid) LANGUAGE sql AS $$
        UPDATE custom_domain d SET next_check_at = again_at
        FROM (SELECT c.tenant_id, c.id FROM custom_domain c WHERE c.next_check_at <= at
              ORDER BY c.next_check_at LIMIT most FOR UPDATE SKIP LOCKED) due
        WHERE d.tenant_id = due.tenant_id AND d.id = due.id
        RETURNING d.tenant_id, d.id
      $$`);
    await asSystemFunction(runner, 'claim_due_domains(timestamptz, timestamptz, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION claim_due_domains(timestamptz, timestamptz, int)');
    await runner.query('DROP FUNCTION find_domain_route(text)');
    for (const table of ['domain_route', 'custom_domain']) await runner.query(`DROP TABLE ${table}`);
  }
}
