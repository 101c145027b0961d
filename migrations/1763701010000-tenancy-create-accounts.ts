import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

/** What one token in a mail is good for. Mirrors `TokenPurpose` of the tenancy context. */
const PURPOSES = `'verify-email', 'password-reset', 'change-email', 'mfa-challenge'`;

const SIGNATURES = [
  'create_person(uuid, text, text, text, timestamptz)',
  'find_account(uuid)',
  'memberships_of(uuid)',
  'rename_person(uuid, text)',
  'change_password(uuid, text)',
  'verify_email(uuid, text, timestamptz)',
  'change_email(uuid, text, timestamptz)',
  'save_person_token(uuid, uuid, text, text, text, text, timestamptz, timestamptz)',
  'use_person_token(text, text, timestamptz)',
  'peek_person_token(text, text, timestamptz)',
  'person_token_mail(uuid)',
  'forget_sealed_token(uuid)',
  'challenged_person(text, timestamptz)',
] as const;

/**
 * Accounts of people span businesses, so their tokens do too: no tenant_id, no policy for the application role, narrow functions
 * instead. A token in a mail is kept as its hash; sealed as well until the mail is sent, because it is mailed after the commit.
 */
export class TenancyCreateAccounts1763701010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE person ADD COLUMN email_verified_at timestamptz');
    await runner.query('GRANT SELECT (email_verified_at) ON person TO frontdesk_app');
    await runner.query('GRANT UPDATE (name, email, email_verified_at) ON person TO frontdesk_system');
    await runner.query('ALTER TABLE tenant ADD COLUMN mfa_required boolean NOT NULL DEFAULT false');
    await runner.query('ALTER TABLE tenant ADD COLUMN security_version integer NOT NULL DEFAULT 0');
    await runner.query(`
      CREATE TABLE person_token (
        id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        purpose text NOT NULL CHECK (purpose IN (${PURPOSES})),
        token_hash text NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
        sealed_token text,
        sealed_data text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        tries integer NOT NULL DEFAULT 0
      )`);
    await runner.query('CREATE INDEX person_token_person ON person_token (person_id, purpose)');
    await runner.query('ALTER TABLE person_token ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE person_token FORCE ROW LEVEL SECURITY');
    await runner.query(
      'CREATE POLICY system_all ON person_token TO frontdesk_system USING (true) WITH CHECK (true)',
    );
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON person_token TO frontdesk_system');
    await this.createFunctions(runner);
    for (const signature of SIGNATURES) await asSystemFunction(runner, signature);
  }

  private async createFunctions(runner: QueryRunner): Promise<void> {
    // Unlike register_person it answers only who was made: of two at once the second waits, and gets no row.
    await runner.query(`
      CREATE FUNCTION create_person(new_id uuid, new_email text, new_name text, new_hash text, at timestamptz)
      RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        INSERT INTO person (id, email, name, password_hash, created_at)
        VALUES (new_id, lower(new_email), new_name, new_hash, at) ON CONFLICT (email) DO NOTHING RETURNING id
      $$`);
    await runner.query(`
      CREATE FUNCTION find_account(who uuid)
      RETURNS TABLE (email text, name text, password_hash text, email_verified_at timestamptz) LANGUAGE sql STABLE AS $$
        SELECT p.email, p.name, p.password_hash, p.email_verified_at FROM person p WHERE p.id = who
      $$`);
    await runner.query(`
      CREATE FUNCTION memberships_of(who uuid)
      RETURNS TABLE (tenant_id uuid, slug text, name text, role text, mfa_required boolean, joined_at timestamptz,
        language text)
      LANGUAGE sql STABLE AS $$
        SELECT t.id, t.slug, t.name, m.role, t.mfa_required, m.created_at, t.language
        FROM membership m JOIN tenant t ON t.id = m.tenant_id WHERE m.person_id = who ORDER BY m.created_at, m.id
      $$`);
    await runner.query(`
      CREATE FUNCTION rename_person(who uuid, new_name text) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person SET name = new_name WHERE id = who RETURNING id
      $$`);
    await runner.query(`
      CREATE FUNCTION change_password(who uuid, new_hash text) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person SET password_hash = new_hash WHERE id = who RETURNING id
      $$`);
    // Only the address that the token was mailed to: it may have been changed since.
    await runner.query(`
      CREATE FUNCTION verify_email(who uuid, mailed text, at timestamptz) RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        UPDATE person SET email_verified_at = coalesce(email_verified_at, at)
        WHERE id = who AND email = lower(mailed) RETURNING id
      $$`);
    // No row when the address is somebody else's, also when they come to it at the same moment.
    await runner.query(`
      CREATE FUNCTION change_email(who uuid, new_email text, at timestamptz) RETURNS TABLE (old_email text)
      LANGUAGE plpgsql AS $$
      BEGIN
        SELECT p.email INTO old_email FROM person p WHERE p.id = who FOR UPDATE;
        UPDATE person p SET email = lower(new_email), email_verified_at = at WHERE p.id = who;
        IF FOUND THEN RETURN NEXT; END IF;
      EXCEPTION WHEN unique_violation THEN RETURN;
      END $$`);
    // A new token of a purpose puts the earlier ones out of use; challenges stand beside each other.
    await runner.query(`
      CREATE FUNCTION save_person_token(token_id uuid, who uuid, for_purpose text, hash text, sealed text, data text,
        at timestamptz, until timestamptz)
      RETURNS void LANGUAGE sql AS $$
        DELETE FROM person_token t WHERE t.person_id = who
          AND ((t.purpose = for_purpose AND for_purpose <> 'mfa-challenge') OR t.expires_at < at - interval '7 days');
        INSERT INTO person_token (id, person_id, purpose, token_hash, sealed_token, sealed_data, created_at, expires_at)
        VALUES (token_id, who, for_purpose, hash, sealed, data, at, until)
      $$`);
    await runner.query(`
      CREATE FUNCTION use_person_token(hash text, for_purpose text, at timestamptz)
      RETURNS TABLE (id uuid, person_id uuid, sealed_data text) LANGUAGE sql AS $$
        UPDATE person_token t SET used_at = at, sealed_token = NULL
        WHERE t.token_hash = hash AND t.purpose = for_purpose AND t.used_at IS NULL AND t.expires_at > at
        RETURNING t.id, t.person_id, t.sealed_data
      $$`);
    // Counts the look: whoever guesses at a challenge uses it up. The row is locked until the unit ends.
    await runner.query(`
      CREATE FUNCTION peek_person_token(hash text, for_purpose text, at timestamptz)
      RETURNS TABLE (id uuid, person_id uuid, sealed_data text, tries integer) LANGUAGE sql AS $$
        UPDATE person_token t SET tries = t.tries + 1
        WHERE t.token_hash = hash AND t.purpose = for_purpose AND t.used_at IS NULL AND t.expires_at > at
        RETURNING t.id, t.person_id, t.sealed_data, t.tries
      $$`);
    await runner.query(`
      CREATE FUNCTION person_token_mail(token_id uuid)
      RETURNS TABLE (person_id uuid, email text, name text, sealed_token text, sealed_data text, expires_at timestamptz)
      LANGUAGE sql STABLE AS $$
        SELECT p.id, p.email, p.name, t.sealed_token, t.sealed_data, t.expires_at
        FROM person_token t JOIN person p ON p.id = t.person_id WHERE t.id = token_id AND t.used_at IS NULL
      $$`);
    await runner.query(`
      CREATE FUNCTION challenged_person(hash text, at timestamptz) RETURNS TABLE (email text) LANGUAGE sql STABLE AS $$
        SELECT p.email FROM person_token t JOIN person p ON p.id = t.person_id
        WHERE t.token_hash = hash AND t.purpose = 'mfa-challenge' AND t.used_at IS NULL AND t.expires_at > at
      $$`);
    await runner.query(`
      CREATE FUNCTION forget_sealed_token(token_id uuid) RETURNS void LANGUAGE sql AS $$
        UPDATE person_token SET sealed_token = NULL WHERE id = token_id
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP TABLE person_token');
    await runner.query('ALTER TABLE tenant DROP COLUMN security_version');
    await runner.query('ALTER TABLE tenant DROP COLUMN mfa_required');
    await runner.query('REVOKE UPDATE (name, email, email_verified_at) ON person FROM frontdesk_system');
    await runner.query('ALTER TABLE person DROP COLUMN email_verified_at');
  }
}
