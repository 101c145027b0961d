import type { MigrationInterface, QueryRunner } from 'typeorm';
import { auditTable } from '#libs/persistence';

/** Headers of endpoints keep secrets as well: the audit trail says that they changed, and keeps no sealed copy. */
export class WebhooksMaskHeaders1763720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await auditTable(runner, 'webhook_endpoint', { mask: ['headers'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await auditTable(runner, 'webhook_endpoint');
  }
}
