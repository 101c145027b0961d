import {
  Body,
  Controller,
  Get,
  Header,
  Param,
  ParseUUIDPipe,
  Put,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { CaseDesk } from '../application/alerts/case-desk.js';
import { CaseFiler } from '../application/alerts/case-file.js';
import { RulesDesk } from '../application/alerts/rules-desk.js';
import { casePdf } from '../infrastructure/case-pdf.js';
import { AssignDto } from './alert.dto.js';
import { CaseFileDto } from './case-file.dto.js';
import {
  CaseDto,
  CaseEventPageDto,
  CasePageDto,
  CaseWithHistoryDto,
  ListCasesQueryDto,
  PriorityDto,
} from './case.dto.js';
import {
  OwnRiskWeightsDto,
  PutRulesDto,
  RiskDto,
  RiskHistoryPageDto,
  RiskWeightsDto,
  RulesDto,
} from './rules.dto.js';
import { riskDto, rulesDto, weightsDto } from './kyb.views.js';

/** Of what happened to a case, as much as is shown with it. */
const HISTORY = 100;

@ApiTags('KYB')
@Controller('api/v1/kyb')
export class CasesController {
  constructor(
    private readonly desk: CaseDesk,
    private readonly filer: CaseFiler,
    private readonly rules: RulesDesk,
  ) {}

  @Get('cases')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'listCases', summary: 'List cases', description: 'Newest first.' })
  @ApiOkResponse({ type: CasePageDto })
  async list(@Query() { limit, startingAfter, ...filter }: ListCasesQueryDto): Promise<CasePageDto> {
    return page(await this.desk.list(filter, { limit, startingAfter }), limit);
  }

  @Get('cases/:id')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'getCase',
    summary: 'Read a case',
    description: 'Its alerts: `GET /api/v1/kyb/alerts?caseId=`.',
  })
  @ApiOkResponse({ type: CaseWithHistoryDto })
  @ApiProblems({ 404: ['case.not_found'] })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<CaseWithHistoryDto> {
    const { data, hasMore } = page(await this.desk.history(id, { limit: HISTORY }), HISTORY);
    return { ...(await this.desk.get(id)), history: data, hasMoreHistory: hasMore };
  }

  @Get('cases/:id/history')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listCaseHistory',
    summary: 'See what happened to a case',
    description: 'Oldest first: opening, assignment, priority, time to decide by, lateness, closing.',
  })
  @ApiOkResponse({ type: CaseEventPageDto })
  @ApiProblems({ 404: ['case.not_found'] })
  async caseHistory(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListQueryDto,
  ): Promise<CaseEventPageDto> {
    return page(await this.desk.history(id, query), query.limit);
  }

  @Put('cases/:id/priority')
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'setCasePriority',
    summary: 'Say how urgent a case is',
    description: 'A further alert that is more urgent raises it again; nothing lowers it by itself.',
  })
  @ApiOkResponse({ type: CaseDto })
  @ApiProblems({ 404: ['case.not_found'], 412: ['kyb.case_changed'] })
  setPriority(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { priority }: PriorityDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CaseDto> {
    return this.desk.setPriority(id, priority, expectedVersion);
  }

  @Put('cases/:id/assignee')
  @Permission('kyb:decide')
  @ApiOperation({ operationId: 'assignCase', summary: 'Give a case to a member, or to nobody' })
  @ApiOkResponse({ type: CaseDto })
  @ApiProblems({ 404: ['case.not_found'], 412: ['kyb.case_changed'], 422: ['kyb.assignee_unknown'] })
  assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { assigneeId }: AssignDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CaseDto> {
    return this.desk.assign(id, assigneeId ?? null, expectedVersion);
  }

  @Get('cases/:id/file')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'getCaseFile',
    summary: 'Take a case out with its evidence',
    description:
      'Counterparty, alerts with everything that happened to them, risk, and the evidence of each check that showed them, with a hash of each part.',
  })
  @ApiOkResponse({ type: CaseFileDto })
  @ApiProblems({ 404: ['case.not_found'] })
  file(@Param('id', ParseUUIDPipe) id: string): Promise<CaseFileDto> {
    return this.filer.export(id);
  }

  @Get('cases/:id/file.pdf')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getCaseFilePdf',
    summary: 'Take a case out as people read it',
    description:
      'PDF, A4, with the hashes of the JSON file. Scripts other than Latin are transliterated: they stand as they are in the JSON file.',
  })
  @ApiOkResponse({
    description: 'The file.',
    content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems({ 404: ['case.not_found'] })
  async pdf(@Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const pdf = await casePdf(await this.filer.export(id));
    return new StreamableFile(pdf, {
      type: 'application/pdf',
      disposition: `attachment; filename="case-${id}.pdf"`,
    });
  }

  @Get('counterparties/:id/risk')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getRisk', summary: 'See how risky a counterparty is, and why' })
  @ApiOkResponse({ type: RiskDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async risk(@Param('id', ParseUUIDPipe) id: string): Promise<RiskDto> {
    return riskDto(await this.rules.risk(id));
  }

  @Get('counterparties/:id/risk/history')
  @Permission('kyb:read')
  @ApiOperation({
    operationId: 'listRiskHistory',
    summary: 'See how the risk of a counterparty came about',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: RiskHistoryPageDto })
  @ApiProblems({ 404: ['counterparty.not_found'] })
  async history(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListQueryDto,
  ): Promise<RiskHistoryPageDto> {
    const rows = await this.rules.history(id, query);
    return page(
      rows.map((row) => ({ id: row.id, ...riskDto(row) })),
      query.limit,
    );
  }

  @Get('rules')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getRules', summary: 'See which changes are material' })
  @ApiOkResponse({ type: RulesDto })
  async getRules(): Promise<RulesDto> {
    return rulesDto(await this.rules.get());
  }

  @Put('rules')
  @Permission('kyb:configure')
  @ApiOperation({
    operationId: 'putRules',
    summary: 'Say which changes are material',
    description:
      'Kinds that are left out stay as they are. It counts from the next check on; what confirmed alerts stop is told anew at once.',
  })
  @ApiOkResponse({ type: RulesDto })
  @ApiProblems({ 412: ['kyb.rules_changed'] })
  async putRules(
    @Body() body: PutRulesDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<RulesDto> {
    return rulesDto(await this.rules.putRules(body, expectedVersion));
  }

  @Get('risk-weights')
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'getRiskWeights', summary: 'See how risk is weighed' })
  @ApiOkResponse({ type: OwnRiskWeightsDto })
  async getWeights(): Promise<OwnRiskWeightsDto> {
    return weightsDto(await this.rules.get());
  }

  @Put('risk-weights')
  @Permission('kyb:configure')
  @ApiOperation({
    operationId: 'putRiskWeights',
    summary: 'Weigh risk',
    description: 'Weights that are left out stay as they are. It counts from the next check on.',
  })
  @ApiOkResponse({ type: OwnRiskWeightsDto })
  @ApiProblems({ 412: ['kyb.rules_changed'] })
  async putWeights(
    @Body() body: RiskWeightsDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<OwnRiskWeightsDto> {
    return weightsDto(await this.rules.putWeights(body, expectedVersion));
  }
}
