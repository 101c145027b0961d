import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { IsTeamQuery } from '../../contracts/index.js';
import { TeamRepository } from '../../infrastructure/authorities/team.repository.js';

@QueryHandler(IsTeamQuery)
export class IsTeamHandler implements IQueryHandler<IsTeamQuery> {
  constructor(private readonly teams: TeamRepository) {}

  async execute({ teamId }: IsTeamQuery): Promise<boolean> {
    return (await this.teams.find(teamId, 'FOR KEY SHARE')) !== null;
  }
}
