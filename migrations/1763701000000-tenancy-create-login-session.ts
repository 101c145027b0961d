import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/**
 * A login is a row: what ends it ends the refresh tokens that came of it and, through the session gate, its access tokens. It has no
 * key to membership: it must tell that it is over when the membership is gone.
 */
export class TenancyCreateLoginSession1763701000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE login_session (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        mfa_at timestamptz,
        ended_at timestamptz,
        user_agent text,
        address text,
        network text,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query(`
      INSERT INTO login_session (tenant_id, id, person_id, created_at, last_used_at, ended_at, user_agent, address)
      SELECT tenant_id, family_id, (array_agg(person_id))[1], min(issued_at), max(issued_at),
        CASE WHEN bool_and(revoked_at IS NOT NULL) THEN max(revoked_at) END,
        (array_agg(user_agent ORDER BY issued_at DESC))[1], (array_agg(address ORDER BY issued_at DESC))[1]
      FROM refresh_session GROUP BY tenant_id, family_id`);
    await runner.query(
      'CREATE INDEX login_session_open ON login_session (tenant_id, person_id, id) WHERE ended_at IS NULL',
    );
    await runner.query('CREATE INDEX login_session_person ON login_session (person_id, network)');
    await runner.query(
      'CREATE INDEX login_session_ended ON login_session (ended_at) WHERE ended_at IS NOT NULL',
    );
    await protectTable(runner, 'login_session', { system: ['select', 'update'] });

    // A password is one for all businesses of a person, and so is the end of what was opened with it.
    await runner.query(`
      CREATE FUNCTION end_sessions_of(who uuid, except_session uuid, at timestamptz) RETURNS TABLE (session_id uuid)
      LANGUAGE sql AS $$
        UPDATE login_session s SET ended_at = at
        WHERE s.person_id = who AND s.ended_at IS NULL AND s.id IS DISTINCT FROM except_session
        RETURNING s.id
      $$`);
    await asSystemFunction(runner, 'end_sessions_of(uuid, uuid, timestamptz)');

    await runner.query(`
      CREATE FUNCTION session_ended(tenant uuid, session uuid) RETURNS TABLE (ended boolean) LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT 1 FROM login_session s WHERE s.tenant_id = tenant AND s.id = session AND s.ended_at IS NOT NULL)
      $$`);
    await asSystemFunction(runner, 'session_ended(uuid, uuid)');

    await runner.query(`
      CREATE FUNCTION sessions_ended_since(since timestamptz) RETURNS TABLE (session_id uuid) LANGUAGE sql STABLE AS $$
        SELECT s.id FROM login_session s WHERE s.ended_at >= since
      $$`);
    await asSystemFunction(runner, 'sessions_ended_since(timestamptz)');

    await runner.query(`
      CREATE FUNCTION network_known(login_email text, login_network text, since timestamptz) RETURNS TABLE (known boolean)
      LANGUAGE sql STABLE AS $$
        SELECT EXISTS (
          SELECT 1 FROM login_session s
          WHERE s.person_id = (SELECT l.person_id FROM find_login(login_email) l LIMIT 1)
            AND s.network = login_network AND s.last_used_at >= since)
      $$`);
    await asSystemFunction(runner, 'network_known(text, text, timestamptz)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const signature of [
      'network_known(text, text, timestamptz)',
      'sessions_ended_since(timestamptz)',
      'session_ended(uuid, uuid)',
      'end_sessions_of(uuid, uuid, timestamptz)',
    ])
      await runner.query(`DROP FUNCTION ${signature}`);
    await runner.query('DROP TABLE login_session');
  }
}
