import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission, Public } from '#libs/http';
import { Signer } from '#libs/security';
import { HoldDesk } from '../application/holds/hold-desk.js';
import { RequestDesk } from '../application/requests/request-desk.js';
import { RetentionRunner } from '../application/retention/retention-runner.js';
import {
  LegalHoldDto,
  LegalHoldPageDto,
  LiftedLegalHoldDto,
  LiftLegalHoldDto,
  PlaceLegalHoldDto,
} from './hold.dto.js';
import { PrivacyReceiptDto, ReceiptKeysDto } from './receipt.dto.js';
import {
  ListPrivacyRequestsQueryDto,
  OpenPrivacyRequestDto,
  PersonalDataDocumentDto,
  PrivacyRequestDto,
  PrivacyRequestPageDto,
} from './request.dto.js';
import { RetentionDto, RetentionPreviewDto, RetentionRunPageDto, SetRetentionDto } from './retention.dto.js';
import { toHoldDto, toRequestDto } from './privacy.views.js';

@ApiTags('Privacy')
@ApiExtraModels(PersonalDataDocumentDto)
@Controller('api/v1/privacy')
export class PrivacyController {
  constructor(
    private readonly requests: RequestDesk,
    private readonly holds: HoldDesk,
    private readonly retention: RetentionRunner,
    private readonly signer: Signer,
  ) {}

