import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, auditTable, leaveUnaudited, protectTable } from '#libs/persistence';

/** What was there before the trail. Those not named are listed with a reason in the catalog test. */
const WATCHED: Readonly<Record<string, readonly string[]>> = {
  tenant: [],
  person: [],
  membership: [],
  refresh_session: [],
  calendar_settings: [],
  service: [],
  staff: [],
  staff_service: [],
  working_hours: [],
  hours_exception: [],
  booking: [],
  channel: [],
  channel_route: [],
  identity: [],
  identity_key: [],
  thread: [],
  message: [],
  parked_status: [],
  turn: [],
  assistant: [],
  // What the model saw and said: long, and the thread has it.
  turn_record: ['transcript'],
  model_call: [],
  tool_receipt: [],
  dead_letter: [],
};

/** Names of columns that are masked whoever forgets to say so: secrets, and blind indexes, which stay after an erasure else. */
const SECRET = '(^|_)(hash|secret|secrets|password|credential|credentials|token|seed|otp|wrapped_key|index)$';

/**
 * The audit trail (ADR 0009): triggers stage what people and API keys change, the unit of work chains it just before its commit.
 *
 * `audit_staged` lives within transactions only: a constraint trigger refuses the commit of one that leaves a row there, so that no
 * change can slip by a process without the hook. Hence unlogged: there is nothing that a crash could lose.
 */
