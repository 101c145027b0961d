import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The hash of what a fetch brought: by it the operator accepts what the guard refused, and nothing else. */
export class KybAddFetchedContent1763740010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_list_fetch ADD COLUMN content_hash text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_list_fetch DROP COLUMN content_hash');
  }
}
