import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction } from '#libs/persistence';

const SIGNATURES = [
  'find_login(text, text)',
  'register_person(uuid, text, text, text, text, text, timestamptz)',
  'create_person(uuid, text, text, text, text, text, timestamptz)',
  'verify_email(uuid, text, text, timestamptz)',
  'change_email(uuid, text, text, text, timestamptz)',
  'set_member_password(text, text, text)',
  'network_known(text, text, text, text, timestamptz)',
  'challenged_account(text, timestamptz)',
] as const;

/** SQL over `p`: has the address, whose blind index and plain text these arguments are. Rows of before have no index. */
const HAS = (index: string, plain: string): string =>
  `(p.email_index = ${index} OR (p.email_index IS NULL AND p.email = lower(${plain})))`;

/**
 * Accounts and invitations keep addresses and names sealed from now on: what is looked up, and unique, is the blind index. Rows of before
 * have none until `cli seal-data` has been there. The functions of before stay for processes of the release before.
 */
export class TenancySealAccounts1763780000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['person', 'invitation']) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN email_index text`);
      await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_email_check`);
      await runner.query(`
        ALTER TABLE ${table} ADD CONSTRAINT ${table}_email_check
        CHECK (CASE WHEN email_index IS NULL THEN email = lower(email) ELSE email LIKE 'fd1.%' END)`);
    }
    await runner.query('CREATE UNIQUE INDEX person_email_index ON person (email_index)');
    await runner.query(
      `CREATE UNIQUE INDEX invitation_open_index ON invitation (tenant_id, email_index)
       WHERE accepted_at IS NULL AND revoked_at IS NULL`,
    );
    await runner.query('GRANT SELECT (email_index) ON person TO frontdesk_app');
    await runner.query('GRANT UPDATE (email_index) ON person TO frontdesk_system');
    await this.createFunctions(runner);
    for (const signature of SIGNATURES) await asSystemFunction(runner, signature);
  }

  private async createFunctions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION find_login(login_index text, login_email text)
      RETURNS TABLE (person_id uuid, password_hash text, tenant_id uuid, tenant_name text, role text)
      LANGUAGE sql STABLE AS $$
        SELECT p.id, p.password_hash, m.tenant_id, t.name, m.role
        FROM person p
          LEFT JOIN membership m ON m.person_id = p.id
          LEFT JOIN tenant t ON t.id = m.tenant_id
        WHERE ${HAS('login_index', 'login_email')}
        ORDER BY m.created_at, m.id
      $$`);
    // Of two at once the second waits, and gets no row.
    await runner.query(`
      CREATE FUNCTION create_person(new_id uuid, new_email text, new_index text, plain text, new_name text, new_hash text,
        at timestamptz)
      RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        INSERT INTO person (id, email, email_index, name, password_hash, created_at)
        SELECT new_id, new_email, new_index, new_name, new_hash, at
        WHERE NOT EXISTS (SELECT 1 FROM person p WHERE ${HAS('new_index', 'plain')})
        ON CONFLICT DO NOTHING RETURNING id
      $$`);
    // Answers the person who has the address, made now or before; who exists keeps name and password.
    await runner.query(`
      CREATE FUNCTION register_person(new_id uuid, new_email text, new_index text, plain text, new_name text, new_hash text,
        at timestamptz)
      RETURNS TABLE (person_id uuid) LANGUAGE sql AS $$
        SELECT create_person(new_id, new_email, new_index, plain, new_name, new_hash, at);
        SELECT p.id FROM person p WHERE ${HAS('new_index', 'plain')};
      $$`);
    // Only the address that the token was mailed to: it may have been changed since.
    await runner.query(`
      CREATE FUNCTION verify_email(who uuid, mailed_index text, mailed text, at timestamptz) RETURNS TABLE (person_id uuid)
      LANGUAGE sql AS $$
        UPDATE person p SET email_verified_at = coalesce(p.email_verified_at, at)
        WHERE p.id = who AND ${HAS('mailed_index', 'mailed')} RETURNING p.id
      $$`);
    // No row when the address is somebody else's, also when they come to it at the same moment.
    await runner.query(`
      CREATE FUNCTION change_email(who uuid, new_email text, new_index text, plain text, at timestamptz)
      RETURNS TABLE (old_email text) LANGUAGE plpgsql AS $$
      BEGIN
        SELECT p.email INTO old_email FROM person p WHERE p.id = who FOR UPDATE;
        UPDATE person t SET email = new_email, email_index = new_index, email_verified_at = at
        WHERE t.id = who AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id <> who AND ${HAS('new_index', 'plain')});
        IF FOUND THEN RETURN NEXT; END IF;
      EXCEPTION WHEN unique_violation THEN RETURN;
      END $$`);
    await runner.query(`
      CREATE FUNCTION set_member_password(member_index text, member_email text, new_hash text) RETURNS TABLE (person_id uuid)
      LANGUAGE sql AS $$
        UPDATE person p SET password_hash = new_hash
        WHERE ${HAS('member_index', 'member_email')} AND EXISTS (
          SELECT 1 FROM membership m
          WHERE m.person_id = p.id AND m.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        RETURNING p.id
      $$`);
    await runner.query(`
      CREATE FUNCTION network_known(login_index text, login_email text, network_index text, login_network text,
        since timestamptz)
      RETURNS TABLE (known boolean) LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
          SELECT 1 FROM login_session s
          WHERE s.person_id = (SELECT l.person_id FROM find_login(login_index, login_email) l LIMIT 1)
            AND s.network IN (network_index, login_network) AND s.last_used_at >= since)
      $$`);
    await runner.query(`
      CREATE FUNCTION challenged_account(hash text, at timestamptz) RETURNS TABLE (id uuid, email text)
      LANGUAGE sql STABLE AS $$
        SELECT p.id, p.email FROM person_token t JOIN person p ON p.id = t.person_id
        WHERE t.token_hash = hash AND t.purpose = 'mfa-challenge' AND t.used_at IS NULL AND t.expires_at > at
      $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of SIGNATURES) await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP INDEX invitation_open_index');
    // Where an address is sealed already this fails, on purpose: nobody could sign in.
    for (const table of ['person', 'invitation']) {
      await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_email_check`);
      await runner.query(
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_email_check CHECK (email = lower(email))`,
      );
      await runner.query(`ALTER TABLE ${table} DROP COLUMN email_index`);
    }
  }
}