  @Post('requests')
  @Permission('privacy:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'openPrivacyRequest',
    summary: 'Export or erase a person’s data',
    description:
      'Carried out in the background, store by store: see its steps. It ends with a signed receipt.',
  })
  @ApiCreatedResponse({ type: PrivacyRequestDto })
  @ApiProblems({
    404: ['privacy.subject_not_found'],
    409: ['privacy.subject_ambiguous'],
    422: ['privacy.subject_invalid', 'privacy.member_not_erasable', 'privacy.due_by_past'],
  })
  async open(@Body() body: OpenPrivacyRequestDto): Promise<PrivacyRequestDto> {
    return toRequestDto(await this.requests.open(body));
  }

  @Get('requests')
  @Permission('privacy:read')
  @ApiOperation({
    operationId: 'listPrivacyRequests',
    summary: 'List data-subject requests',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: PrivacyRequestPageDto })
  async list(@Query() query: ListPrivacyRequestsQueryDto): Promise<PrivacyRequestPageDto> {
    return page((await this.requests.list(query)).map(toRequestDto), query.limit);
  }

  @Get('requests/:id')
  @Permission('privacy:read')
  @ApiOperation({ operationId: 'getPrivacyRequest', summary: 'Get a data-subject request' })
  @ApiOkResponse({ type: PrivacyRequestDto })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<PrivacyRequestDto> {
    return toRequestDto(await this.requests.get(id));
  }

  @Post('requests/:id/cancel')
  @HttpCode(200)
  @Permission('privacy:write')
  @ApiOperation({ operationId: 'cancelPrivacyRequest', summary: 'Withdraw a request that has not begun' })
  @ApiOkResponse({ type: PrivacyRequestDto })
  @ApiProblems({ 409: ['privacy.request_not_cancellable'] })
  async cancel(@Param('id', ParseUUIDPipe) id: string): Promise<PrivacyRequestDto> {
    return toRequestDto(await this.requests.cancel(id));
  }

  @Post('requests/:id/resume')
  @HttpCode(200)
  @Permission('privacy:write')
  @ApiOperation({
    operationId: 'resumePrivacyRequest',
    summary: 'Go on with a request that waited for a legal hold',
  })
  @ApiOkResponse({ type: PrivacyRequestDto })
  @ApiProblems({ 409: ['privacy.request_not_waiting'] })
  async resume(@Param('id', ParseUUIDPipe) id: string): Promise<PrivacyRequestDto> {
    return toRequestDto(await this.requests.resume(id));
  }

  @Get('requests/:id/receipt')
  @Permission('privacy:read')
  @ApiOperation({
    operationId: 'getPrivacyReceipt',
    summary: 'Get the signed receipt of a request',
    description:
      'Per store what was done, and what was kept and why. It names nobody. Check it with the keys of listReceiptKeys.',
  })
  @ApiOkResponse({ type: PrivacyReceiptDto })
  @ApiProblems({ 404: ['privacy.no_receipt'] })
  receipt(@Param('id', ParseUUIDPipe) id: string): Promise<object> {
    return this.requests.receipt(id);
  }

  @Get('requests/:id/export')
  @Permission('privacy:read')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'downloadPrivacyExport',
    summary: 'Download what is held about the person',
    description:
      'JSON, `frontdesk.personal-data.v1`: a section for each store. Each download is an entry of the audit trail.',
  })
  @ApiOkResponse({
    content: { 'application/json': { schema: { $ref: getSchemaPath(PersonalDataDocumentDto) } } },
  })
  @ApiProblems({ 404: ['privacy.no_export'] })
  export(@Param('id', ParseUUIDPipe) id: string): Promise<string> {
    return this.requests.download(id, 'document');
  }

  @Get('requests/:id/summary')
  @Permission('privacy:read')
  @Header('content-type', 'text/markdown; charset=utf-8')
  @ApiOperation({
    operationId: 'downloadPrivacySummary',
    summary: 'Download the summary of an export, in Markdown',
  })
  @ApiOkResponse({ content: { 'text/markdown': { schema: { type: 'string' } } } })
  @ApiProblems({ 404: ['privacy.no_export'] })
  summary(@Param('id', ParseUUIDPipe) id: string): Promise<string> {
    return this.requests.download(id, 'summary');
  }

  @Get('receipt-keys')
  @Public()
  @ApiOperation({
    operationId: 'listReceiptKeys',
    summary: 'List the public keys that receipts are signed with',
    description: 'Ed25519 (RFC 8037), those of before included.',
  })
  @ApiOkResponse({ type: ReceiptKeysDto })
  keys(): ReceiptKeysDto {
    return { keys: this.signer.publicKeys() };
  }

  @Post('holds')
  @Permission('privacy:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'placeLegalHold',
    summary: 'Keep a person’s data from erasure and retention',
    description: 'From the answer on, nothing that it covers is deleted.',
  })
  @ApiCreatedResponse({ type: LegalHoldDto })
  @ApiProblems({
    404: ['privacy.subject_not_found'],
    409: ['privacy.subject_ambiguous'],
    422: ['privacy.subject_invalid', 'privacy.hold_until_past'],
  })
  async place(@Body() body: PlaceLegalHoldDto): Promise<LegalHoldDto> {
    return toHoldDto(await this.holds.place(body));
  }

  @Get('holds')
  @Permission('privacy:read')
  @ApiOperation({
    operationId: 'listLegalHolds',
    summary: 'List legal holds',
    description: 'Newest first, lifted ones too.',
  })
  @ApiOkResponse({ type: LegalHoldPageDto })
  async listHolds(@Query() query: ListQueryDto): Promise<LegalHoldPageDto> {
    return page((await this.holds.list(query)).map(toHoldDto), query.limit);
  }

  @Get('holds/:id')
  @Permission('privacy:read')
  @ApiOperation({ operationId: 'getLegalHold', summary: 'Get a legal hold' })
  @ApiOkResponse({ type: LegalHoldDto })
  async getHold(@Param('id', ParseUUIDPipe) id: string): Promise<LegalHoldDto> {
    return toHoldDto(await this.holds.get(id));
  }

  @Post('holds/:id/lift')
  @HttpCode(200)
  @Permission('privacy:write')
  @ApiOperation({
    operationId: 'liftLegalHold',
    summary: 'Lift a legal hold',
    description: 'It stays as history.',
  })
  @ApiOkResponse({ type: LiftedLegalHoldDto })
  @ApiProblems({ 409: ['privacy.hold_lifted'] })
  async lift(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: LiftLegalHoldDto,
  ): Promise<LiftedLegalHoldDto> {
    const lifted = await this.holds.lift(id, reason);
    return { ...toHoldDto(lifted), waitingRequestIds: lifted.waitingRequestIds };
  }

  @Get('retention')
  @Permission('privacy:read')
  @ApiOperation({ operationId: 'getRetention', summary: 'See how long each class of data is kept' })
  @ApiOkResponse({ type: RetentionDto })
  async getRetention(): Promise<RetentionDto> {
    const { rules, version } = await this.retention.settingsNow();
    return { data: rules, version };
  }

  @Put('retention')
  @Permission('privacy:write')
  @ApiOperation({ operationId: 'setRetention', summary: 'Set how long classes of data are kept' })
  @ApiOkResponse({ type: RetentionDto })
  @ApiProblems({ 412: ['privacy.retention_changed'], 422: ['privacy.retention_invalid'] })
  async setRetention(
    @Body() { days }: SetRetentionDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<RetentionDto> {
    const { rules, version } = await this.retention.set(days, expectedVersion);
    return { data: rules, version };
  }

  @Post('retention/preview')
  @HttpCode(200)
  @Permission('privacy:read')
  @ApiOperation({
    operationId: 'previewRetention',
    summary: 'Count what a run would prune now',
    description: 'Deletes nothing.',
  })
  @ApiOkResponse({ type: RetentionPreviewDto })
  async preview(): Promise<RetentionPreviewDto> {
    return { data: await this.retention.preview() };
  }

  @Get('retention/runs')
  @Permission('privacy:read')
  @ApiOperation({
    operationId: 'listRetentionRuns',
    summary: 'See what the daily runs did',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: RetentionRunPageDto })
  async runs(@Query() query: ListQueryDto): Promise<RetentionRunPageDto> {
    return page(await this.retention.list(query), query.limit);
  }
}
