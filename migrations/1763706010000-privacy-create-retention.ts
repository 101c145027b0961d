import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/** What the daily retention job did, and which businesses it is due for. */
export class PrivacyCreateRetention1763706010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retention_run (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        day date NOT NULL,
        lease_until timestamptz NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        duration_ms int,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, day)
      )`);
    await protectTable(runner, 'retention_run', { system: ['select'] });

    await runner.query(`
      CREATE TABLE retention_run_class (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        run_id uuid NOT NULL,
        data_class text NOT NULL,
        store text NOT NULL,
        days int NOT NULL,
        records int NOT NULL DEFAULT 0,
        oldest_kept timestamptz,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, run_id, data_class, store),
        FOREIGN KEY (tenant_id, run_id) REFERENCES retention_run (tenant_id, id)
      )`);
    await protectTable(runner, 'retention_run_class');

    await runner.query(`
      CREATE FUNCTION retention_due(at timestamptz, batch int) RETURNS TABLE (tenant_id uuid) LANGUAGE sql STABLE AS $$
        SELECT t.id FROM tenant t
        WHERE NOT EXISTS (SELECT 1 FROM retention_run r
          WHERE r.tenant_id = t.id AND r.day = (at AT TIME ZONE 'UTC')::date
            AND (r.finished_at IS NOT NULL OR r.lease_until > at))
        ORDER BY t.id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'retention_due(timestamptz, int)');

    // What the calendar tells others without being asked through the application: it stands in a deleting statement.
    await runner.query(`
      CREATE FUNCTION customer_has_booking(tenant uuid, customer uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT 1 FROM booking b WHERE b.tenant_id = tenant AND b.customer_id = customer)
      $$`);
    await runner.query('REVOKE EXECUTE ON FUNCTION customer_has_booking(uuid, uuid) FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION customer_has_booking(uuid, uuid) TO frontdesk_app');
    // By age: what the job looks for.
    await runner.query(
      'CREATE INDEX thread_closed ON thread (tenant_id, closed_at) WHERE closed_at IS NOT NULL',
    );
    await runner.query('CREATE INDEX message_by_age ON message (tenant_id, created_at)');
    await runner.query('CREATE INDEX inbound_event_by_age ON inbound_event (tenant_id, received_at)');
    await runner.query('CREATE INDEX identity_by_customer ON identity (tenant_id, customer_id)');
    await runner.query('CREATE INDEX turn_record_by_age ON turn_record (tenant_id, created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of [
      'turn_record_by_age',
      'identity_by_customer',
      'inbound_event_by_age',
      'message_by_age',
      'thread_closed',
    ])
      await runner.query(`DROP INDEX ${index}`);
    await runner.query('DROP FUNCTION customer_has_booking(uuid, uuid)');
    await runner.query('DROP FUNCTION retention_due(timestamptz, int)');
    await runner.query('DROP TABLE retention_run_class');
    await runner.query('DROP TABLE retention_run');
  }
}
