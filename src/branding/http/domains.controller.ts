import { domainToUnicode } from 'node:url';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Settings } from '#libs/config';
import { ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import {
  AddDomainCommand,
  GetDomainQuery,
  ListDomainsQuery,
  RemoveDomainCommand,
  ReportCertificateCommand,
} from '../application/manage-domains/manage-domains.commands.js';
import { VerifyDomainService } from '../application/verify-domain/verify-domain.service.js';
import type { CustomDomain } from '../domain/custom-domain.js';
import { challengeOf } from '../domain/domain-name.js';
import { AddDomainDto, DomainDto, DomainPageDto, ReportCertificateDto } from './domain.dto.js';

@ApiTags('Domains')
@Controller('api/v1/domains')
export class DomainsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly verifier: VerifyDomainService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Permission('domains:read')
  @ApiOperation({ operationId: 'listDomains', summary: 'List domains', description: 'Newest first.' })
  @ApiOkResponse({ type: DomainPageDto })
  async list(@Query() query: ListQueryDto): Promise<DomainPageDto> {
    const { data, hasMore } = page(await this.dispatcher.ask(new ListDomainsQuery(query)), query.limit);
    return { data: data.map((domain) => this.viewOf(domain)), hasMore };
  }

  @Post()
  @Permission('domains:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'addDomain',
    summary: 'Claim a domain',
    description: 'It is yours once its TXT record was seen: set the records that are answered, then verify.',
  })
  @ApiCreatedResponse({ type: DomainDto })
  @ApiProblems({
    409: ['domains.exists', 'domains.too_many'],
    422: ['domains.name_invalid', 'domains.name_reserved'],
  })
  async add(@Body() { name }: AddDomainDto): Promise<DomainDto> {
    return this.viewOf(await this.dispatcher.request(new AddDomainCommand(name)));
  }

  @Get(':id')
  @Permission('domains:read')
  @ApiOperation({ operationId: 'getDomain', summary: 'Read a domain' })
  @ApiOkResponse({ type: DomainDto })
  @ApiProblems({ 404: ['domains.not_found'] })
  async get(@Param('id') id: string): Promise<DomainDto> {
    return this.viewOf(await this.dispatcher.ask(new GetDomainQuery(id)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('domains:write')
  @ApiOperation({ operationId: 'removeDomain', summary: 'Give a domain up' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['domains.not_found'] })
  remove(@Param('id') id: string): Promise<void> {
    return this.dispatcher.request(new RemoveDomainCommand(id));
  }

  @Post(':id/verify')
  @HttpCode(200)
  @Permission('domains:write')
  @ApiOperation({
    operationId: 'verifyDomain',
    summary: 'Look for the proof of a domain',
    description: 'Asks the DNS now. May be repeated; a suspended domain comes back by it.',
  })
  @ApiOkResponse({ type: DomainDto })
  @ApiProblems({
    404: ['domains.not_found'],
    409: ['domains.proof_missing', 'domains.claim_expired', 'domains.taken'],
  })
  async verify(@Param('id') id: string): Promise<DomainDto> {
    return this.viewOf(await this.verifier.verify(id));
  }

  @Post(':id/certificate')
  @HttpCode(200)
  @Permission('domains:write')
  @ApiOperation({
    operationId: 'reportCertificate',
    summary: 'Report what became of a certificate',
    description: 'For the automation that issues certificates. A report that is repeated changes nothing.',
  })
  @ApiOkResponse({ type: DomainDto })
  @ApiProblems({
    404: ['domains.not_found'],
    409: ['domains.not_verified', 'domains.certificate_state', 'domains.suspended'],
    412: ['domains.changed'],
    422: ['domains.certificate_dates'],
  })
  async report(
    @Param('id') id: string,
    @Body() { state, notAfter, error }: ReportCertificateDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<DomainDto> {
    const report = {
      state,
      notAfter: notAfter === undefined ? null : new Date(notAfter),
      error: error ?? null,
    };
    return this.viewOf(
      await this.dispatcher.request(new ReportCertificateCommand(id, report, expectedVersion)),
    );
  }

  private viewOf(domain: CustomDomain): DomainDto {
    const { id, name, ownership, verifiedAt, checkedAt, graceUntil, createdAt, version } = domain;
    const target = this.settings.domains.cnameTarget;
    return {
      id,
      name,
      unicodeName: domainToUnicode(name),
      ownership,
      certificate: {
        state: domain.status,
        notAfter: domain.certificateNotAfter,
        error: domain.certificateError,
      },
      records: [
        { type: 'TXT', name: challengeOf(name), value: domain.token },
        ...(target === null ? [] : [{ type: 'CNAME' as const, name, value: target }]),
      ],
      claimExpiresAt: ownership === 'unproven' ? domain.claimExpiresAt : null,
      verifiedAt,
      checkedAt,
      graceUntil,
      createdAt,
      version,
    };
  }
}
