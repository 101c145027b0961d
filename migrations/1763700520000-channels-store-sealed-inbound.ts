import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

/**
 * `store_inbound` takes the place of `ingest_inbound`, which stays for processes of the release before: a payload comes sealed
 * for the tenant that it was found to be for (`sealed_for`), and where the route says otherwise by now, nothing is stored and the
 * answer is `moved`. `plain_id` is what
 * an event of before is stored under; it is compared and not kept. `data_keys_expire_epochs` destroys the keys of weeks past.
 */
export class ChannelsStoreSealedInbound1763700520000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION find_channel_routes(wanted jsonb) RETURNS TABLE (i int, tenant_id uuid) LANGUAGE sql STABLE AS $$
        SELECT w.i, coalesce(a.owner_tenant_id, b.owner_tenant_id)
        FROM jsonb_to_recordset(wanted) AS w(i int, provider text, account text, fallback text)
        LEFT JOIN channel_route a ON a.scheme = w.provider AND a.address = w.account
        LEFT JOIN channel_route b ON b.scheme = w.provider || ':fallback' AND b.address = w.fallback
      $$`);
    await asSystemFunction(runner, 'find_channel_routes(jsonb)');

    // "items" is [{ i, provider, account, fallback, external_id, kind, lane, payload, sealed_for, plain_id, trace_id, received_at, event_id, outbox_id }].
    await runner.query(`
      CREATE FUNCTION store_inbound(items jsonb) RETURNS TABLE (i int, outcome text, tenant_id uuid) LANGUAGE sql AS $$
        WITH item AS (
          SELECT * FROM jsonb_to_recordset(items) AS x(i int, provider text, account text, fallback text, external_id text,
            kind text, lane text, payload jsonb, sealed_for uuid, plain_id text, trace_id text, received_at timestamptz, event_id uuid, outbox_id uuid)
        ), found AS (
          SELECT item.*, coalesce(a.owner_tenant_id, b.owner_tenant_id) AS tenant, coalesce(a.channel_id, b.channel_id) AS channel
          FROM item
          LEFT JOIN channel_route a ON a.scheme = item.provider AND a.address = item.account
          LEFT JOIN channel_route b ON b.scheme = item.provider || ':fallback' AND b.address = item.fallback
        ), moved AS (
          SELECT EXISTS (SELECT 1 FROM found f WHERE f.tenant IS DISTINCT FROM f.sealed_for) AS any
        ), routed AS (
          SELECT f.* FROM found f, moved m WHERE NOT m.any
        ), stored AS (
          INSERT INTO inbound_event (tenant_id, id, channel_id, provider, account, external_id, kind, lane, payload, received_at)
          SELECT r.tenant, r.event_id, r.channel, r.provider, r.account, r.external_id, r.kind, r.lane, r.payload, r.received_at
          FROM routed r WHERE r.tenant IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM inbound_event e WHERE e.tenant_id = r.tenant AND e.channel_id = r.channel AND e.external_id = r.plain_id)
          ORDER BY r.i
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
        SELECT f.i, CASE WHEN m.any THEN 'moved' WHEN f.tenant IS NULL THEN 'unrouted' WHEN s.id IS NULL THEN 'duplicate' ELSE 'stored' END,
          f.tenant
        FROM found f CROSS JOIN moved m LEFT JOIN stored s ON s.tenant_id = f.tenant AND s.id = f.event_id
      $$`);
    await asSystemFunction(runner, 'store_inbound(jsonb)');

    await runner.query(`
      CREATE FUNCTION data_keys_expire_epochs(before text, at timestamptz) RETURNS TABLE (tenant_id uuid) LANGUAGE sql AS $$
        UPDATE data_key k SET wrapped_key = NULL, destroyed_at = at
        WHERE k.scope LIKE 'epoch:%' AND k.scope COLLATE "C" < before COLLATE "C" AND k.destroyed_at IS NULL
        RETURNING k.tenant_id
      $$`);
    await asSystemFunction(runner, 'data_keys_expire_epochs(text, timestamptz)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION data_keys_expire_epochs(text, timestamptz)');
    await runner.query('DROP FUNCTION store_inbound(jsonb)');
    await runner.query('DROP FUNCTION find_channel_routes(jsonb)');
  }
}
