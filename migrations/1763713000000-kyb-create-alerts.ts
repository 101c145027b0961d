import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

/** What of the findings is to be decided, who decided it, and how risky a counterparty is. */
export class KybCreateAlerts1763713000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kyb_case (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'closed')),
        assignee_id uuid,
        due_at timestamptz NOT NULL,
        opened_at timestamptz NOT NULL,
        closed_at timestamptz,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX kyb_case_open ON kyb_case (tenant_id, counterparty_id) WHERE state = 'open'`,
    );
    await protectTable(runner, 'kyb_case');

    await runner.query(`
      CREATE TABLE kyb_alert (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        case_id uuid NOT NULL,
        subject text NOT NULL,
        kind text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
        state text NOT NULL CHECK (state IN ('open', 'proposed', 'approved', 'closed')),
        entry_hash text,
        score int,
        check_id uuid NOT NULL,
        raised_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        assignee_id uuid,
        disposition text CHECK (disposition IN ('true_match', 'false_positive', 'accepted_risk')),
        reason_code text,
        proposed_by text,
        proposed_at timestamptz,
        decided_by text,
        decided_at timestamptz,
        expires_at timestamptz,
        stopping boolean NOT NULL DEFAULT false,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, counterparty_id, subject),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id),
        FOREIGN KEY (tenant_id, case_id) REFERENCES kyb_case (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_alert_of_case ON kyb_alert (tenant_id, case_id)');
    await runner.query('CREATE INDEX kyb_alert_by_state ON kyb_alert (tenant_id, state, id DESC)');
    await runner.query(
      'CREATE INDEX kyb_alert_expiring ON kyb_alert (tenant_id, expires_at) WHERE expires_at IS NOT NULL',
    );
    await protectTable(runner, 'kyb_alert');

    await runner.query(`
      CREATE TABLE kyb_alert_event (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        alert_id uuid NOT NULL,
        kind text NOT NULL,
        actor text NOT NULL,
        facts jsonb NOT NULL,
        note text,
        at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, alert_id) REFERENCES kyb_alert (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_alert_event_of ON kyb_alert_event (tenant_id, alert_id, id)');
    await protectTable(runner, 'kyb_alert_event');

    await runner.query(`
      CREATE TABLE kyb_rules (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        rules jsonb NOT NULL,
        weights jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id)
      )`);
    await protectTable(runner, 'kyb_rules');

    await runner.query(`
      CREATE TABLE kyb_risk (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        counterparty_id uuid NOT NULL,
        score int NOT NULL CHECK (score BETWEEN 0 AND 100),
        factors jsonb NOT NULL,
        check_id uuid,
        computed_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, counterparty_id) REFERENCES counterparty (tenant_id, id)
      )`);
    await runner.query('CREATE INDEX kyb_risk_of ON kyb_risk (tenant_id, counterparty_id, id DESC)');
    await protectTable(runner, 'kyb_risk', { audit: false });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['kyb_risk', 'kyb_rules', 'kyb_alert_event', 'kyb_alert', 'kyb_case'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
