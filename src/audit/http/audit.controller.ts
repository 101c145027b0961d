import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditTrail, ReadsPersonalData } from '#libs/audit';
import { ApiProblems, page, Permission, Public } from '#libs/http';
import { currentTenant, DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Signer } from '#libs/security';
import {
  GetEntryQuery,
  ListEntriesQuery,
  ListHeadsQuery,
} from '../application/read-entries/read-entries.queries.js';
import { SignHeadCommand } from '../application/sign-head/sign-head.command.js';
import { TrailVerifier } from '../application/verify-trail/trail-verifier.js';
import {
  AuditEntryDto,
  AuditEntryPageDto,
  AuditHeadDto,
  AuditHeadPageDto,
  ListEntriesQueryDto,
  ListHeadsQueryDto,
  PublicKeySetDto,
  VerificationDto,
  VerifyTrailDto,
} from './audit.dto.js';
import { filterOf } from './filter.js';

@ApiTags('Audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly verifier: TrailVerifier,
    private readonly uow: UnitOfWork,
    private readonly trail: AuditTrail,
    private readonly signer: Signer,
  ) {}

  @Get('entries')
  @Permission('audit:read')
  @ReadsPersonalData('audit-entry')
  @ApiOperation({
    operationId: 'listAuditEntries',
    summary: 'List who did what',
    description:
      'Newest first: changes field by field, reads of personal data, sign-ins and other actions. Secrets are masked; personal data of ' +
      'who was erased shows as erased. Listing is an entry itself.',
  })
  @ApiOkResponse({ type: AuditEntryPageDto })
  async list(@Query() { limit, startingAfter, ...filter }: ListEntriesQueryDto): Promise<AuditEntryPageDto> {
    return page(
      await this.dispatcher.ask(new ListEntriesQuery(filterOf(filter), limit, startingAfter)),
      limit,
    );
  }

  @Get('entries/:id')
  @Permission('audit:read')
  @ReadsPersonalData('audit-entry')
  @ApiOperation({ operationId: 'getAuditEntry', summary: 'Read one entry of the audit trail' })
  @ApiOkResponse({ type: AuditEntryDto })
  @ApiProblems({ 404: ['audit.entry_not_found'] })
  get(@Param('id') id: string): Promise<AuditEntryDto> {
    return this.dispatcher.ask(new GetEntryQuery(id));
  }

  @Get('heads')
  @Permission('audit:read')
  @ApiOperation({
    operationId: 'listAuditHeads',
    summary: 'List the signed heads of the trail',
    description:
      'Newest first. Keep them elsewhere: who rewrites the trail, even with its keys, cannot make them agree. The signature is over the ' +
      'UTF-8 bytes of the JSON array ["frontdesk.audit.head.v1", tenantId, number, sequence, hash, mac, at], without white space.',
  })
  @ApiOkResponse({ type: AuditHeadPageDto })
  async heads(@Query() { limit, startingAfter }: ListHeadsQueryDto): Promise<AuditHeadPageDto> {
    return page(await this.dispatcher.ask(new ListHeadsQuery(limit, startingAfter)), limit);
  }

  @Post('heads')
  @HttpCode(200)
  @Permission('audit:read')
  @ApiOperation({
    operationId: 'signAuditHead',
    summary: 'Sign the end of the trail now',
    description: 'Answers the last head when the trail has not grown since: asking again does no harm.',
  })
  @ApiOkResponse({ type: AuditHeadDto })
  @ApiProblems({ 409: ['audit.trail_empty'] })
  async sign(): Promise<AuditHeadDto> {
    const head = await this.dispatcher.request(new SignHeadCommand());
    if (!head)
      throw new DomainError(
        'conflict',
        'audit.trail_empty',
        'Nothing has happened yet that could be signed.',
      );
    return head;
  }

  @Post('verify')
  @HttpCode(200)
  @Permission('audit:read')
  @ApiOperation({
    operationId: 'verifyAuditTrail',
    summary: 'Verify that the trail is whole',
    description:
      'Reads the whole trail. `integrity`: whether each entry is what was written; `completeness`: whether none has gone. Each fault says ' +
      'where. Signed heads that you kept yourself prove what the database no longer can.',
  })
  @ApiOkResponse({ type: VerificationDto })
  @ApiProblems({ 422: ['audit.head_of_another_business'] })
  async verify(@Body() { heads = [] }: VerifyTrailDto): Promise<VerificationDto> {
    if (heads.some(({ tenantId }) => tenantId !== currentTenant()))
      throw DomainError.invalid(
        'audit.head_of_another_business',
        '/heads',
        'Send only heads of the business of your token.',
      );
    const { integrity, completeness, ...found } = await this.verifier.verify(heads);
    // To a chain whose end was bent nothing can be added.
    if (!integrity.some(({ kind }) => kind === 'end-changed'))
      await this.uow.run(() => {
        const facts = {
          entries: found.entries,
          integrity: integrity.length,
          completeness: completeness.length,
        };
        return Promise.resolve(this.trail.record({ action: 'audit.verified', facts }));
      });
    return {
      ...found,
      integrity: { ok: integrity.length === 0, faults: [...integrity] },
      completeness: { ok: completeness.length === 0, faults: [...completeness] },
    };
  }

  @Get('keys')
  @Public()
  @ApiOperation({
    operationId: 'listAuditKeys',
    summary: 'The public keys that heads and manifests are signed with',
    description: 'For everybody. Note them down outside of the installation before you need them.',
  })
  @ApiOkResponse({ type: PublicKeySetDto })
  keys(): PublicKeySetDto {
    return { keys: this.signer.publicKeys() };
  }
}
