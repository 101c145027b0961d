import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, ListQueryDto, page, Permission } from '#libs/http';
import { listEntryDto } from './kyb.views.js';
import { ListDesk } from '../application/lists/list-desk.js';
import {
  ListChangePageDto,
  ListChangesQueryDto,
  ListEntryDto,
  ListEntryParamsDto,
  ListEntryQueryDto,
  ListFetchPageDto,
  ListParamsDto,
  ListVersionPageDto,
  ListVersionsQueryDto,
  SanctionsListDto,
  SanctionsListsDto,
} from './list.dto.js';

@ApiTags('KYB')
@Controller('api/v1/kyb/lists')
export class KybListsController {
  constructor(private readonly lists: ListDesk) {}

  @Get()
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listSanctionsLists',
    summary: 'See the sanctions lists, how fresh they are, and their alarms',
    description:
      'The lists are of the installation: its operator fetches them, all businesses are screened against them.',
  })
  @ApiOkResponse({ type: SanctionsListsDto })
  async all(): Promise<SanctionsListsDto> {
    return { data: await this.lists.all() };
  }

  @Get(':list')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getSanctionsList', summary: 'See one sanctions list' })
  @ApiOkResponse({ type: SanctionsListDto })
  get(@Param() { list }: ListParamsDto): Promise<SanctionsListDto> {
    return this.lists.get(list);
  }

  @Get(':list/versions')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listSanctionsListVersions',
    summary: 'List the editions of a sanctions list',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: ListVersionPageDto })
  async versions(
    @Param() { list }: ListParamsDto,
    @Query() { limit, before }: ListVersionsQueryDto,
  ): Promise<ListVersionPageDto> {
    return page(await this.lists.versions(list, limit, before), limit);
  }

  @Get(':list/fetches')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listSanctionsListFetches',
    summary: 'List the fetches of a sanctions list',
    description:
      'Every attempt, also those that found nothing new, failed or were refused, with the reason. Newest first.',
  })
  @ApiOkResponse({ type: ListFetchPageDto })
  async fetches(
    @Param() { list }: ListParamsDto,
    @Query() { limit, startingAfter }: ListQueryDto,
  ): Promise<ListFetchPageDto> {
    return page(await this.lists.fetches(list, { limit, startingAfter }), limit);
  }

  @Get(':list/changes')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listSanctionsListChanges',
    summary: 'See what differs between two editions',
    description: 'By entry id.',
  })
  @ApiOkResponse({ type: ListChangePageDto })
  @ApiProblems({ 422: ['kyb.editions_reversed'] })
  async changes(
    @Param() { list }: ListParamsDto,
    @Query() { from, to, limit, startingAfter }: ListChangesQueryDto,
  ): Promise<ListChangePageDto> {
    return page(await this.lists.changes(list, from, to, { limit, startingAfter }), limit);
  }

  @Get(':list/entries/:entryId')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'getSanctionsListEntry',
    summary: 'Read a listed party',
    description:
      'As it is now or, with `hash`, as it was when a hit was decided. Public data, published by the authority.',
  })
  @ApiOkResponse({ type: ListEntryDto })
  @ApiProblems({ 404: ['entry.not_found'] })
  async entry(
    @Param() { list, entryId }: ListEntryParamsDto,
    @Query() { hash }: ListEntryQueryDto,
  ): Promise<ListEntryDto> {
    return listEntryDto(await this.lists.entry(list, entryId, hash));
  }
}
