import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/**
 * Keyed hashes of addresses whose owner was erased, for as long as a provider may deliver again what they wrote before. No
 * number can be read out of it.
 */
export class ConversationsCreateErasedKey1763706020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erased_key (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        key_hash text NOT NULL,
        erased_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, key_hash)
      )`);
    await protectTable(runner, 'erased_key');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erased_key');
  }
}
