import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

export class MessagingCreateOutbox1763600200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_event (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        type text NOT NULL,
        aggregate_id uuid NOT NULL,
        payload jsonb NOT NULL,
        trace_id text NOT NULL,
        occurred_at timestamptz NOT NULL DEFAULT now(),
        available_at timestamptz,
        claimed_until timestamptz,
        published_at timestamptz,
        handlers text[],
        settled_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(
      `CREATE INDEX outbox_event_unpublished ON outbox_event (occurred_at) WHERE published_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX outbox_event_unsettled ON outbox_event (published_at) WHERE published_at IS NOT NULL AND settled_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX outbox_event_settled ON outbox_event (settled_at) WHERE settled_at IS NOT NULL`,
    );
    await protectTable(runner, 'outbox_event', { system: ['select', 'insert', 'update', 'delete'] });

    await runner.query(`
      CREATE TABLE inbox_entry (
        tenant_id uuid NOT NULL,
        event_id uuid NOT NULL,
        handler text NOT NULL,
        settled_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, event_id, handler)
      )`);
    await protectTable(runner, 'inbox_entry', { system: ['select', 'delete'] });

    await runner.query(`
      CREATE TABLE dead_letter (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        event_id uuid NOT NULL,
        handler text NOT NULL,
        event_type text NOT NULL,
        error text NOT NULL,
        attempts int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        replayed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, event_id) REFERENCES outbox_event (tenant_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX dead_letter_open ON dead_letter (tenant_id, event_id, handler) WHERE replayed_at IS NULL`,
    );
    await protectTable(runner, 'dead_letter', { system: ['select'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['dead_letter', 'inbox_entry', 'outbox_event'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
