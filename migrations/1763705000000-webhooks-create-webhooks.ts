import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

export class WebhooksCreateWebhooks1763705000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoint (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        url text NOT NULL,
        description text,
        event_types text[] NOT NULL,
        status text NOT NULL CHECK (status IN ('enabled', 'disabled')),
        disabled_reason text CHECK (disabled_reason IN ('manual', 'gone', 'failing')),
        disabled_at timestamptz,
        header_names text[] NOT NULL,
        headers text,
        secret text NOT NULL,
        previous_secret text,
        previous_secret_until timestamptz,
        consecutive_failures int NOT NULL DEFAULT 0,
        failing_since timestamptz,
        paused_until timestamptz,
        created_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id)
      )`);
    await protectTable(runner, 'webhook_endpoint', { system: ['select'] });

    // What some endpoint wanted when the relay carried it: the facts, until every delivery is made of them.
    await runner.query(`
      CREATE TABLE webhook_event (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        type text NOT NULL,
        aggregate_id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        payload jsonb NOT NULL,
        fanned_out_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(
      `CREATE INDEX webhook_event_waiting ON webhook_event (tenant_id, aggregate_id, id) WHERE fanned_out_at IS NULL`,
    );
    await runner.query(`CREATE INDEX webhook_event_by_age ON webhook_event (occurred_at)`);
    await protectTable(runner, 'webhook_event', { system: ['select', 'insert', 'delete'] });

    await runner.query(`
      CREATE TABLE webhook_sequence (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        aggregate_id uuid NOT NULL,
        last int NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, endpoint_id, aggregate_id),
        FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoint (tenant_id, id) ON DELETE CASCADE
      )`);
    await protectTable(runner, 'webhook_sequence');

    await runner.query(`
      CREATE TABLE webhook_delivery (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        endpoint_id uuid NOT NULL,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        sequence int NOT NULL,
        body text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts int NOT NULL DEFAULT 0,
        tries int NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        claim uuid,
        claimed_until timestamptz,
        last_status int,
        last_error text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, endpoint_id, event_id),
        FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoint (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(
      `CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, endpoint_id, due_at) WHERE status = 'pending'`,
    );
    await runner.query(
      `CREATE INDEX webhook_delivery_in_flight ON webhook_delivery (tenant_id, endpoint_id) WHERE claim IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX webhook_delivery_list ON webhook_delivery (tenant_id, endpoint_id, id)`);
    await runner.query(`CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at)`);
    await protectTable(runner, 'webhook_delivery', { system: ['select', 'delete'] });

    await runner.query(`
      CREATE TABLE webhook_attempt (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        delivery_id uuid NOT NULL,
        number int NOT NULL,
        started_at timestamptz NOT NULL,
        duration_ms int NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('delivered', 'failed', 'refused')),
        status int,
        error text,
        excerpt text,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_delivery (tenant_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX webhook_attempt_list ON webhook_attempt (tenant_id, delivery_id, id)`);
    await protectTable(runner, 'webhook_attempt');

    // "events" is [{ tenant_id, id }] of the outbox. Keeps and answers those that some enabled endpoint wants.
    await runner.query(`
      CREATE FUNCTION webhook_intake(events jsonb) RETURNS TABLE (id uuid) LANGUAGE sql AS $$
        WITH wanted AS (
          SELECT e.tenant_id, e.id, e.type, e.aggregate_id, e.occurred_at, e.payload
          FROM jsonb_to_recordset(events) AS x(tenant_id uuid, id uuid)
          JOIN outbox_event e ON e.tenant_id = x.tenant_id AND e.id = x.id
          WHERE EXISTS (SELECT 1 FROM webhook_endpoint w WHERE w.tenant_id = x.tenant_id AND w.status = 'enabled'
            AND w.event_types && ARRAY['*', e.type])
        ), kept AS (
          INSERT INTO webhook_event (tenant_id, id, type, aggregate_id, occurred_at, payload)
          SELECT * FROM wanted ON CONFLICT DO NOTHING
        )
        SELECT wanted.id FROM wanted
      $$`);
    await asSystemFunction(runner, 'webhook_intake(jsonb)');

    // Due deliveries, of each endpoint no more than it has room for. Walks from endpoint to endpoint by the index: the backlog of
    // one does not hide another's.
    await runner.query(`
      CREATE FUNCTION webhook_due(moment timestamptz, batch int, room int, threshold int)
      RETURNS TABLE (tenant_id uuid, id uuid, attempts int) LANGUAGE sql STABLE AS $$
        WITH RECURSIVE waiting AS (
          (SELECT d.tenant_id, d.endpoint_id FROM webhook_delivery d WHERE d.status = 'pending'
           ORDER BY d.tenant_id, d.endpoint_id LIMIT 1)
          UNION ALL
          SELECT n.tenant_id, n.endpoint_id FROM waiting w CROSS JOIN LATERAL (
            SELECT d.tenant_id, d.endpoint_id FROM webhook_delivery d
            WHERE d.status = 'pending' AND (d.tenant_id, d.endpoint_id) > (w.tenant_id, w.endpoint_id)
            ORDER BY d.tenant_id, d.endpoint_id LIMIT 1) n
        )
        SELECT due.tenant_id, due.id, due.attempts FROM waiting w
        JOIN webhook_endpoint e ON e.tenant_id = w.tenant_id AND e.id = w.endpoint_id
        CROSS JOIN LATERAL (SELECT count(*) AS count FROM webhook_delivery d
          WHERE d.tenant_id = e.tenant_id AND d.endpoint_id = e.id AND d.claim IS NOT NULL AND d.claimed_until > moment) busy
        CROSS JOIN LATERAL (
          SELECT d.tenant_id, d.id, d.attempts, d.due_at FROM webhook_delivery d
          WHERE d.tenant_id = e.tenant_id AND d.endpoint_id = e.id AND d.status = 'pending' AND d.due_at <= moment
            AND (d.claim IS NULL OR d.claimed_until <= moment)
          ORDER BY d.due_at
          LIMIT greatest(0, CASE WHEN e.consecutive_failures >= threshold THEN 1 ELSE room END - busy.count)
        ) due
        WHERE e.status = 'enabled' AND (e.paused_until IS NULL OR e.paused_until <= moment)
        ORDER BY due.due_at LIMIT batch
      $$`);
    await asSystemFunction(runner, 'webhook_due(timestamptz, int, int, int)');

    await runner.query(`
      CREATE FUNCTION webhook_prune(before timestamptz, batch int) RETURNS int LANGUAGE sql AS $$
        WITH events AS (
          DELETE FROM webhook_event WHERE ctid = ANY (ARRAY(
            SELECT e.ctid FROM webhook_event e WHERE e.occurred_at < before ORDER BY e.occurred_at LIMIT batch))
          RETURNING 1
        ), deliveries AS (
          DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(
            SELECT d.ctid FROM webhook_delivery d WHERE d.created_at < before ORDER BY d.created_at LIMIT batch))
          RETURNING 1
        )
        SELECT greatest((SELECT count(*) FROM events), (SELECT count(*) FROM deliveries))::int
      $$`);
    await asSystemFunction(runner, 'webhook_prune(timestamptz, int)');

    await runner.query(`
      CREATE FUNCTION webhook_stats(moment timestamptz) RETURNS TABLE (pending int, due int, disabled int) LANGUAGE sql STABLE AS $$
        SELECT count(*)::int, (count(*) FILTER (WHERE due_at <= moment))::int,
          (SELECT count(*)::int FROM webhook_endpoint WHERE status = 'disabled')
        FROM webhook_delivery WHERE status = 'pending'
      $$`);
    await asSystemFunction(runner, 'webhook_stats(timestamptz)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'webhook_stats(timestamptz)',
      'webhook_prune(timestamptz, int)',
      'webhook_due(timestamptz, int, int, int)',
      'webhook_intake(jsonb)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of [
      'webhook_attempt',
      'webhook_delivery',
      'webhook_sequence',
      'webhook_event',
      'webhook_endpoint',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
