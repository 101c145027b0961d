import { SealedTables } from '#libs/encryption';
import { Module } from '@nestjs/common';
import { AddMemberHandler } from './application/add-member/add-member.handler.js';
import { CloseSessionHandler } from './application/close-session/close-session.handler.js';
import { CreateTenantHandler } from './application/create-tenant/create-tenant.handler.js';
import { FindMemberHandler } from './application/find-member/find-member.handler.js';
import { GetProfileHandler } from './application/get-profile/get-profile.handler.js';
import { GetTenantHandler } from './application/get-tenant/get-tenant.handler.js';
import { IsMemberHandler } from './application/is-member/is-member.handler.js';
import { Membership } from './application/membership.js';
import { OpenSessionHandler } from './application/open-session/open-session.handler.js';
import { RotateSessionHandler } from './application/rotate-session/rotate-session.handler.js';
import { SessionIssuer } from './application/session-issuer.js';
import { SetPasswordHandler } from './application/set-password/set-password.handler.js';
import { SignInService } from './application/sign-in/sign-in.service.js';
import { TenantDirectory } from './contracts/index.js';
import { AuthController } from './http/auth.controller.js';
import { ProfileController } from './http/profile.controller.js';
import { MemberStore } from './infrastructure/member.store.js';
import { LoginThrottle } from './infrastructure/login-throttle.js';
import { RefreshSessionRepository } from './infrastructure/refresh-session.repository.js';
import { SystemTenantDirectory } from './infrastructure/system-tenant-directory.js';
import { TenantRepository } from './infrastructure/tenant.repository.js';

/** Businesses, the people who work in them, and how they sign in. */
@Module({
  controllers: [AuthController, ProfileController],
  providers: [
    TenantRepository,
    RefreshSessionRepository,
    LoginThrottle,
    Membership,
    SessionIssuer,
    SignInService,
    CreateTenantHandler,
    AddMemberHandler,
    GetTenantHandler,
    GetProfileHandler,
    IsMemberHandler,
    FindMemberHandler,
    MemberStore,
    OpenSessionHandler,
    RotateSessionHandler,
    CloseSessionHandler,
    SetPasswordHandler,
    { provide: TenantDirectory, useClass: SystemTenantDirectory },
  ],
  exports: [TenantDirectory],
})
export class TenancyModule {
  constructor(tables: SealedTables) {
    tables.add({
      table: 'refresh_session',
      columns: [
        { name: 'user_agent', kind: 'text' },
        { name: 'address', kind: 'text' },
      ],
    });
  }
}
