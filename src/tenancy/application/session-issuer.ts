import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock, currentTenant, newId } from '#libs/kernel';
import { hashToken, randomToken, type Role, TokenSigner } from '#libs/security';
import { refreshTokenOf } from '../domain/refresh-token.js';
import { RefreshSessionRepository } from '../infrastructure/refresh-session.repository.js';
import type { Client, SessionTokens } from './open-session/open-session.command.js';

const DAY_MS = 86_400_000;

/** Makes a pair of tokens and keeps the hash of the one that refreshes. */
@Injectable()
export class SessionIssuer {
  constructor(
    private readonly sessions: RefreshSessionRepository,
    private readonly signer: TokenSigner,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async issue(
    who: { personId: string; role: Role; familyId: string },
    client: Client,
  ): Promise<SessionTokens> {
    const tenantId = currentTenant();
    const refreshToken = refreshTokenOf(tenantId, randomToken());
    const issuedAt = this.clock.now();
    await this.sessions.insert({
      id: newId(),
      personId: who.personId,
      familyId: who.familyId,
      tokenHash: hashToken(refreshToken),
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + this.settings.security.refreshTokenDays * DAY_MS),
      ...client,
    });
    const claims = { personId: who.personId, sessionId: who.familyId, tenantId, role: who.role };
    return { ...this.signer.sign(claims), refreshToken };
  }
}
