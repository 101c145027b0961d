import { SealedTables } from '#libs/encryption';
import { Module } from '@nestjs/common';
import { MailModule } from '#libs/mail';
import { AccountService } from './application/account/account.service.js';
import { MailedLinksService } from './application/account/mailed-links.service.js';
import { OnPasswordResetAskedHandler } from './application/account/on-password-reset-asked.handler.js';
import { Reauthentication } from './application/account/reauthentication.js';
import { AddMemberHandler } from './application/add-member/add-member.handler.js';
import { CloseSessionHandler } from './application/close-session/close-session.handler.js';
import { CreateTenantHandler } from './application/create-tenant/create-tenant.handler.js';
import { FindMemberHandler } from './application/find-member/find-member.handler.js';
import { GetProfileHandler } from './application/get-profile/get-profile.handler.js';
import { GetTenantHandler } from './application/get-tenant/get-tenant.handler.js';
import { MembersService } from './application/members/members.service.js';
import { ApiKeysService } from './application/api-keys/api-keys.service.js';
import { AcceptInvitationService } from './application/invitations/accept-invitation.service.js';
import { InvitationTokens } from './application/invitations/invitation-tokens.js';
import { InvitationsService } from './application/invitations/invitations.service.js';
import { MembersWhoMayHandler } from './application/members-who-may/members-who-may.handler.js';
import { IsMemberHandler } from './application/is-member/is-member.handler.js';
import { Membership } from './application/membership.js';
import { AnswerChallengeHandler, OpenChallengeHandler } from './application/mfa/challenge.handlers.js';
import { MfaService } from './application/mfa/mfa.service.js';
import { SecondFactor } from './application/mfa/second-factor.js';
import { PersonTokens } from './application/person-tokens.js';
import { Grants } from './application/roles/grants.js';
import { RolesService } from './application/roles/roles.service.js';
import { RotateSessionHandler } from './application/rotate-session/rotate-session.handler.js';
import { SecurityPolicyService } from './application/security-policy.service.js';
import { BusinessPost } from './application/send-mail/business-post.js';
import { OnMailDueHandler } from './application/send-mail/on-mail-due.handler.js';
import { SealedAddresses } from './application/send-mail/sealed-addresses.js';
import { SessionIssuer } from './application/session-issuer.js';
import { EndMemberSessionsHandler } from './application/sessions/end-member-sessions.handler.js';
import { OnSessionsEndedHandler } from './application/sessions/on-sessions-ended.handler.js';
import { SessionCloser } from './application/sessions/session-closer.js';
import { SessionsService } from './application/sessions/sessions.service.js';
import { SetPasswordHandler } from './application/set-password/set-password.handler.js';
import { RefusedSignIns } from './application/sign-in/refused-sign-ins.js';
import { SignInService } from './application/sign-in/sign-in.service.js';
import { SignUpHandler } from './application/sign-up/sign-up.handler.js';
import { SignUpService } from './application/sign-up/sign-up.service.js';
import { IsTeamHandler } from './application/teams/is-team.handler.js';
import { TeamsService } from './application/teams/teams.service.js';
import { BusinessesService } from './application/switch-business/businesses.service.js';
import { EnterBusinessHandler } from './application/switch-business/enter-business.handler.js';
import { TenantDirectory } from './contracts/index.js';
import { MembersController } from './http/members.controller.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { AccountsController } from './http/accounts.controller.js';
import { AuthController } from './http/auth.controller.js';
import { InvitationsController } from './http/invitations.controller.js';
import { ProfileController } from './http/profile.controller.js';
import { RolesController } from './http/roles.controller.js';
import { SecurityController } from './http/security.controller.js';
import { TeamsController } from './http/teams.controller.js';
import { AccountRepository } from './infrastructure/account.repository.js';
import { InvitationRepository } from './infrastructure/invitation.repository.js';
import { LoginSessionRepository } from './infrastructure/login-session.repository.js';
import { MemberStore } from './infrastructure/member.store.js';
import { LoginThrottle } from './infrastructure/login-throttle.js';
import { Logins } from './infrastructure/logins.js';
import { MfaRepository } from './infrastructure/mfa.repository.js';
import { BreachedPasswords } from './infrastructure/breached-passwords.js';
import { PasswordPolicy } from './infrastructure/password-policy.js';
import { PersonCipher } from './infrastructure/person-cipher.js';
import { PersonTokenRepository } from './infrastructure/person-token.repository.js';
import { RefreshSessionRepository } from './infrastructure/refresh-session.repository.js';
import { SessionGateModule } from './infrastructure/session-gate/session-gate.module.js';
import { SystemTenantDirectory } from './infrastructure/system-tenant-directory.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { TenantRepository } from './infrastructure/tenant.repository.js';

const repositories = [
  AccountRepository,
  PersonCipher,
  Logins,
  InvitationRepository,
  LoginSessionRepository,
  MfaRepository,
  PersonTokenRepository,
  RefreshSessionRepository,
  TenantRepository,
];

const services = [
  AcceptInvitationService,
  ApiKeysService,
  BreachedPasswords,
  BusinessPost,
  AccountService,
  BusinessesService,
  Grants,
  InvitationTokens,
  InvitationsService,
  LoginThrottle,
  MailedLinksService,
  Membership,
  MembersService,
  MfaService,
  PasswordPolicy,
  PersonTokens,
  Reauthentication,
  RefusedSignIns,
  RolesService,
  SealedAddresses,
  SecondFactor,
  SecurityPolicyService,
  SessionCloser,
  SessionIssuer,
  SessionsService,
  SignInService,
  SignUpService,
  TeamsService,
];

const handlers = [
  AddMemberHandler,
  AnswerChallengeHandler,
  CloseSessionHandler,
  CreateTenantHandler,
  EndMemberSessionsHandler,
  EnterBusinessHandler,
  FindMemberHandler,
  GetProfileHandler,
  GetTenantHandler,
  IsMemberHandler,
  IsTeamHandler,
  MembersWhoMayHandler,
  OnMailDueHandler,
  OnPasswordResetAskedHandler,
  OnSessionsEndedHandler,
  OpenChallengeHandler,
  RotateSessionHandler,
  SetPasswordHandler,
  SignUpHandler,
];

/** Businesses, the people who work in them, and how they sign in. */
@Module({
  imports: [MailModule, SessionGateModule],
  controllers: [
    AuthController,
    AccountsController,
    ProfileController,
    SecurityController,
    InvitationsController,
    ApiKeysController,
    MembersController,
    RolesController,
    TeamsController,
  ],
  providers: [
    ...repositories,
    ...services,
    ...handlers,
    MemberStore,
    { provide: TenantDirectory, useClass: SystemTenantDirectory },
  ],
  exports: [TenantDirectory],
})
export class TenancyModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
