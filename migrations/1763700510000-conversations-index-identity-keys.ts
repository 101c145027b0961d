import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `identity_key.value` is sealed from now on: what is looked up, and unique, is its blind index. Keys of before have none until
 * `cli seal-data` has been there; for them the old index stays.
 */
export class ConversationsIndexIdentityKeys1763700510000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE identity_key ADD COLUMN value_index text');
    await runner.query(
      `CREATE UNIQUE INDEX identity_key_live_index ON identity_key (tenant_id, channel_id, kind, value_index) WHERE retired_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX identity_key_live_index');
    await runner.query('ALTER TABLE identity_key DROP COLUMN value_index');
  }
}
