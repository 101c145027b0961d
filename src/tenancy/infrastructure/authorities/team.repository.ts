import { Injectable } from '@nestjs/common';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

export interface TeamView {
  readonly id: string;
  readonly name: string;
  /** Of the people. */
  readonly memberIds: string[];
  readonly version: number;
}

const SELECT = `SELECT t.id, t.name, t.version, coalesce((SELECT json_agg(m.person_id ORDER BY m.person_id) FROM team_member m
    WHERE m.tenant_id = t.tenant_id AND m.team_id = t.id), '[]') AS "memberIds"
  FROM team t WHERE t.tenant_id = $1`;

/** The teams of the business of the context. */
@Injectable()
export class TeamRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Newest first; one row more than `limit`. */
  list(page: { limit: number; startingAfter?: string }): Promise<TeamView[]> {
    return this.uow.query<TeamView>(
      `${SELECT} AND ($2::uuid IS NULL OR t.id < $2) ORDER BY t.id DESC LIMIT $3`,
      [currentTenant(), page.startingAfter ?? null, page.limit + 1],
    );
  }

  async find(id: string, locking: '' | 'FOR UPDATE' | 'FOR KEY SHARE' = ''): Promise<TeamView | null> {
    const [row] = await this.uow.query<TeamView>(`${SELECT} AND t.id = $2 ${locking && `${locking} OF t`}`, [
      currentTenant(),
      id,
    ]);
    return row ?? null;
  }

  /** False when the name is taken. */
  async insert(id: string, name: string): Promise<boolean> {
    const inserted = await this.uow.execute(
      `INSERT INTO team (tenant_id, id, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING`,
      [currentTenant(), id, name, this.clock.now()],
    );
    return inserted === 1;
  }

  /** Writes a locked team; false when another one has the name. */
  async save(id: string, name: string): Promise<boolean> {
    const saved = await this.uow.execute(
      `UPDATE team SET name = $3, version = version + 1, updated_at = $4 WHERE tenant_id = $1 AND id = $2
         AND NOT EXISTS (SELECT FROM team o WHERE o.tenant_id = $1 AND lower(o.name) = lower($3) AND o.id <> $2)`,
      [currentTenant(), id, name, this.clock.now()],
    );
    return saved === 1;
  }

  /** Which of the people have no access to the business. */
  async strangersOf(personIds: readonly string[]): Promise<string[]> {
    const rows = await this.uow.query<{ id: string }>(
      `SELECT p.id FROM unnest($2::uuid[]) AS p(id)
       WHERE NOT EXISTS (SELECT FROM membership m WHERE m.tenant_id = $1 AND m.person_id = p.id)`,
      [currentTenant(), personIds],
    );
    return rows.map(({ id }) => id);
  }

  async setMembers(id: string, personIds: readonly string[]): Promise<void> {
    await this.uow.execute(
      'DELETE FROM team_member WHERE tenant_id = $1 AND team_id = $2 AND person_id <> ALL($3::uuid[])',
      [currentTenant(), id, personIds],
    );
    await this.uow.execute(
      `INSERT INTO team_member (tenant_id, id, team_id, person_id)
       SELECT $1, n.id, $2, n.person_id FROM unnest($3::uuid[], $4::uuid[]) AS n(id, person_id) ON CONFLICT DO NOTHING`,
      [currentTenant(), id, personIds.map(() => newId()), personIds],
    );
  }

  async remove(id: string): Promise<void> {
    await this.uow.execute('DELETE FROM team WHERE tenant_id = $1 AND id = $2', [currentTenant(), id]);
  }

  /** The teams of a person, and everybody who is in one of them. */
  async around(personId: string): Promise<{ teamIds: string[]; personIds: string[] }> {
    const rows = await this.uow.query<{ teamId: string; personId: string }>(
      `SELECT m.team_id AS "teamId", m.person_id AS "personId" FROM team_member own
       JOIN team_member m ON m.tenant_id = own.tenant_id AND m.team_id = own.team_id
       WHERE own.tenant_id = $1 AND own.person_id = $2`,
      [currentTenant(), personId],
    );
    return {
      teamIds: [...new Set(rows.map((row) => row.teamId))],
      personIds: [...new Set(rows.map((row) => row.personId))],
    };
  }
}
