import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

const SIGNATURES = [
  'find_mfa(uuid)',
  'save_mfa_secret(uuid, text, timestamptz)',
  'confirm_mfa(uuid, bigint, timestamptz)',
  'spend_mfa_step(uuid, bigint)',
  'remove_mfa(uuid)',
  'save_recovery_codes(uuid, text[], timestamptz)',
  'spend_recovery_code(uuid, text, timestamptz)',
] as const;

/** The second factor of a person, for all businesses. Behind functions, as the other things of an account. */
export class TenancyCreateMfa1763701030000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE person_mfa (
        person_id uuid PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
        sealed_secret text NOT NULL,
        created_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        last_step bigint NOT NULL DEFAULT 0
      )`);
    await runner.query(`
      CREATE TABLE recovery_code (
        person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        code_hash text NOT NULL CHECK (code_hash ~ '^[0-9a-f]{64}$'),
        created_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (person_id, code_hash)
      )`);
    for (const table of ['person_mfa', 'recovery_code']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
      await runner.query(
        `CREATE POLICY system_all ON ${table} TO frontdesk_system USING (true) WITH CHECK (true)`,
      );
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO frontdesk_system`);
    }
    await runner.query(`
      CREATE FUNCTION find_mfa(who uuid)
      RETURNS TABLE (sealed_secret text, confirmed_at timestamptz, recovery_codes_left integer) LANGUAGE sql STABLE AS $$
        SELECT m.sealed_secret, m.confirmed_at,
          (SELECT count(*)::int FROM recovery_code c WHERE c.person_id = who AND c.used_at IS NULL)
        FROM person_mfa m WHERE m.person_id = who
      $$`);
    // A secret in use is not written over: it must be removed first, with a code.
    await runner.query(`
      CREATE FUNCTION save_mfa_secret(who uuid, sealed text, at timestamptz) RETURNS TABLE (person_id uuid)
      LANGUAGE sql AS $$
        INSERT INTO person_mfa AS m (person_id, sealed_secret, created_at) VALUES (who, sealed, at)
        ON CONFLICT ON CONSTRAINT person_mfa_pkey DO UPDATE SET sealed_secret = sealed, created_at = at, last_step = 0
          WHERE m.confirmed_at IS NULL
        RETURNING m.person_id
      $$`);
    await runner.query(`
      CREATE FUNCTION confirm_mfa(who uuid, step bigint, at timestamptz) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person_mfa m SET confirmed_at = at, last_step = step
        WHERE m.person_id = who AND m.confirmed_at IS NULL AND m.last_step < step RETURNING m.person_id
      $$`);
    // RFC 6238, 5.2: a code is accepted once, and none of an earlier step after it.
    await runner.query(`
      CREATE FUNCTION spend_mfa_step(who uuid, step bigint) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person_mfa m SET last_step = step
        WHERE m.person_id = who AND m.confirmed_at IS NOT NULL AND m.last_step < step RETURNING m.person_id
      $$`);
    await runner.query(`
      CREATE FUNCTION remove_mfa(who uuid) RETURNS void LANGUAGE sql AS $$
        DELETE FROM recovery_code WHERE person_id = who;
        DELETE FROM person_mfa WHERE person_id = who
      $$`);
    await runner.query(`
      CREATE FUNCTION save_recovery_codes(who uuid, hashes text[], at timestamptz) RETURNS void LANGUAGE sql AS $$
        DELETE FROM recovery_code WHERE person_id = who;
        INSERT INTO recovery_code (person_id, code_hash, created_at) SELECT who, h, at FROM unnest(hashes) h
      $$`);
    await runner.query(`
      CREATE FUNCTION spend_recovery_code(who uuid, hash text, at timestamptz) RETURNS TABLE (person_id uuid)
      LANGUAGE sql AS $$
        UPDATE recovery_code c SET used_at = at
        WHERE c.person_id = who AND c.code_hash = hash AND c.used_at IS NULL RETURNING c.person_id
      $$`);
    for (const signature of SIGNATURES) await asSystemFunction(runner, signature);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`DROP FUNCTION ${signature}`);
    for (const table of ['recovery_code', 'person_mfa']) await runner.query(`DROP TABLE ${table}`);
  }
}
