import type { MigrationInterface, QueryRunner } from 'typeorm';

const kinds = (...names: string[]): string =>
  `ALTER TABLE privacy_request ADD CONSTRAINT privacy_request_subject_kind_check CHECK (subject_kind IN (${names
    .map((name) => `'${name}'`)
    .join(', ')}))`;

/** Counterparties that are persons may be data subjects too. */
export class PrivacyAllowCounterparties1763730030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE privacy_request DROP CONSTRAINT privacy_request_subject_kind_check');
    await runner.query(kinds('customer', 'member', 'counterparty'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE privacy_request SET subject_kind = 'customer' WHERE subject_kind = 'counterparty'`,
    );
    await runner.query('ALTER TABLE privacy_request DROP CONSTRAINT privacy_request_subject_kind_check');
    await runner.query(kinds('customer', 'member'));
  }
}
