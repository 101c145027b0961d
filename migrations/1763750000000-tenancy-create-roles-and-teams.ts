import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTable } from '#libs/persistence';

const BUILT_IN = `('owner', 'admin', 'agent', 'auditor')`;

/**
 * Roles of a business's own, and teams. `membership.role` names a built-in role or such a role by its id; the id is a column of its own
 * besides, so that the database keeps a role that somebody has.
 */
export class TenancyCreateRolesAndTeams1763750000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE role (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
        description text NOT NULL DEFAULT '',
        permissions text[] NOT NULL CHECK (cardinality(permissions) > 0),
        data_scope text NOT NULL CHECK (data_scope IN ('all', 'team', 'mine')),
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query('CREATE UNIQUE INDEX role_name ON role (tenant_id, lower(name))');
    await protectTable(runner, 'role');

    await runner.query('ALTER TABLE membership DROP CONSTRAINT membership_role_check');
    await runner.query(`
      ALTER TABLE membership
        ADD COLUMN role_id uuid GENERATED ALWAYS AS (CASE WHEN role IN ${BUILT_IN} THEN NULL ELSE role::uuid END) STORED,
        ADD CONSTRAINT membership_role FOREIGN KEY (tenant_id, role_id) REFERENCES role (tenant_id, id)`);
    await runner.query(
      'CREATE INDEX membership_of_role ON membership (tenant_id, role_id) WHERE role_id IS NOT NULL',
    );

    await runner.query(`
      CREATE TABLE team (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      )`);
    await runner.query('CREATE UNIQUE INDEX team_name ON team (tenant_id, lower(name))');
    await protectTable(runner, 'team');

    await runner.query(`
      CREATE TABLE team_member (
        tenant_id uuid NOT NULL,
        id uuid NOT NULL,
        team_id uuid NOT NULL,
        person_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, team_id, person_id),
        FOREIGN KEY (tenant_id, team_id) REFERENCES team (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, person_id) REFERENCES membership (tenant_id, person_id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE INDEX team_member_person ON team_member (tenant_id, person_id)');
    await protectTable(runner, 'team_member');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['team_member', 'team']) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP INDEX membership_of_role');
    await runner.query('ALTER TABLE membership DROP COLUMN role_id');
    await runner.query(`UPDATE membership SET role = 'agent' WHERE role NOT IN ${BUILT_IN}`);
    await runner.query(
      `ALTER TABLE membership ADD CONSTRAINT membership_role_check CHECK (role IN ${BUILT_IN})`,
    );
    await runner.query('DROP TABLE role');
  }
}
