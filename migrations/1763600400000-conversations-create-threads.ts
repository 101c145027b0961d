import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

export class ConversationsCreateThreads1763600400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE identity (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        address text NOT NULL,
        display_name text,
        phone text,
        language text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'identity');

    await runner.query(`
      CREATE TABLE identity_key (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('wa_id', 'bsuid', 'visitor', 'phone')),
        value text NOT NULL,
        identity_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, identity_id) REFERENCES identity (tenant_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX identity_key_live ON identity_key (tenant_id, channel_id, kind, value) WHERE retired_at IS NULL`,
    );
    await protectTable(runner, 'identity_key');

    await runner.query(`
      CREATE TABLE thread (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        provider text NOT NULL,
        identity_id uuid NOT NULL,
        ref text NOT NULL DEFAULT '',
        owner text NOT NULL CHECK (owner IN ('bot', 'queued', 'human', 'closed')),
        generation int NOT NULL,
        assignee_id uuid,
        handoff_reason text,
        preview text NOT NULL DEFAULT '',
        last_seq int NOT NULL DEFAULT 0,
        answered_seq int NOT NULL DEFAULT 0,
        waiting_since timestamptz,
        turn_due_at timestamptz,
        turn_id uuid,
        opened_at timestamptz NOT NULL,
        closed_at timestamptz,
        last_message_at timestamptz NOT NULL,
        last_customer_message_at timestamptz,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, identity_id) REFERENCES identity (tenant_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX thread_open ON thread (tenant_id, channel_id, identity_id, ref) WHERE owner <> 'closed'`,
    );
    await runner.query(`CREATE INDEX thread_by_owner ON thread (tenant_id, owner, id)`);
    await runner.query(`CREATE INDEX thread_by_identity ON thread (tenant_id, identity_id)`);
    await protectTable(runner, 'thread');

    await runner.query(`
      CREATE TABLE message (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        thread_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        seq int NOT NULL,
        direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
        author_kind text NOT NULL CHECK (author_kind IN ('customer', 'assistant', 'agent', 'system')),
        author_id uuid,
        parts jsonb NOT NULL,
        text text NOT NULL,
        asks boolean NOT NULL,
        status text NOT NULL
          CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'dropped')),
        error jsonb,
        dedupe_key text,
        external_id text,
        reply_to text,
        turn_id uuid,
        generation int,
        send_started_at timestamptz,
        send_doubted_at timestamptz,
        sent_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, thread_id, seq),
        FOREIGN KEY (tenant_id, thread_id) REFERENCES thread (tenant_id, id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX message_dedupe ON message (tenant_id, channel_id, dedupe_key) WHERE dedupe_key IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX message_external ON message (tenant_id, channel_id, external_id) WHERE external_id IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX message_unsent ON message (tenant_id, thread_id, seq) WHERE status IN ('queued', 'sending')`,
    );
    await protectTable(runner, 'message');

    await runner.query(`
      CREATE TABLE parked_status (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        channel_id uuid NOT NULL,
        provider_message_id text NOT NULL,
        status text NOT NULL CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
        at timestamptz NOT NULL,
        recipient text,
        error jsonb,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, channel_id, provider_message_id, status)
      )`);
    await runner.query(
      `CREATE INDEX parked_status_by_recipient ON parked_status (tenant_id, channel_id, recipient, at)`,
    );
    await protectTable(runner, 'parked_status');

    await runner.query(`
      CREATE TABLE turn (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        thread_id uuid NOT NULL,
        key text NOT NULL,
        generation int NOT NULL,
        attempt int NOT NULL,
        up_to_seq int NOT NULL,
        status text NOT NULL CHECK (status IN ('running', 'replied', 'dropped')),
        lease_until timestamptz NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, thread_id, key),
        FOREIGN KEY (tenant_id, thread_id) REFERENCES thread (tenant_id, id)
      )`);
    await protectTable(runner, 'turn');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['turn', 'parked_status', 'message', 'thread', 'identity_key', 'identity'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
