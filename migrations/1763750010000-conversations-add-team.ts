import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The team that a thread belongs to, and the team that the threads of a channel begin with. */
export class ConversationsAddTeam1763750010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE thread ADD COLUMN team_id uuid');
    await runner.query(
      'CREATE INDEX thread_team ON thread (tenant_id, team_id, id) WHERE team_id IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX thread_assignee ON thread (tenant_id, assignee_id, id) WHERE assignee_id IS NOT NULL',
    );
    await runner.query('ALTER TABLE channel ADD COLUMN team_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE channel DROP COLUMN team_id');
    await runner.query('ALTER TABLE thread DROP COLUMN team_id');
  }
}
