import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asSystemFunction, protectTable } from '#libs/persistence';

/**
 * `tenant` is the tenant: its id is what others call tenant_id. `person` spans tenants: the application role sees the people of
 * its tenant, without their password hashes; the hash leaves the table through `find_login` alone.
 */
export class TenancyCreateTables1763600100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenant (
        id uuid PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        time_zone text NOT NULL,
        country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
        currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
        language text NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await protectTable(runner, 'tenant', { tenantColumn: 'id', system: ['select'] });

    await runner.query(`
      CREATE TABLE person (
        id uuid PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (email = lower(email)),
        name text NOT NULL,
        password_hash text NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE membership (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        person_id uuid NOT NULL REFERENCES person (id),
        role text NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'auditor')),
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, person_id)
      )`);
    await runner.query('CREATE INDEX membership_person ON membership (person_id)');
    await protectTable(runner, 'membership', { system: ['select'] });

    await runner.query('ALTER TABLE person ENABLE ROW LEVEL SECURITY');
    await runner.query('ALTER TABLE person FORCE ROW LEVEL SECURITY');
    await runner.query(`
      CREATE POLICY member_of_tenant ON person FOR SELECT TO frontdesk_app
        USING (EXISTS (SELECT 1 FROM membership m WHERE m.person_id = person.id))`);
    await runner.query('CREATE POLICY system_select ON person FOR SELECT TO frontdesk_system USING (true)');
    await runner.query(
      'CREATE POLICY system_insert ON person FOR INSERT TO frontdesk_system WITH CHECK (true)',
    );
    await runner.query('GRANT SELECT (id, email, name, created_at) ON person TO frontdesk_app');
    await runner.query('GRANT SELECT, INSERT ON person TO frontdesk_system');

    await runner.query(`
      CREATE TABLE refresh_session (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        family_id uuid NOT NULL,
        token_hash text NOT NULL CHECK (token_hash ~ '^[0-9a-f]{64}$'),
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz,
        user_agent text,
        address text,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, token_hash),
        FOREIGN KEY (tenant_id, person_id) REFERENCES membership (tenant_id, person_id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE INDEX refresh_session_family ON refresh_session (tenant_id, family_id)');
    await protectTable(runner, 'refresh_session');

    await runner.query(`
      CREATE FUNCTION find_login(login_email text)
      RETURNS TABLE (person_id uuid, password_hash text, tenant_id uuid, tenant_name text, role text)
      LANGUAGE sql STABLE AS $$
        SELECT p.id, p.password_hash, m.tenant_id, t.name, m.role
        FROM person p
          LEFT JOIN membership m ON m.person_id = p.id
          LEFT JOIN tenant t ON t.id = m.tenant_id
        WHERE p.email = lower(login_email)
        ORDER BY m.created_at, m.id
      $$`);
    await asSystemFunction(runner, 'find_login(text)');

    // Answers the person who has the e-mail address, made now or before; who exists keeps name and password.
    await runner.query(`
      CREATE FUNCTION register_person(new_id uuid, new_email text, new_name text, new_hash text, at timestamptz)
      RETURNS TABLE (person_id uuid)
      LANGUAGE sql AS $$
        INSERT INTO person (id, email, name, password_hash, created_at)
        VALUES (new_id, lower(new_email), new_name, new_hash, at) ON CONFLICT (email) DO NOTHING;
        SELECT p.id FROM person p WHERE p.email = lower(new_email);
      $$`);
    await asSystemFunction(runner, 'register_person(uuid, text, text, text, timestamptz)');

    await runner.query(`
      CREATE FUNCTION find_tenant(tenant_slug text) RETURNS TABLE (tenant_id uuid)
      LANGUAGE sql STABLE AS $$ SELECT t.id FROM tenant t WHERE t.slug = tenant_slug $$`);
    await asSystemFunction(runner, 'find_tenant(text)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION find_tenant(text)');
    await runner.query('DROP FUNCTION register_person(uuid, text, text, text, timestamptz)');
    await runner.query('DROP FUNCTION find_login(text)');
    // The policy on person looks into membership.
    await runner.query('DROP POLICY member_of_tenant ON person');
    for (const table of ['refresh_session', 'membership', 'person', 'tenant'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
