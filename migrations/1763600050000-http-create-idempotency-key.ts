import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/** `response` is json, not jsonb: a replay keeps the order of the members. */
export class HttpCreateIdempotencyKey1763600050000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_key (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
        route text NOT NULL,
        fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
        status smallint CHECK (status BETWEEN 200 AND 299),
        response json,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, route, key)
      )`);
    await runner.query('CREATE INDEX idempotency_key_age ON idempotency_key (created_at)');
    await protectTable(runner, 'idempotency_key', { system: ['select', 'delete'] });

    await runner.query(`
      CREATE FUNCTION idempotency_prune(age interval, batch int) RETURNS int LANGUAGE sql AS $$
        WITH old AS (
          SELECT k.tenant_id, k.id FROM idempotency_key k
          WHERE k.created_at < clock_timestamp() - age ORDER BY k.created_at LIMIT batch
        ), gone AS (
          DELETE FROM idempotency_key k USING old WHERE k.tenant_id = old.tenant_id AND k.id = old.id RETURNING 1
        )
        SELECT count(*)::int FROM gone
      $$`);
    await asSystemFunction(runner, 'idempotency_prune(interval, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION idempotency_prune(interval, int)');
    await runner.query('DROP TABLE idempotency_key');
  }
}
