import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, IfMatch, page, Permission } from '#libs/http';
import { KybSettingsDesk } from '../application/monitoring/settings-desk.js';
import { RunDesk } from '../application/monitoring/run-desk.js';
import { ScreenDesk } from '../application/screening/screen-desk.js';
import {
  KybSettingsDto,
  ListRunsQueryDto,
  PutKybSettingsDto,
  RunDto,
  RunPageDto,
  ScreenBatchDto,
  ScreenDto,
  ScreenedDto,
} from './screening.dto.js';
import { runDto, screenedDto } from './kyb.views.js';

const HITS = 20;

@ApiTags('KYB')
@Controller('api/v1/kyb')
export class ScreeningController {
  constructor(
    private readonly screening: ScreenDesk,
    private readonly runs: RunDesk,
    private readonly settings: KybSettingsDesk,
  ) {}

  @Post('screen')
  @HttpCode(200)
  @Permission('kyb:check')
  @ApiOperation({
    operationId: 'screenName',
    summary: 'Screen one name against the sanctions lists',
    description: 'No counterparty is made. Each hit explains itself; a name alone never confirms.',
  })
  @ApiOkResponse({ type: ScreenedDto })
  @ApiProblems({ 409: ['kyb.lists_not_loaded'] })
  async screen(@Body() { query, threshold, limit = HITS }: ScreenDto): Promise<ScreenedDto> {
    return screenedDto(await this.screening.screen([query], { threshold, limit }));
  }

  @Post('screen/batch')
  @HttpCode(200)
  @Permission('kyb:check')
  @ApiOperation({
    operationId: 'screenNames',
    summary: 'Screen up to 1,000 names',
    description: 'All against the same editions, answered in their order.',
  })
  @ApiOkResponse({ type: ScreenedDto })
  @ApiProblems({ 409: ['kyb.lists_not_loaded'] })
  async screenBatch(@Body() { queries, threshold, limit = HITS }: ScreenBatchDto): Promise<ScreenedDto> {
    return screenedDto(await this.screening.screen(queries, { threshold, limit }));
  }

  @Get('runs')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listKybRuns',
    summary: 'List passes and screenings',
    description: 'Newest first; also those that found nothing.',
  })
  @ApiOkResponse({ type: RunPageDto })
  async listRuns(@Query() { kind, ...query }: ListRunsQueryDto): Promise<RunPageDto> {
    return page((await this.runs.list(kind, query)).map(runDto), query.limit);
  }

  @Get('runs/:id')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getKybRun', summary: 'Read a pass or screening' })
  @ApiOkResponse({ type: RunDto })
  @ApiProblems({ 404: ['run.not_found'] })
  async getRun(@Param('id', ParseUUIDPipe) id: string): Promise<RunDto> {
    return runDto(await this.runs.get(id));
  }

  @Get('settings')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getKybSettings', summary: 'Read the settings of checks' })
  @ApiOkResponse({ type: KybSettingsDto })
  getSettings(): Promise<KybSettingsDto> {
    return this.settings.get();
  }

  @Put('settings')
  @Permission('kyb:configure')
  @ApiOperation({ operationId: 'putKybSettings', summary: 'Set the settings of checks' })
  @ApiOkResponse({ type: KybSettingsDto })
  @ApiProblems({ 412: ['kyb.settings_changed'] })
  putSettings(
    @Body() { requesterVatNumber = null, fullPassDays }: PutKybSettingsDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<KybSettingsDto> {
    return this.settings.put({ requesterVatNumber, fullPassDays }, expectedVersion);
  }
}
