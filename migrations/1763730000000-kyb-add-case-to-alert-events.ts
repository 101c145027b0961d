import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['kyb_alert_event', 'kyb_alert', 'kyb_case'];

/**
 * What happened to an alert belongs to the case it happened in: the alert itself goes on in later cases. A counterparty has one open
 * case at a time, so that events of before are of the last case that had been opened by then.
 */
export class KybAddCaseToAlertEvents1763730000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_alert_event ADD COLUMN case_id uuid');
    // The owner of the tables is bound by their policies as long as these are forced, and has no tenant here.
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
    await runner.query(`
      UPDATE kyb_alert_event e SET case_id = coalesce(
        (SELECT c.id FROM kyb_case c JOIN kyb_alert a ON a.tenant_id = c.tenant_id AND a.counterparty_id = c.counterparty_id
         WHERE a.tenant_id = e.tenant_id AND a.id = e.alert_id AND c.opened_at <= e.at ORDER BY c.opened_at DESC, c.id DESC LIMIT 1),
        (SELECT a.case_id FROM kyb_alert a WHERE a.tenant_id = e.tenant_id AND a.id = e.alert_id))`);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
    await runner.query('ALTER TABLE kyb_alert_event ALTER COLUMN case_id SET NOT NULL');
    await runner.query(
      'ALTER TABLE kyb_alert_event ADD CONSTRAINT kyb_alert_event_case FOREIGN KEY (tenant_id, case_id) REFERENCES kyb_case (tenant_id, id)',
    );
    await runner.query('CREATE INDEX kyb_alert_event_of_case ON kyb_alert_event (tenant_id, case_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE kyb_alert_event DROP COLUMN case_id');
  }
}
