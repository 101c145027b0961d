import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

export class ChannelsCreateChannels1763600350000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE channel (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        provider text NOT NULL CHECK (provider IN ('meta-whatsapp', 'webchat', 'api')),
        name text NOT NULL,
        account text NOT NULL,
        fallback_account text,
        credentials text,
        status text NOT NULL CHECK (status IN ('active', 'disabled', 'auth-revoked')),
        created_at timestamptz NOT NULL,
        version int NOT NULL DEFAULT 1,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, provider, account)
      )`);
    await protectTable(runner, 'channel');

    // Which tenant an address of a provider belongs to: the one look-up that precedes the tenant. Hence its key
    // spans tenants, and the tenant's column has another name than in tables of the tenants' own data.
    await runner.query(`
      CREATE TABLE channel_route (
        scheme text NOT NULL,
        address text NOT NULL,
        owner_tenant_id uuid NOT NULL,
        channel_id uuid NOT NULL,
        PRIMARY KEY (scheme, address)
      )`);
    await runner.query(`CREATE INDEX channel_route_by_owner ON channel_route (owner_tenant_id, channel_id)`);
    await protectTable(runner, 'channel_route', { tenantColumn: 'owner_tenant_id', system: ['select'] });

    await runner.query(`
      CREATE TABLE inbound_event (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        channel_id uuid NOT NULL,
        provider text NOT NULL,
        account text NOT NULL,
        external_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('message', 'status', 'other')),
        lane text NOT NULL,
        payload jsonb NOT NULL,
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'ignored', 'failed')),
        note text,
        received_at timestamptz NOT NULL,
        processed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, channel_id, external_id)
      )`);
    await runner.query(
      `CREATE INDEX inbound_event_pending ON inbound_event (tenant_id, channel_id, lane, seq) WHERE status = 'pending'`,
    );
    await protectTable(runner, 'inbound_event', { system: ['select', 'insert'] });

    await runner.query(`
      CREATE TABLE unrouted_event (
        provider text NOT NULL,
        account text NOT NULL,
        external_id text NOT NULL,
        payload jsonb NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (provider, account, external_id)
      )`);
    await runner.query(`ALTER TABLE unrouted_event ENABLE ROW LEVEL SECURITY`);
    await runner.query(`ALTER TABLE unrouted_event FORCE ROW LEVEL SECURITY`);
    await runner.query(
      `CREATE POLICY system_only ON unrouted_event TO frontdesk_system USING (true) WITH CHECK (true)`,
    );
    await runner.query(`GRANT SELECT, INSERT, DELETE ON unrouted_event TO frontdesk_system`);

    // "items" is [{ i, provider, account, fallback, external_id, kind, lane, payload, trace_id, received_at, event_id, outbox_id }].
    // One statement, so one commit for however many webhooks wait: each is stored with its event, or none is.
    await runner.query(`
      CREATE FUNCTION ingest_inbound(items jsonb) RETURNS TABLE (i int, outcome text, tenant_id uuid) LANGUAGE sql AS $$
        WITH item AS (
          SELECT * FROM jsonb_to_recordset(items) AS x(i int, provider text, account text, fallback text, external_id text,
            kind text, lane text, payload jsonb, trace_id text, received_at timestamptz, event_id uuid, outbox_id uuid)
        ), routed AS (
          SELECT item.*, coalesce(a.owner_tenant_id, b.owner_tenant_id) AS tenant, coalesce(a.channel_id, b.channel_id) AS channel
          FROM item
          LEFT JOIN channel_route a ON a.scheme = item.provider AND a.address = item.account
          LEFT JOIN channel_route b ON b.scheme = item.provider || ':fallback' AND b.address = item.fallback
        ), stored AS (
          INSERT INTO inbound_event (tenant_id, id, channel_id, provider, account, external_id, kind, lane, payload, received_at)
          SELECT r.tenant, r.event_id, r.channel, r.provider, r.account, r.external_id, r.kind, r.lane, r.payload, r.received_at
          FROM routed r WHERE r.tenant IS NOT NULL ORDER BY r.i
          ON CONFLICT DO NOTHING
          RETURNING inbound_event.tenant_id, inbound_event.id
        ), told AS (
          INSERT INTO outbox_event (tenant_id, id, type, aggregate_id, payload, trace_id)
          SELECT r.tenant, r.outbox_id, 'channels.inbound.stored.v1', r.event_id,
            jsonb_build_object('channelId', r.channel, 'lane', r.lane), r.trace_id
          FROM routed r JOIN stored s ON s.tenant_id = r.tenant AND s.id = r.event_id
        ), lost AS (
          INSERT INTO unrouted_event (provider, account, external_id, payload, received_at)
          SELECT r.provider, r.account, r.external_id, r.payload, r.received_at
          FROM routed r WHERE r.tenant IS NULL
          ON CONFLICT DO NOTHING
        )
        SELECT r.i, CASE WHEN r.tenant IS NULL THEN 'unrouted' WHEN s.id IS NULL THEN 'duplicate' ELSE 'stored' END, r.tenant
        FROM routed r LEFT JOIN stored s ON s.tenant_id = r.tenant AND s.id = r.event_id
      $$`);
    await asSystemFunction(runner, 'ingest_inbound(jsonb)');

    await runner.query(`
      CREATE FUNCTION find_channel_route(wanted_scheme text, wanted_address text)
      RETURNS TABLE (tenant_id uuid, channel_id uuid) LANGUAGE sql STABLE AS $$
        SELECT owner_tenant_id, channel_id FROM channel_route WHERE scheme = wanted_scheme AND address = wanted_address
      $$`);
    await asSystemFunction(runner, 'find_channel_route(text, text)');

    await runner.query(`
      CREATE FUNCTION prune_unrouted_events(age interval) RETURNS int LANGUAGE sql AS $$
        WITH old AS (DELETE FROM unrouted_event WHERE received_at < clock_timestamp() - age RETURNING 1)
        SELECT count(*)::int FROM old
      $$`);
    await asSystemFunction(runner, 'prune_unrouted_events(interval)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION prune_unrouted_events(interval)');
    await runner.query('DROP FUNCTION find_channel_route(text, text)');
    await runner.query('DROP FUNCTION ingest_inbound(jsonb)');
    for (const table of ['unrouted_event', 'inbound_event', 'channel_route', 'channel'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
