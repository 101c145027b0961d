import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The two roles of ADR 0002, and the extensions that later migrations use. */
export class PersistenceCreateRoles1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const role of ['frontdesk_app', 'frontdesk_system']) {
      // Roles belong to the server, not to the database: another database of it may have made them, even just now.
      await runner.query(`DO $$ BEGIN
        CREATE ROLE ${role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
      await runner.query(`DO $$ BEGIN
        IF NOT pg_has_role(current_user, '${role}', 'SET') THEN EXECUTE 'GRANT ${role} TO CURRENT_USER'; END IF;
      END $$`);
      await runner.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    }
    for (const extension of ['btree_gist', 'pg_trgm', 'unaccent', 'vector'])
      await runner.query(`CREATE EXTENSION IF NOT EXISTS ${extension}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const extension of ['vector', 'unaccent', 'pg_trgm', 'btree_gist'])
      await runner.query(`DROP EXTENSION IF EXISTS ${extension}`);
    for (const role of ['frontdesk_system', 'frontdesk_app'])
      await runner.query(`REVOKE USAGE ON SCHEMA public FROM ${role}`);
  }
}
