import { Injectable } from '@nestjs/common';
import { DomainError, newId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { TeamDeleted } from '../../contracts/index.js';
import { StoredAuthorities } from '../../infrastructure/authorities/stored-authorities.js';
import { TeamRepository, type TeamView } from '../../infrastructure/authorities/team.repository.js';

export interface TeamDraft {
  readonly name: string;
  readonly memberIds: readonly string[];
}

/**
 * The teams of the business of the context. Who comes or goes sees more or less within a second. Errors: `team.not_found` (404);
 * of writes also `tenancy.team_name_taken` (409), `tenancy.member_unknown` (422).
 */
@Injectable()
export class TeamsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly teams: TeamRepository,
    private readonly authorities: StoredAuthorities,
    private readonly outbox: Outbox,
  ) {}

  list(page: { limit: number; startingAfter?: string }): Promise<TeamView[]> {
    return this.uow.run(() => this.teams.list(page));
  }

  get(id: string): Promise<TeamView> {
    return this.uow.run(() => this.one(id));
  }

  async create({ name, memberIds }: TeamDraft): Promise<TeamView> {
    const team = await this.uow.run(async () => {
      const id = newId();
      if (!(await this.teams.insert(id, name))) throw nameTaken();
      await this.setMembers(id, memberIds);
      return this.one(id);
    });
    this.authorities.forget();
    return team;
  }

  /** What is left out stays; `memberIds` replaces the whole list. Error: `team.changed` (412). */
  async change(id: string, patch: Partial<TeamDraft>, expectedVersion?: number): Promise<TeamView> {
    const changed = await this.uow.run(async () => {
      const team = await this.unchanged(id, expectedVersion);
      if (!(await this.teams.save(id, patch.name ?? team.name))) throw nameTaken();
      if (patch.memberIds) await this.setMembers(id, patch.memberIds);
      return this.one(id);
    });
    this.authorities.forget();
    return changed;
  }

  /** Its threads are no team's then; those who saw them because of it see them no more. Error: `team.changed` (412). */
  async remove(id: string, expectedVersion?: number): Promise<void> {
    await this.uow.run(async () => {
      await this.unchanged(id, expectedVersion);
      await this.teams.remove(id);
      await this.outbox.append(TeamDeleted.make(id, { teamId: id }));
    });
    this.authorities.forget();
  }

  private async unchanged(id: string, expectedVersion: number | undefined): Promise<TeamView> {
    const team = await this.one(id, 'FOR UPDATE');
    if (expectedVersion !== undefined && expectedVersion !== team.version)
      throw new DomainError('stale', 'team.changed', 'The team changed since you read it; read it again.');
    return team;
  }

  private async one(id: string, locking: '' | 'FOR UPDATE' = ''): Promise<TeamView> {
    const team = await this.teams.find(id, locking);
    if (!team) throw DomainError.notFound('team', id);
    return team;
  }

  private async setMembers(id: string, memberIds: readonly string[]): Promise<void> {
    const strangers = new Set(await this.teams.strangersOf(memberIds));
    if (strangers.size > 0)
      throw new DomainError(
        'invalid',
        'tenancy.member_unknown',
        'Some of these people have no access to this business: see errors.',
        {
          errors: memberIds.flatMap((each, at) =>
            strangers.has(each) ? [{ pointer: `/memberIds/${at}`, detail: `${each} is no member` }] : [],
          ),
        },
      );
    await this.teams.setMembers(id, memberIds);
  }
}

const nameTaken = (): DomainError =>
  new DomainError('conflict', 'tenancy.team_name_taken', 'Another team of the business has this name.');
