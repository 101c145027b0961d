import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { TeamsService } from '../application/teams/teams.service.js';
import { CreateTeamDto, TeamDto, TeamPageDto, UpdateTeamDto } from './team.dto.js';

@ApiTags('Members')
@Controller('api/v1/teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  @Get()
  @Permission('teams:read')
  @ApiOperation({ operationId: 'listTeams', summary: 'List teams', description: 'Newest first.' })
  @ApiOkResponse({ type: TeamPageDto })
  async list(@Query() query: ListQueryDto): Promise<TeamPageDto> {
    return page(await this.teams.list(query), query.limit);
  }

  @Get(':id')
  @Permission('teams:read')
  @ApiOperation({ operationId: 'getTeam', summary: 'Read a team' })
  @ApiOkResponse({ type: TeamDto })
  @ApiProblems({ 404: ['team.not_found'] })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<TeamDto> {
    return this.teams.get(id);
  }

  @Post()
  @Idempotent()
  @Permission('teams:write')
  @ApiOperation({
    operationId: 'createTeam',
    summary: 'Make a team',
    description:
      'Threads are given to it with assignThread, or by the channel they come in on (updateChannel). Members whose role has the scope ' +
      '`team` see its threads, and the bookings of the people in it.',
  })
  @ApiCreatedResponse({ type: TeamDto })
  @ApiProblems({ 409: ['tenancy.team_name_taken'], 422: ['tenancy.member_unknown'] })
  create(@Body() { name, memberIds }: CreateTeamDto): Promise<TeamDto> {
    return this.teams.create({ name, memberIds });
  }

  @Patch(':id')
  @Permission('teams:write')
  @ApiOperation({
    operationId: 'updateTeam',
    summary: 'Change a team',
    description: 'Who comes or goes sees more or less within a second.',
  })
  @ApiOkResponse({ type: TeamDto })
  @ApiProblems({
    404: ['team.not_found'],
    409: ['tenancy.team_name_taken'],
    412: ['team.changed'],
    422: ['tenancy.member_unknown'],
  })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateTeamDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<TeamDto> {
    return this.teams.change(id, body, expectedVersion);
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('teams:write')
  @ApiOperation({
    operationId: 'deleteTeam',
    summary: 'Delete a team',
    description: 'Its threads and channels belong to no team then.',
  })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['team.not_found'], 412: ['team.changed'] })
  remove(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<void> {
    return this.teams.remove(id, expectedVersion);
  }
}
