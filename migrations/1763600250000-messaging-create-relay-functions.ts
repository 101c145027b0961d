import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

/** The handlers of an event that have neither done it nor given it up. */
const undelivered = (event: string): string => `SELECT h.name FROM unnest(${event}.handlers) AS h(name)
  WHERE NOT EXISTS (SELECT 1 FROM inbox_entry i
      WHERE i.tenant_id = ${event}.tenant_id AND i.event_id = ${event}.id AND i.handler = h.name)
    AND NOT EXISTS (SELECT 1 FROM dead_letter d
      WHERE d.tenant_id = ${event}.tenant_id AND d.event_id = ${event}.id AND d.handler = h.name AND d.replayed_at IS NULL)`;

/**
 * What the relay and the sweeper do across tenants: one round trip each, as the system role.
 *
 * Rows are found and locked by an index and then written by their place (ctid). A join back by their key would read the
 * whole table: in a function the planner does not know how small a batch is, and takes a tenth of the rows for it.
 */
export class MessagingCreateRelayFunctions1763600250000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION outbox_claim(batch int, lease interval)
      RETURNS TABLE (tenant_id uuid, id uuid, type text, aggregate_id uuid, payload jsonb, trace_id text, available_at timestamptz)
      LANGUAGE sql AS $$
        UPDATE outbox_event e SET claimed_until = clock_timestamp() + lease
        WHERE e.ctid = ANY (ARRAY(
          SELECT o.ctid FROM outbox_event o
          WHERE o.published_at IS NULL AND (o.claimed_until IS NULL OR o.claimed_until < clock_timestamp())
          ORDER BY o.occurred_at LIMIT batch FOR UPDATE SKIP LOCKED
        ))
        RETURNING e.tenant_id, e.id, e.type, e.aggregate_id, e.payload, e.trace_id, e.available_at
      $$`);
    await asSystemFunction(runner, 'outbox_claim(int, interval)');

    // An event that nobody handles is settled at once. "published" is [{ tenant_id, id, handlers: [text] }].
    await runner.query(`
      CREATE FUNCTION outbox_mark_published(published jsonb) RETURNS void LANGUAGE sql AS $$
        UPDATE outbox_event e SET
          published_at = clock_timestamp(),
          handlers = p.handlers,
          settled_at = CASE WHEN cardinality(p.handlers) = 0 THEN clock_timestamp() END
        FROM jsonb_to_recordset(published) AS p(tenant_id uuid, id uuid, handlers text[])
        WHERE e.tenant_id = p.tenant_id AND e.id = p.id
      $$`);
    await asSystemFunction(runner, 'outbox_mark_published(jsonb)');

    await runner.query(`
      CREATE FUNCTION outbox_settle(batch int) RETURNS int LANGUAGE sql AS $$
        WITH settled AS (
          UPDATE outbox_event SET settled_at = clock_timestamp()
          WHERE ctid = ANY (ARRAY(
            SELECT e.ctid FROM outbox_event e
            WHERE e.published_at IS NOT NULL AND e.settled_at IS NULL AND NOT EXISTS (
              SELECT 1 FROM unnest(e.handlers) h
              WHERE NOT EXISTS (SELECT 1 FROM inbox_entry i WHERE i.tenant_id = e.tenant_id AND i.event_id = e.id AND i.handler = h))
            ORDER BY e.published_at LIMIT batch FOR UPDATE SKIP LOCKED
          )) RETURNING 1
        )
        SELECT count(*)::int FROM settled
      $$`);
    await asSystemFunction(runner, 'outbox_settle(int)');

    // What should have been done by now and was not: Redis lost it, or a worker died with it. Dead letters stay dead.
    await runner.query(`
      CREATE FUNCTION outbox_overdue(batch int, age interval)
      RETURNS TABLE (tenant_id uuid, id uuid, type text, aggregate_id uuid, payload jsonb, trace_id text, available_at timestamptz, missing text[])
      LANGUAGE sql AS $$
        UPDATE outbox_event e SET published_at = clock_timestamp()
        WHERE e.ctid = ANY (ARRAY(
          SELECT o.ctid FROM outbox_event o
          WHERE o.published_at < clock_timestamp() - age AND o.settled_at IS NULL
            AND (o.available_at IS NULL OR o.available_at < clock_timestamp() - age)
            AND EXISTS (${undelivered('o')})
          ORDER BY o.published_at LIMIT batch FOR UPDATE SKIP LOCKED
        ))
        RETURNING e.tenant_id, e.id, e.type, e.aggregate_id, e.payload, e.trace_id, e.available_at, ARRAY(${undelivered('e')})
      $$`);
    await asSystemFunction(runner, 'outbox_overdue(int, interval)');

    await runner.query(`
      CREATE FUNCTION outbox_prune(age interval, batch int) RETURNS int LANGUAGE sql AS $$
        WITH old AS (
          SELECT e.tenant_id, e.id FROM outbox_event e
          WHERE e.settled_at < clock_timestamp() - age
            AND NOT EXISTS (SELECT 1 FROM dead_letter d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id)
          ORDER BY e.settled_at LIMIT batch
        ), entries AS (
          DELETE FROM inbox_entry i USING old WHERE i.tenant_id = old.tenant_id AND i.event_id = old.id
        ), events AS (
          DELETE FROM outbox_event e USING old WHERE e.tenant_id = old.tenant_id AND e.id = old.id RETURNING 1
        )
        SELECT count(*)::int FROM events
      $$`);
    await asSystemFunction(runner, 'outbox_prune(interval, int)');

    await runner.query(`
      CREATE FUNCTION outbox_lag() RETURNS TABLE (unpublished int, oldest_seconds float8, dead_letters int) LANGUAGE sql AS $$
        SELECT count(*)::int, coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::float8,
          (SELECT count(*)::int FROM dead_letter WHERE replayed_at IS NULL)
        FROM outbox_event WHERE published_at IS NULL
      $$`);
    await asSystemFunction(runner, 'outbox_lag()');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'outbox_lag()',
      'outbox_prune(interval, int)',
      'outbox_overdue(int, interval)',
      'outbox_settle(int)',
      'outbox_mark_published(jsonb)',
      'outbox_claim(int, interval)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
  }
}
