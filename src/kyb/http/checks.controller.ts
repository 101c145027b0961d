import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, page, Permission } from '#libs/http';
import { CheckDesk } from '../application/checks/check-desk.js';
import { CoverageDesk } from '../application/monitoring/coverage-desk.js';
import { CHECK_SOURCES } from '../domain/sources.js';
import {
  ChangePageDto,
  CheckDto,
  CheckPageDto,
  ChecksDto,
  EvidenceDto,
  ListChangesQueryDto,
  ListChecksQueryDto,
  ListSnapshotsQueryDto,
  RunChecksDto,
  SnapshotPageDto,
} from './check.dto.js';
import {
  CounterpartyCoverageDto,
  CoverageDto,
  CoverageGapPageDto,
  CoverageGapsQueryDto,
} from './coverage.dto.js';
import { checkDto, coverageDto, evidenceDto } from './kyb.views.js';

@ApiTags('KYB')
@Controller('api/v1/kyb')
export class ChecksController {
  constructor(
    private readonly desk: CheckDesk,
    private readonly coverage: CoverageDesk,
  ) {}

  @Post('counterparties/:id/checks')
  @HttpCode(200)
  @Permission('kyb:check')
  @ApiOperation({
    operationId: 'runChecks',
    summary: 'Check a counterparty now',
    description:
      'Answers when every source has answered or failed. A source that fails is `not_checked`, with the reason.',
  })
  @ApiOkResponse({ type: ChecksDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async run(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { sources = [...CHECK_SOURCES] }: RunChecksDto,
  ): Promise<ChecksDto> {
    return { data: (await this.desk.run(id, sources)).map(checkDto) };
  }

  @Get('counterparties/:id/coverage')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'getCounterpartyCoverage',
    summary: 'See what a counterparty was checked against',
    description: 'A row for each list and register; `unknown` where nobody has looked.',
  })
  @ApiOkResponse({ type: CounterpartyCoverageDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async coverageOf(@Param('id', ParseUUIDPipe) id: string): Promise<CounterpartyCoverageDto> {
    return { data: (await this.coverage.of(id)).map((row) => ({ ...row })) };
  }

  @Get('counterparties/:id/changes')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'listCounterpartyChanges',
    summary: 'See what checks found changed',
    description: 'Field by field and hit by hit, newest first.',
  })
  @ApiOkResponse({ type: ChangePageDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async changes(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { kind, ...query }: ListChangesQueryDto,
  ): Promise<ChangePageDto> {
    return page(await this.desk.changes(id, kind, query), query.limit);
  }

  @Get('counterparties/:id/snapshots')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'listCounterpartySnapshots',
    summary: 'See what registers said of a counterparty, each time it was something else',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: SnapshotPageDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async snapshots(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { source, ...query }: ListSnapshotsQueryDto,
  ): Promise<SnapshotPageDto> {
    return page(await this.desk.snapshots(id, source, query), query.limit);
  }

  @Get('checks')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'listChecks', summary: 'List checks', description: 'Newest first.' })
  @ApiOkResponse({ type: CheckPageDto })
  async list(@Query() { limit, startingAfter, ...filter }: ListChecksQueryDto): Promise<CheckPageDto> {
    return page((await this.desk.list(filter, { limit, startingAfter })).map(checkDto), limit);
  }

  @Get('checks/:id')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getCheck', summary: 'Read a check' })
  @ApiOkResponse({ type: CheckDto })
  @ApiProblems({ 404: ['check.not_found'] })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<CheckDto> {
    return checkDto(await this.desk.get(id));
  }

  @Get('checks/:id/evidence')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'getCheckEvidence',
    summary: 'Get the proof of a check',
    description:
      'Rendered again from what was kept: the same document, byte for byte in canonical JSON, whose hash was written down with the check.',
  })
  @ApiOkResponse({ type: EvidenceDto })
  @ApiProblems({ 404: ['check.not_found'] })
  async evidence(@Param('id', ParseUUIDPipe) id: string): Promise<EvidenceDto> {
    return evidenceDto(await this.desk.evidence(id));
  }

  @Get('coverage')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'getCoverage',
    summary: 'See who was checked against what, and who was not',
    description: 'Counts by list and register; who was never checked is `unknown`, which is not clean.',
  })
  @ApiOkResponse({ type: CoverageDto })
  async summary(): Promise<CoverageDto> {
    return coverageDto(await this.coverage.summary());
  }

  @Get('coverage/gaps')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listCoverageGaps',
    summary: 'List the counterparties that a source does not cover',
    description: 'Never checked, not answered, or held against an older edition only. By counterparty id.',
  })
  @ApiOkResponse({ type: CoverageGapPageDto })
  async gaps(@Query() { source, ...query }: CoverageGapsQueryDto): Promise<CoverageGapPageDto> {
    return page(
      (await this.coverage.gaps(source, query)).map((row) => ({ ...row })),
      query.limit,
    );
  }
}
