import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { Settings } from '#libs/config';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { hashToken, randomToken, type RoleId, TokenSigner } from '#libs/security';
import { refreshTokenOf } from '../domain/refresh-token.js';
import { AccountRepository } from '../infrastructure/account.repository.js';
import { LoginSessionRepository } from '../infrastructure/login-session.repository.js';
import { RefreshSessionRepository } from '../infrastructure/refresh-session.repository.js';
import type { Client, SessionTokens } from './session-tokens.js';

const DAY_MS = 86_400_000;

/** Opens logins, and makes pairs of tokens of which the hash of the one that refreshes is kept. */
@Injectable()
export class SessionIssuer {
  constructor(
    private readonly logins: LoginSessionRepository,
    private readonly sessions: RefreshSessionRepository,
    private readonly accounts: AccountRepository,
    private readonly signer: TokenSigner,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly trail: AuditTrail,
  ) {}

  /** A new login. `mfaAt`: when the second factor was shown. `startedAt`: when the password was, where that was not now. */
  async open(
    who: { personId: string; role: RoleId; mfaAt: Date | null; startedAt?: Date },
    client: Client,
  ): Promise<SessionTokens> {
    const id = newId();
    const at = this.clock.now();
    const startedAt = who.startedAt ?? at;
    await this.logins.insert({ id, personId: who.personId, mfaAt: who.mfaAt, startedAt, at }, client);
    this.trail.record({
      action: 'auth.signed-in',
      subject: { type: 'session', id },
      actor: { kind: 'user', id: who.personId },
    });
    return this.issue({ ...who, familyId: id, startedAt }, client);
  }

  /** Another pair of tokens for a login; none of them outlives `SESSION_MAX_DAYS` from `startedAt` on by more than an access token. */
  async issue(
    who: { personId: string; role: RoleId; familyId: string; startedAt: Date },
    client: Client,
  ): Promise<SessionTokens> {
    const tenantId = currentTenant();
    const refreshToken = refreshTokenOf(tenantId, randomToken());
    const issuedAt = this.clock.now();
    const { refreshTokenDays, sessionMaxDays } = this.settings.security;
    const expiresAt = Math.min(
      issuedAt.getTime() + refreshTokenDays * DAY_MS,
      who.startedAt.getTime() + sessionMaxDays * DAY_MS,
    );
    const enrolling = await this.accounts.mustEnrol(who.personId);
    await this.sessions.insert({
      id: newId(),
      personId: who.personId,
      familyId: who.familyId,
      tokenHash: hashToken(refreshToken),
      issuedAt,
      expiresAt: new Date(expiresAt),
      ...client,
    });
    const claims = { personId: who.personId, sessionId: who.familyId, tenantId, role: who.role, enrolling };
    return { ...this.signer.sign(claims), refreshToken };
  }
}
