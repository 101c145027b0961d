import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/**
 * Data keys, wrapped with a key-encryption key that the database never sees. `scope` says what a key is for: `tenant`,
 * `index`, `subject:<id>`, `epoch:<week>`; of one scope at most one key lives. `system_key` has those of no tenant.
 */
export class EncryptionCreateDataKey1763700500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_key (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        scope text NOT NULL,
        subject_id uuid,
        wrapped_key text,
        kek_id text NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz,
        destroyed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL)),
        CHECK ((subject_id IS NOT NULL) = (scope LIKE 'subject:%'))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX data_key_living ON data_key (tenant_id, scope) WHERE retired_at IS NULL AND destroyed_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX data_key_by_subject ON data_key (tenant_id, subject_id) WHERE subject_id IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX data_key_by_kek ON data_key (kek_id, tenant_id, id) WHERE wrapped_key IS NOT NULL`,
    );
    await protectTable(runner, 'data_key', { system: ['select', 'update'] });

    await runner.query(`
      CREATE TABLE system_key (
        id uuid PRIMARY KEY,
        scope text NOT NULL UNIQUE,
        wrapped_key text NOT NULL,
        kek_id text NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await runner.query('ALTER TABLE system_key ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE system_key FORCE ROW LEVEL SECURITY');
    await runner.query(
      'CREATE POLICY system_only ON system_key TO frontdesk_system USING (true) WITH CHECK (true)',
    );
    await runner.query('GRANT SELECT, INSERT, UPDATE ON system_key TO frontdesk_system');

    await runner.query(`
      CREATE FUNCTION system_key_current(wanted text)
      RETURNS TABLE (id uuid, scope text, "wrappedKey" text, "kekId" text) LANGUAGE sql STABLE AS $$
        SELECT k.id, k.scope, k.wrapped_key, k.kek_id FROM system_key k WHERE k.scope = wanted
      $$`);
    await asSystemFunction(runner, 'system_key_current(text)');

    await runner.query(`
      CREATE FUNCTION system_keys_by_id(ids uuid[])
      RETURNS TABLE (id uuid, scope text, "wrappedKey" text, "kekId" text) LANGUAGE sql STABLE AS $$
        SELECT k.id, k.scope, k.wrapped_key, k.kek_id FROM system_key k WHERE k.id = ANY (ids)
      $$`);
    await asSystemFunction(runner, 'system_keys_by_id(uuid[])');

    await runner.query(`
      CREATE FUNCTION system_key_put(new_id uuid, wanted text, wrapped text, kek text, at timestamptz)
      RETURNS TABLE (id uuid, scope text, "wrappedKey" text, "kekId" text) LANGUAGE sql AS $$
        INSERT INTO system_key (id, scope, wrapped_key, kek_id, created_at) VALUES (new_id, wanted, wrapped, kek, at)
        ON CONFLICT (scope) DO NOTHING
        RETURNING system_key.id, system_key.scope, system_key.wrapped_key, system_key.kek_id
      $$`);
    await asSystemFunction(runner, 'system_key_put(uuid, text, text, text, timestamptz)');

    // Keys that another key-encryption key than the active one wraps; those of no tenant have none.
    await runner.query(`
      CREATE FUNCTION data_keys_not_under(active text, batch int)
      RETURNS TABLE (tenant_id uuid, id uuid, scope text, wrapped_key text, kek_id text) LANGUAGE sql STABLE AS $$
        (SELECT k.tenant_id, k.id, k.scope, k.wrapped_key, k.kek_id FROM data_key k
         WHERE k.kek_id <> active AND k.wrapped_key IS NOT NULL LIMIT batch)
        UNION ALL
        (SELECT NULL, s.id, s.scope, s.wrapped_key, s.kek_id FROM system_key s WHERE s.kek_id <> active LIMIT batch)
      $$`);
    await asSystemFunction(runner, 'data_keys_not_under(text, int)');

    // "items" is [{ tenant_id, id, was, wrapped_key }]: a key is replaced only where it is still the one that was read.
    await runner.query(`
      CREATE FUNCTION data_keys_rewrap(active text, items jsonb) RETURNS int LANGUAGE sql AS $$
        WITH item AS (
          SELECT * FROM jsonb_to_recordset(items) AS x(tenant_id uuid, id uuid, was text, wrapped_key text)
        ), tenants AS (
          UPDATE data_key k SET wrapped_key = i.wrapped_key, kek_id = active FROM item i
          WHERE k.tenant_id = i.tenant_id AND k.id = i.id AND k.wrapped_key = i.was RETURNING 1
        ), systems AS (
          UPDATE system_key k SET wrapped_key = i.wrapped_key, kek_id = active FROM item i
          WHERE i.tenant_id IS NULL AND k.id = i.id AND k.wrapped_key = i.was RETURNING 1
        )
        SELECT ((SELECT count(*) FROM tenants) + (SELECT count(*) FROM systems))::int
      $$`);
    await asSystemFunction(runner, 'data_keys_rewrap(text, jsonb)');

    await runner.query(`
      CREATE FUNCTION tenant_ids(after uuid, batch int) RETURNS TABLE (tenant_id uuid) LANGUAGE sql STABLE AS $$
        SELECT t.id FROM tenant t WHERE after IS NULL OR t.id > after ORDER BY t.id LIMIT batch
      $$`);
    await asSystemFunction(runner, 'tenant_ids(uuid, int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'tenant_ids(uuid, int)',
      'data_keys_rewrap(text, jsonb)',
      'data_keys_not_under(text, int)',
      'system_key_put(uuid, text, text, text, timestamptz)',
      'system_keys_by_id(uuid[])',
      'system_key_current(text)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP TABLE system_key');
    await runner.query('DROP TABLE data_key');
  }
}
