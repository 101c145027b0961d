import { Body, Controller, Header, HttpCode, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, Facts, Public, type RequestFacts } from '#libs/http';
import { MailedLinksService } from '../application/account/mailed-links.service.js';
import { AcceptInvitationService } from '../application/invitations/accept-invitation.service.js';
import { SignUpService } from '../application/sign-up/sign-up.service.js';
import {
  AcceptInvitationDto,
  AskPasswordResetDto,
  MailedTokenDto,
  MfaChallengeDto,
  ResetPasswordDto,
  SessionTokensDto,
  SignedUpDto,
  SignUpDto,
} from './auth.dto.js';
import { entered } from './entered.js';

/** What people do before they can sign in. */
@ApiTags('Access')
@Controller('api/v1/auth')
export class AccountsController {
  constructor(
    private readonly signUps: SignUpService,
    private readonly links: MailedLinksService,
    private readonly invitations: AcceptInvitationService,
  ) {}

  @Post('sign-up')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'signUp',
    summary: 'Sign a business up',
    description:
      'Makes the business, its owner and a login in one step. Who has an account gives its password and gets another business.',
  })
  @ApiCreatedResponse({ type: SignedUpDto })
  @ApiProblems({
    403: ['auth.sign_up_closed'],
    409: ['auth.email_taken', 'tenancy.tenant_taken'],
    422: [
      'auth.password_length',
      'auth.password_guessable',
      'auth.password_breached',
      'tenancy.profile_invalid',
    ],
    429: ['auth.too_many_attempts'],
  })
  signUp(@Body() body: SignUpDto, @Facts() facts: RequestFacts): Promise<SignedUpDto> {
    return this.signUps.signUp(body, facts);
  }

  @Post('verify-email')
  @HttpCode(204)
  @Public()
  @ApiOperation({ operationId: 'verifyEmail', summary: 'Confirm an e-mail address with the mailed token' })
  @ApiNoContentResponse()
  @ApiProblems({ 422: ['auth.link_invalid'] })
  verifyEmail(@Body() body: MailedTokenDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.links.verifyEmail(body.token, facts);
  }

  @Post('change-email')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'confirmEmailChange',
    summary: 'Take a new e-mail address with the token mailed to it',
  })
  @ApiNoContentResponse()
  @ApiProblems({ 409: ['auth.email_taken'], 422: ['auth.link_invalid'] })
  confirmEmailChange(@Body() body: MailedTokenDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.links.confirmEmailChange(body.token, facts);
  }

  @Post('password-reset')
  @HttpCode(202)
  @Public()
  @ApiOperation({
    operationId: 'askPasswordReset',
    summary: 'Have a link mailed that resets the password',
    description: 'Answers the same for every address, with an account or without.',
  })
  @ApiAcceptedResponse()
  @ApiProblems({ 429: ['auth.too_many_attempts'] })
  askPasswordReset(@Body() body: AskPasswordResetDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.links.askPasswordReset(body, facts);
  }

  @Post('password-reset/confirm')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    operationId: 'resetPassword',
    summary: 'Set a new password with the mailed token',
    description: 'Ends all logins of the person.',
  })
  @ApiNoContentResponse()
  @ApiProblems({
    422: ['auth.link_invalid', 'auth.password_length', 'auth.password_guessable', 'auth.password_breached'],
  })
  resetPassword(@Body() body: ResetPasswordDto, @Facts() facts: RequestFacts): Promise<void> {
    return this.links.resetPassword(body, facts);
  }

  @Post('invitations/accept')
  @HttpCode(200)
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Join a business as a new person',
    description: 'Signs the person in. Who has an account signs in and uses POST /api/v1/me/invitations.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiAcceptedResponse({ type: MfaChallengeDto })
  @ApiProblems({
    409: ['auth.sign_in_required'],
    422: [
      'tenancy.invitation_invalid',
      'auth.password_length',
      'auth.password_guessable',
      'auth.password_breached',
    ],
  })
  async acceptInvitation(
    @Body() body: AcceptInvitationDto,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionTokensDto | MfaChallengeDto> {
    return entered(await this.invitations.acceptAsNew(body, facts), reply);
  }
}
