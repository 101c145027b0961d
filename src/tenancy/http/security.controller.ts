import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
} from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import Bowser from 'bowser';
import {
  ApiIfMatch,
  ApiProblems,
  CurrentSession,
  DuringEnrolment,
  IfMatch,
  ListQueryDto,
  page,
  Permission,
  SignedIn,
} from '#libs/http';
import { MfaService } from '../application/mfa/mfa.service.js';
import { SecurityPolicyService } from '../application/security-policy.service.js';
import { SessionsService } from '../application/sessions/sessions.service.js';
import { proofOf } from './entered.js';
import {
  EndedSessionsDto,
  MFA_PROOFS,
  MfaCodeDto,
  MfaProofDto,
  MfaSecretDto,
  MfaStatusDto,
  PasswordDto,
  RecoveryCodesDto,
  SecurityPolicyDto,
  SessionPageDto,
  UpdateSecurityPolicyDto,
} from './me.dto.js';

const PASSWORD = { 403: ['auth.wrong_password'], 429: ['auth.too_many_attempts'] };

const PROOF = {
  ...PASSWORD,
  409: ['auth.mfa_not_enabled'],
  422: ['auth.mfa_code_wrong'],
};

/** `Firefox on macOS`; the user agent as it came when it is no browser's. */
const deviceOf = (userAgent: string | null): string | null => {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  return browser.name ? [browser.name, os.name].filter(Boolean).join(' on ') : userAgent.slice(0, 80);
};

@ApiTags('Security')
@Controller('api/v1')
export class SecurityController {
  constructor(
    private readonly mfa: MfaService,
    private readonly sessions: SessionsService,
    private readonly policy: SecurityPolicyService,
  ) {}

  @Get('me/mfa')
  @SignedIn()
  @DuringEnrolment()
  @ApiOperation({ operationId: 'getMfa', summary: 'Do I have a second factor?' })
  @ApiOkResponse({ type: MfaStatusDto })
  getMfa(@CurrentSession() _session: string): Promise<MfaStatusDto> {
    return this.mfa.status();
  }

  @Post('me/mfa')
  @SignedIn()
  @DuringEnrolment()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'startMfa',
    summary: 'Set up a second factor',
    description:
      'Answers a secret for an authenticator app (TOTP, RFC 6238); it counts once it is confirmed.',
  })
  @ApiCreatedResponse({ type: MfaSecretDto })
  @ApiProblems({ ...PASSWORD, 409: ['auth.mfa_enabled_already'] })
  startMfa(@Body() body: PasswordDto, @CurrentSession() _session: string): Promise<MfaSecretDto> {
    return this.mfa.start(body.password);
  }

  @Post('me/mfa/confirm')
  @HttpCode(200)
  @SignedIn()
  @DuringEnrolment()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'confirmMfa',
    summary: 'Confirm the second factor with its first code',
    description: 'Answers recovery codes, and ends my other logins. Refresh the tokens then.',
  })
  @ApiOkResponse({ type: RecoveryCodesDto })
  @ApiProblems({ 409: ['auth.mfa_not_started'], 422: ['auth.mfa_code_wrong'] })
  async confirmMfa(@Body() body: MfaCodeDto, @CurrentSession() sessionId: string): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.mfa.confirm(body.code, sessionId) };
  }

  @Post('me/mfa/recovery-codes')
  @HttpCode(200)
  @SignedIn()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'renewRecoveryCodes', summary: 'Get new recovery codes in place of the old' })
  @ApiBody({ type: MfaProofDto, examples: MFA_PROOFS })
  @ApiOkResponse({ type: RecoveryCodesDto })
  @ApiProblems(PROOF)
  async renewRecoveryCodes(
    @Body() body: MfaProofDto,
    @CurrentSession() _session: string,
  ): Promise<RecoveryCodesDto> {
    const { password } = body;
    return { recoveryCodes: await this.mfa.renewRecoveryCodes({ password, proof: proofOf(body) }) };
  }

  @Post('me/mfa/disable')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({ operationId: 'disableMfa', summary: 'Disable my second factor' })
  @ApiBody({ type: MfaProofDto, examples: MFA_PROOFS })
  @ApiNoContentResponse()
  @ApiProblems(PROOF)
  disableMfa(@Body() body: MfaProofDto, @CurrentSession() _session: string): Promise<void> {
    return this.mfa.disable({ password: body.password, proof: proofOf(body) });
  }

  @Get('me/sessions')
  @SignedIn()
  @ApiOperation({
    operationId: 'listMySessions',
    summary: 'List my logins in this business',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: SessionPageDto })
  async listSessions(
    @Query() query: ListQueryDto,
    @CurrentSession() sessionId: string,
  ): Promise<SessionPageDto> {
    const { data, hasMore } = page(await this.sessions.list(query), query.limit);
    return {
      data: data.map(({ id, userAgent, address, mfaAt, createdAt, lastUsedAt }) => ({
        id,
        current: id === sessionId,
        device: deviceOf(userAgent),
        address,
        mfa: mfaAt !== null,
        createdAt,
        lastUsedAt,
      })),
      hasMore,
    };
  }

  @Post('me/sessions/end-others')
  @HttpCode(200)
  @SignedIn()
  @ApiOperation({ operationId: 'endOtherSessions', summary: 'End all my other logins in this business' })
  @ApiOkResponse({ type: EndedSessionsDto })
  @ApiProblems(PASSWORD)
  async endOthers(@Body() body: PasswordDto, @CurrentSession() sessionId: string): Promise<EndedSessionsDto> {
    return { ended: await this.sessions.endOthers(sessionId, body.password) };
  }

  @Post('me/sessions/:id/end')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({
    operationId: 'endSession',
    summary: 'End one of my logins',
    description:
      'Its access tokens are refused from then on. To log out of this one, `POST /auth/logout` asks nothing.',
  })
  @ApiNoContentResponse()
  @ApiProblems({ ...PASSWORD, 404: ['session.not_found'] })
  endSession(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: PasswordDto,
    @CurrentSession() _session: string,
  ): Promise<void> {
    return this.sessions.end(id, body.password);
  }

  @Get('security-policy')
  @Permission('members:read')
  @ApiOperation({ operationId: 'getSecurityPolicy', summary: 'What does this business ask of its members?' })
  @ApiOkResponse({ type: SecurityPolicyDto })
  getPolicy(): Promise<SecurityPolicyDto> {
    return this.policy.get();
  }

  @Patch('security-policy')
  @Permission('members:write')
  @ApiIfMatch()
  @ApiOperation({
    operationId: 'updateSecurityPolicy',
    summary: 'Ask members for a second factor, or no more',
    description: 'Who has none can only set one up from the next refresh of their tokens on.',
  })
  @ApiOkResponse({ type: SecurityPolicyDto })
  @ApiProblems({ 412: ['tenancy.policy_stale'] })
  updatePolicy(
    @Body() body: UpdateSecurityPolicyDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<SecurityPolicyDto> {
    return this.policy.change(body, expectedVersion);
  }
}
