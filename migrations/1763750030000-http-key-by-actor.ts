import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An Idempotency-Key is its user's own: what one person was answered is replayed to nobody else. */
export class HttpKeyByActor1763750030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_key ADD COLUMN actor text NOT NULL DEFAULT ''`);
    await runner.query('ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_tenant_id_route_key_key');
    await runner.query(
      'ALTER TABLE idempotency_key ADD CONSTRAINT idempotency_key_of_actor UNIQUE (tenant_id, route, actor, key)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_key DROP CONSTRAINT idempotency_key_of_actor');
    await runner.query('DELETE FROM idempotency_key');
    await runner.query('ALTER TABLE idempotency_key DROP COLUMN actor');
    await runner.query(
      'ALTER TABLE idempotency_key ADD CONSTRAINT idempotency_key_tenant_id_route_key_key UNIQUE (tenant_id, route, key)',
    );
  }
}
