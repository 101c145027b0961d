import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/** A key names its tenant, as a refresh token does: it is looked up inside that tenant. */
export class TenancyCreateApiKey1763702010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_key (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL,
        secret_hash text NOT NULL CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
        scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
        allowed_networks text[] NOT NULL DEFAULT '{}',
        created_by uuid,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        rotated_to uuid,
        good_until timestamptz,
        last_used_at timestamptz,
        last_used_address text,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, secret_hash),
        FOREIGN KEY (tenant_id, rotated_to) REFERENCES api_key (tenant_id, id)
      )`);
    await protectTable(runner, 'api_key');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_key');
  }
}
