import { Body, Controller, Header, HttpCode, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  ApiProblems,
  CurrentSession,
  DuringEnrolment,
  Facts,
  Public,
  type RequestFacts,
  SignedIn,
} from '#libs/http';
import { SignInService } from '../application/sign-in/sign-in.service.js';
import { BusinessesService } from '../application/switch-business/businesses.service.js';
import {
  AnswerMfaDto,
  LoginDto,
  MFA_ANSWERS,
  MfaChallengeDto,
  RefreshDto,
  SessionTokensDto,
  SwitchBusinessDto,
} from './auth.dto.js';
import { entered, proofOf } from './entered.js';

const CHALLENGED = 'The person has a second factor: answer with POST /api/v1/auth/mfa.';

@ApiTags('Access')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly signIn: SignInService,
    private readonly businesses: BusinessesService,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'logIn',
    summary: 'Sign in with e-mail and password',
    description:
      'Answers an access token of 15 minutes and a refresh token that is good for one use; 202 and a challenge for who has a second factor.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiAcceptedResponse({ type: MfaChallengeDto, description: CHALLENGED })
  @ApiProblems({
    401: ['auth.wrong_credentials'],
    403: ['auth.no_membership'],
    422: ['auth.tenant_choice_required'],
    429: ['auth.too_many_attempts'],
  })
  async login(
    @Body() body: LoginDto,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionTokensDto | MfaChallengeDto> {
    return entered(await this.signIn.login(body, facts), reply);
  }

  @Post('mfa')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'answerMfaChallenge',
    summary: 'Show the second factor',
    description:
      'With a code of the authenticator app or one recovery code. A challenge bears five wrong codes, and counts on the device that got it.',
  })
  @ApiBody({ type: AnswerMfaDto, examples: MFA_ANSWERS })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiProblems({
    401: ['auth.mfa_challenge_over', 'auth.mfa_code_wrong'],
    429: ['auth.too_many_attempts'],
  })
  answerMfa(@Body() body: AnswerMfaDto, @Facts() facts: RequestFacts): Promise<SessionTokensDto> {
    return this.signIn.answerChallenge(body.challengeToken, proofOf(body), facts);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'refreshTokens',
    summary: 'Exchange a refresh token for new tokens',
    description: 'A refresh token that comes a second time ends the login it belongs to, everywhere.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiProblems({
    401: ['auth.refresh_invalid', 'auth.refresh_expired', 'auth.refresh_reused'],
    409: ['auth.refresh_raced'],
  })
  refresh(@Body() body: RefreshDto, @Facts() facts: RequestFacts): Promise<SessionTokensDto> {
    return this.signIn.refresh(body.refreshToken, facts);
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'logOut',
    summary: 'End a login',
    description: 'Ends the refresh token, all that came of the same login, and its access tokens.',
  })
  @ApiNoContentResponse()
  logout(@Body() body: RefreshDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.signIn.logout(body.refreshToken, facts);
  }

  @Post('switch')
  @HttpCode(200)
  @SignedIn()
  @DuringEnrolment()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'switchBusiness',
    summary: 'Enter another business of mine',
    description: 'Answers a login there; the one here lives on.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiAcceptedResponse({ type: MfaChallengeDto, description: CHALLENGED })
  @ApiProblems({ 403: ['auth.no_membership'] })
  async switch(
    @Body() body: SwitchBusinessDto,
    @CurrentSession() sessionId: string,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionTokensDto | MfaChallengeDto> {
    return entered(await this.businesses.enter(body.tenantId, sessionId, facts), reply);
  }
}
