import { Controller, Get, HttpCode, Param, Post, Query, Redirect } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Settings } from '#libs/config';
import { Idempotent, ListQueryDto, page, Permission, Public } from '#libs/http';
import { DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import {
  GetReferralProgrammeQuery,
  linkOf,
  ListLedgerQuery,
  ListReferredQuery,
  ReplaceCodeCommand,
} from '../application/read-referrals/read-referrals.js';
import { readCode } from '../domain/referral-code.js';
import { LedgerPageDto, ReferralProgrammeDto, ReferredPageDto } from './referral.dto.js';

@ApiTags('Referrals')
@Controller()
export class ReferralsController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly system: SystemFunctions,
    private readonly settings: Settings,
  ) {}

  @Get('api/v1/referrals')
  @Permission('referrals:read')
  @ApiOperation({ operationId: 'getReferralProgramme', summary: 'Read your code, and what came of it' })
  @ApiOkResponse({ type: ReferralProgrammeDto })
  programme(): Promise<ReferralProgrammeDto> {
    return this.dispatcher.ask(new GetReferralProgrammeQuery());
  }

  @Post('api/v1/referrals/code')
  @HttpCode(200)
  @Permission('referrals:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'replaceReferralCode',
    summary: 'Get another code',
    description: 'The one before is worth nothing from now on. Codes cannot be chosen.',
  })
  @ApiOkResponse({ type: ReferralProgrammeDto })
  replace(): Promise<ReferralProgrammeDto> {
    return this.dispatcher.request(new ReplaceCodeCommand());
  }

  @Get('api/v1/referrals/ledger')
  @Permission('referrals:read')
  @ApiOperation({
    operationId: 'listReferralLedger',
    summary: 'List what your rewards went through',
    description: 'Newest first. Nothing in it is ever changed: a reward has an entry for each step.',
  })
  @ApiOkResponse({ type: LedgerPageDto })
  async ledger(@Query() query: ListQueryDto): Promise<LedgerPageDto> {
    return page(await this.dispatcher.ask(new ListLedgerQuery(query)), query.limit);
  }

  @Get('api/v1/referrals/businesses')
  @Permission('referrals:read')
  @ApiOperation({
    operationId: 'listReferredBusinesses',
    summary: 'List the businesses that came by your code',
    description: 'Newest first, with masked names.',
  })
  @ApiOkResponse({ type: ReferredPageDto })
  async referred(@Query() query: ListQueryDto): Promise<ReferredPageDto> {
    return page(await this.dispatcher.ask(new ListReferredQuery(query)), query.limit);
  }

  /** The short form of the link, for print. */
  @Get('r/:code')
  @Public()
  @ApiExcludeEndpoint()
  @Redirect()
  async follow(@Param('code') text: string): Promise<{ url: string; statusCode: number }> {
    const code = readCode(text);
    const [known] =
      code === null ? [] : await this.system.call<{ current: boolean }>('find_referral_code', [code]);
    const url = code === null || known?.current !== true ? null : linkOf(this.settings, code);
    if (url === null)
      throw new DomainError('not-found', 'referrals.code_not_found', 'This referral link leads nowhere.');
    return { url, statusCode: 302 };
  }
}
