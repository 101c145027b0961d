import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which version of its parser made an edition; 0: before parsers had versions, so that all of them are read once more. */
export class KybAddListParser1763740000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_list_version ADD COLUMN parser int NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE kyb_list_version ALTER COLUMN parser DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_list_version DROP COLUMN parser');
  }
}
