import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { DomainError } from '#libs/kernel';
import { AlertDesk, type BulkAction } from '../application/alerts/alert-desk.js';
import {
  AddNoteDto,
  AlertDto,
  AlertEventDto,
  AlertEventPageDto,
  AlertPageDto,
  AlertWithHistoryDto,
  AssignDto,
  BulkAlertResultsDto,
  BulkAlertsDto,
  ListAlertsQueryDto,
  NoteDto,
  ProposeDto,
} from './alert.dto.js';

const FOUND = { 404: ['alert.not_found'], 412: ['kyb.alert_changed'] };

/** Of what happened to an alert, as much as is shown with it. */
const HISTORY = 100;

@ApiTags('KYB')
@Controller('api/v1/kyb/alerts')
export class AlertsController {
  constructor(private readonly desk: AlertDesk) {}

  @Get()
  @Permission('kyb:read')
  @ApiOperation({ operationId: 'listAlerts', summary: 'List alerts', description: 'Newest first.' })
  @ApiOkResponse({ type: AlertPageDto })
  async list(@Query() { limit, startingAfter, ...filter }: ListAlertsQueryDto): Promise<AlertPageDto> {
    return page(await this.desk.list(filter, { limit, startingAfter }), limit);
  }

  @Post('bulk')
  @HttpCode(200)
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'bulkAlerts',
    summary: 'Do the same with many alerts',
    description:
      'Each by itself, in its order: what is refused is said of that one, and keeps none of the others back.',
  })
  @ApiOkResponse({ type: BulkAlertResultsDto })
  @ApiProblems({ 422: ['kyb.bulk_incomplete'] })
  async bulk(@Body() body: BulkAlertsDto): Promise<BulkAlertResultsDto> {
    return { data: await this.desk.bulk(body.ids, bulkAction(body)) };
  }

  @Get(':id')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({ operationId: 'getAlert', summary: 'Read an alert and what happened to it' })
  @ApiOkResponse({ type: AlertWithHistoryDto })
  @ApiProblems({ 404: ['alert.not_found'] })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<AlertWithHistoryDto> {
    const { data, hasMore } = page(await this.desk.history(id, { limit: HISTORY }), HISTORY);
    return { ...(await this.desk.get(id)), history: data, hasMoreHistory: hasMore };
  }

  @Get(':id/history')
  @Permission('kyb:read')
  @ReadsPersonalData('counterparty')
  @ApiOperation({
    operationId: 'listAlertHistory',
    summary: 'See what happened to an alert',
    description: 'Oldest first.',
  })
  @ApiOkResponse({ type: AlertEventPageDto })
  @ApiProblems({ 404: ['alert.not_found'] })
  async history(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListQueryDto,
  ): Promise<AlertEventPageDto> {
    return page(await this.desk.history(id, query), query.limit);
  }

  @Post(':id/propose')
  @HttpCode(200)
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'proposeDisposition',
    summary: 'Say what an alert is',
    description: 'By a person; another has to approve it. It holds for the entry of the list as it is now.',
  })
  @ApiOkResponse({ type: AlertDto })
  @ApiProblems({
    ...FOUND,
    403: ['kyb.person_needed'],
    409: ['kyb.alert_not_open'],
    422: ['kyb.reason_unfit', 'kyb.expiry_past'],
  })
  propose(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { disposition, reasonCode, note = null, expiresAt = null }: ProposeDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<AlertDto> {
    return this.desk.propose(
      id,
      { disposition, reasonCode, note, expiresAt: instantOf(expiresAt) },
      expectedVersion,
    );
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'approveDisposition',
    summary: 'Approve what was proposed',
    description: 'By a person, and not the one who proposed it.',
  })
  @ApiOkResponse({ type: AlertDto })
  @ApiProblems({ ...FOUND, 403: ['kyb.own_proposal', 'kyb.person_needed'], 409: ['kyb.alert_not_proposed'] })
  approve(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { note = null }: NoteDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<AlertDto> {
    return this.desk.decide(id, 'approved', note, expectedVersion);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'rejectDisposition',
    summary: 'Reject what was proposed',
    description: 'The alert is open again. By a person, and not the one who proposed it.',
  })
  @ApiOkResponse({ type: AlertDto })
  @ApiProblems({ ...FOUND, 403: ['kyb.own_proposal', 'kyb.person_needed'], 409: ['kyb.alert_not_proposed'] })
  reject(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { note = null }: NoteDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<AlertDto> {
    return this.desk.decide(id, 'rejected', note, expectedVersion);
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'reopenAlert',
    summary: 'Take a proposal or a decision back',
    description: 'What a confirmed alert stopped stays stopped until two people decide anew.',
  })
  @ApiOkResponse({ type: AlertDto })
  @ApiProblems({ ...FOUND, 403: ['kyb.person_needed'], 409: ['kyb.alert_open'] })
  reopen(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { note = null }: NoteDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<AlertDto> {
    return this.desk.reopen(id, note, expectedVersion);
  }

  @Post(':id/notes')
  @Idempotent()
  @Permission('kyb:decide')
  @ApiOperation({
    operationId: 'addAlertNote',
    summary: 'Say something about an alert',
    description: 'It decides nothing, and stands in the history of the alert.',
  })
  @ApiCreatedResponse({ type: AlertEventDto })
  @ApiProblems({ 404: ['alert.not_found'] })
  note(@Param('id', ParseUUIDPipe) id: string, @Body() { note }: AddNoteDto): Promise<AlertEventDto> {
    return this.desk.note(id, note);
  }

  @Put(':id/assignee')
  @Permission('kyb:decide')
  @ApiOperation({ operationId: 'assignAlert', summary: 'Give an alert to a member, or to nobody' })
  @ApiOkResponse({ type: AlertDto })
  @ApiProblems({ ...FOUND, 422: ['kyb.assignee_unknown'] })
  assign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { assigneeId }: AssignDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<AlertDto> {
    return this.desk.assign(id, assigneeId ?? null, expectedVersion);
  }
}

const bulkAction = (body: BulkAlertsDto): BulkAction => {
  const { action, note = null, disposition, reasonCode, expiresAt = null, assigneeId = null } = body;
  if (action === 'assign') return { action, assigneeId };
  if (action !== 'propose') return { action, note };
  if (disposition === undefined || reasonCode === undefined)
    throw DomainError.invalid(
      'kyb.bulk_incomplete',
      disposition === undefined ? '/disposition' : '/reasonCode',
      'To propose, say disposition and reasonCode.',
    );
  return { action, disposition, reasonCode, note, expiresAt: instantOf(expiresAt) };
};

const instantOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