export class AuditCreateTrail1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.createStage(runner);
    await this.createChain(runner);
    await this.createCollect(runner);
    for (const [table, mask] of Object.entries(WATCHED)) await auditTable(runner, table, { mask });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(WATCHED)) await leaveUnaudited(runner, table);
    await runner.query('DROP FUNCTION audit_collect(boolean)');
    for (const table of ['audit_entry', 'audit_chain', 'audit_staged'])
      await runner.query(`DROP TABLE ${table}`);
    for (const name of ['audit_refuse_change', 'audit_refuse_uncollected', 'audit_capture'])
      await runner.query(`DROP FUNCTION ${name}()`);
  }

  private async createStage(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE audit_staged (
        tenant_id uuid NOT NULL,
        xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
        ordinal bigint GENERATED ALWAYS AS IDENTITY,
        action text NOT NULL,
        subject_type text NOT NULL,
        subject_id text,
        before jsonb,
        after jsonb,
        PRIMARY KEY (tenant_id, xact, ordinal)
      )`);
    await protectTable(runner, 'audit_staged', { system: ['select', 'insert'], audit: false });
    // Only the trigger puts anything there.
    await runner.query('REVOKE INSERT, UPDATE ON audit_staged FROM frontdesk_app');

    await runner.query(`
      CREATE FUNCTION audit_refuse_uncollected() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT 1 FROM audit_staged s
            WHERE s.tenant_id = NEW.tenant_id AND s.xact = NEW.xact AND s.ordinal = NEW.ordinal) THEN
          RAISE EXCEPTION 'a change of % was not written to the audit trail', NEW.subject_type
            USING HINT = 'The process must run AuditTrail of #libs/audit.';
        END IF;
        RETURN NULL;
      END $$`);
    // PostgreSQL 17 runs a deferred trigger as the role of the commit, 18 as the one that queued it: as neither, then.
    await asSystemFunction(runner, 'audit_refuse_uncollected()');
    await runner.query(`
      CREATE CONSTRAINT TRIGGER audit_uncollected AFTER INSERT ON audit_staged DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_uncollected()`);

    // Runs as the system role, which alone may write to the stage. The tenant is that of the transaction: of a table that
    // spans tenants (person) the change belongs to whose members made it.
    await runner.query(`
      CREATE FUNCTION audit_capture() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        was jsonb := '{}';
        is_now jsonb := '{}';
        before jsonb;
        after jsonb;
      BEGIN
        IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
        IF TG_OP <> 'DELETE' THEN is_now := to_jsonb(NEW); END IF;
        SELECT
          jsonb_object_agg(c.name, CASE WHEN c.secret THEN '"[masked]"' ELSE c.prior END) FILTER (WHERE c.prior <> 'null'),
          jsonb_object_agg(c.name, CASE WHEN c.secret THEN '"[masked]"' ELSE c.present END) FILTER (WHERE c.present <> 'null')
        INTO before, after
        FROM (
          SELECT name, was -> name AS prior, is_now -> name AS present,
            name = ANY (TG_ARGV) OR name ~ '${SECRET}' AS secret
          FROM jsonb_object_keys(was || is_now) AS k(name)
          WHERE name <> 'tenant_id' AND coalesce(was -> name, 'null') <> coalesce(is_now -> name, 'null')
        ) c;
        IF before IS NULL AND after IS NULL THEN RETURN NULL; END IF;
        INSERT INTO audit_staged (tenant_id, action, subject_type, subject_id, before, after)
        VALUES (nullif(current_setting('app.tenant_id', true), '')::uuid, lower(TG_OP), TG_TABLE_NAME,
          (was || is_now) ->> 'id', before, after);
        RETURN NULL;
      END $$`);
    await asSystemFunction(runner, 'audit_capture()');
  }

  private async createChain(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_chain (
        tenant_id uuid PRIMARY KEY,
        seq bigint NOT NULL,
        at timestamptz(3) NOT NULL,
        hash bytea NOT NULL CHECK (length(hash) = 32),
        mac bytea NOT NULL CHECK (length(mac) = 32)
      )`);
    await protectTable(runner, 'audit_chain', { audit: false });
    await runner.query('REVOKE DELETE ON audit_chain FROM frontdesk_app');

    // json, not jsonb: the very text that was hashed. Milliseconds, as in that text.
    await runner.query(`
      CREATE TABLE audit_entry (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        seq bigint NOT NULL CHECK (seq > 0),
        at timestamptz(3) NOT NULL,
        kind text NOT NULL CHECK (kind IN ('change', 'read', 'action')),
        action text NOT NULL,
        operation text NOT NULL,
        actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'api-key', 'assistant', 'system')),
        actor_id text NOT NULL,
        subject_type text,
        subject_id text,
        before json,
        after json,
        facts json,
        request_id text,
        trace_id text NOT NULL,
        address text,
        user_agent text,
        key_id text NOT NULL,
        prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
        prev_mac bytea NOT NULL CHECK (length(prev_mac) = 32),
        hash bytea NOT NULL CHECK (length(hash) = 32),
        mac bytea NOT NULL CHECK (length(mac) = 32),
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, seq)
      )`);
    for (const [name, columns] of [
      ['subject', 'tenant_id, subject_type, subject_id, seq'],
      ['actor', 'tenant_id, actor_id, seq'],
      ['at', 'tenant_id, at, seq'],
      ['request', 'tenant_id, request_id, seq'],
    ] as const)
      await runner.query(`CREATE INDEX audit_entry_by_${name} ON audit_entry (${columns})`);
    await protectTable(runner, 'audit_entry', { audit: false });
    await runner.query('REVOKE UPDATE, DELETE ON audit_entry FROM frontdesk_app');

    await runner.query(`
      CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME;
      END $$`);
    await runner.query(`
      CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entry
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()`);
    await runner.query(`
      CREATE TRIGGER audit_append_only_all BEFORE TRUNCATE ON audit_entry
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`);
  }

  /**
   * Takes what this transaction has staged off the stage, and the end of the tenant's chain, locked until the commit: a row for each
   * change in its order, all with that end; one row without a change when there is none and `always`. Otherwise nothing, and no lock.
   */
  private async createCollect(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION audit_collect(always boolean)
      RETURNS TABLE (seq bigint, at timestamptz, hash bytea, mac bytea,
        action text, subject_type text, subject_id text, before text, after text)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE
        tenant uuid := current_setting('app.tenant_id')::uuid;
        head audit_chain;
      BEGIN
        IF NOT always AND NOT EXISTS (
            SELECT 1 FROM audit_staged s WHERE s.tenant_id = tenant AND s.xact = pg_current_xact_id_if_assigned()) THEN
          RETURN;
        END IF;
        SELECT * INTO head FROM audit_chain c WHERE c.tenant_id = tenant FOR UPDATE;
        IF NOT FOUND THEN
          INSERT INTO audit_chain VALUES (tenant, 0, 'epoch', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))
          ON CONFLICT DO NOTHING;
          SELECT * INTO head FROM audit_chain c WHERE c.tenant_id = tenant FOR UPDATE;
        END IF;
        RETURN QUERY
          WITH taken AS (
            DELETE FROM audit_staged s WHERE s.tenant_id = tenant AND s.xact = pg_current_xact_id() RETURNING s.*
          ), ordered AS (SELECT * FROM taken ORDER BY ordinal)
          SELECT head.seq, head.at, head.hash, head.mac, t.action, t.subject_type, t.subject_id, t.before::text, t.after::text
          FROM (SELECT 1) one LEFT JOIN ordered t ON true
          ORDER BY t.ordinal;
      END $$`);
  }
}
