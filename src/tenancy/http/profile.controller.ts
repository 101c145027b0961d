import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, CurrentSession, DuringEnrolment, Facts, type RequestFacts, SignedIn } from '#libs/http';
import { currentContext, currentTenant } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { AccountService } from '../application/account/account.service.js';
import { GetProfileQuery } from '../application/get-profile/get-profile.query.js';
import { AcceptInvitationService } from '../application/invitations/accept-invitation.service.js';
import { BusinessesService } from '../application/switch-business/businesses.service.js';
import { MailedTokenDto, MfaChallengeDto, SessionTokensDto } from './auth.dto.js';
import { entered, proofIfAny } from './entered.js';
import {
  AskEmailChangeDto,
  BusinessListDto,
  ChangePasswordDto,
  EMAIL_CHANGES,
  PASSWORD_CHANGES,
  UpdateMeDto,
} from './me.dto.js';
import { ProfileDto } from './profile.dto.js';

@ApiTags('Access')
@Controller('api/v1/me')
export class ProfileController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly accounts: AccountService,
    private readonly businesses: BusinessesService,
    private readonly invitations: AcceptInvitationService,
  ) {}

  @Get()
  @SignedIn()
  @DuringEnrolment()
  @ApiOperation({ operationId: 'getMe', summary: 'Who am I, where, and what may I do?' })
  @ApiOkResponse({ type: ProfileDto })
  get(): Promise<ProfileDto> {
    return this.dispatcher.ask(new GetProfileQuery(currentContext().actor.id));
  }

  @Patch()
  @SignedIn()
  @ApiOperation({ operationId: 'updateMe', summary: 'Change my name', description: 'In all my businesses.' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiProblems({ 403: ['auth.person_required'] })
  async update(@Body() body: UpdateMeDto, @CurrentSession() _session: string): Promise<ProfileDto> {
    await this.accounts.rename(body.name);
    return this.get();
  }

  @Post('verify-email')
  @HttpCode(202)
  @SignedIn()
  @ApiOperation({
    operationId: 'resendVerification',
    summary: 'Mail me another link that verifies my address',
  })
  @ApiAcceptedResponse()
  @ApiProblems({ 409: ['auth.email_verified_already'], 429: ['auth.too_many_attempts'] })
  resendVerification(@CurrentSession() _session: string): Promise<void> {
    return this.accounts.resendVerification();
  }

  @Post('password')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change my password',
    description: 'Ends all my other logins. Who has a second factor shows it too.',
  })
  @ApiBody({ type: ChangePasswordDto, examples: PASSWORD_CHANGES })
  @ApiNoContentResponse()
  @ApiProblems({
    403: ['auth.wrong_password'],
    422: [
      'auth.mfa_code_required',
      'auth.mfa_code_wrong',
      'auth.password_length',
      'auth.password_guessable',
      'auth.password_breached',
    ],
    429: ['auth.too_many_attempts'],
  })
  changePassword(@Body() body: ChangePasswordDto, @CurrentSession() sessionId: string): Promise<void> {
    const { currentPassword: password, newPassword } = body;
    return this.accounts.changePassword({ password, proof: proofIfAny(body), newPassword }, sessionId);
  }

  @Post('email')
  @HttpCode(202)
  @SignedIn()
  @ApiOperation({
    operationId: 'askEmailChange',
    summary: 'Change my e-mail address',
    description:
      'A link is mailed to the new address; it counts once that is opened. The old address is told then. Who has a second factor shows it too.',
  })
  @ApiBody({ type: AskEmailChangeDto, examples: EMAIL_CHANGES })
  @ApiAcceptedResponse()
  @ApiProblems({
    403: ['auth.wrong_password'],
    422: ['auth.mfa_code_required', 'auth.mfa_code_wrong'],
    429: ['auth.too_many_attempts'],
  })
  askEmailChange(@Body() body: AskEmailChangeDto, @CurrentSession() _session: string): Promise<void> {
    const { password, email } = body;
    return this.accounts.askEmailChange({ password, proof: proofIfAny(body), email });
  }

  @Get('businesses')
  @SignedIn()
  @DuringEnrolment()
  @ApiOperation({
    operationId: 'listMyBusinesses',
    summary: 'List my businesses',
    description: 'All of them.',
  })
  @ApiOkResponse({ type: BusinessListDto })
  async listBusinesses(@CurrentSession() _session: string): Promise<BusinessListDto> {
    const mine = await this.businesses.list();
    return {
      data: mine.map(({ language: _, ...each }) => ({ ...each, current: each.tenantId === currentTenant() })),
    };
  }

  @Delete('businesses/:id')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({
    operationId: 'leaveBusiness',
    summary: 'Leave this business',
    description: 'The one that this login is for. Ends my logins in it.',
  })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['business.not_found'], 409: ['tenancy.last_owner', 'tenancy.switch_first'] })
  leave(@Param('id', ParseUUIDPipe) tenantId: string, @CurrentSession() _session: string): Promise<void> {
    return this.businesses.leave(tenantId);
  }

  @Post('invitations')
  @HttpCode(200)
  @SignedIn()
  @DuringEnrolment()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'acceptMyInvitation',
    summary: 'Join a business that invited me',
    description: 'Answers a login there.',
  })
  @ApiOkResponse({ type: SessionTokensDto })
  @ApiAcceptedResponse({ type: MfaChallengeDto })
  @ApiProblems({ 403: ['tenancy.invitation_for_another'], 422: ['tenancy.invitation_invalid'] })
  async acceptInvitation(
    @Body() body: MailedTokenDto,
    @CurrentSession() sessionId: string,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionTokensDto | MfaChallengeDto> {
    return entered(await this.invitations.acceptSignedIn(body.token, sessionId, facts), reply);
  }
}
