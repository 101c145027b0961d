import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/kernel';
import {
  type AccessClaims,
  Authorities,
  type Authority,
  isRole,
  type PermissionName,
  SessionGate,
  TokenSigner,
  type VerifiedClaims,
} from '#libs/security';

/**
 * Whether somebody who signed in may do something now: for the guard of the routes, once a request, and for the sockets, which
 * outlive their handshake and ask again.
 */
@Injectable()
export class MemberAccess {
  constructor(
    private readonly tokens: TokenSigner,
    private readonly sessions: SessionGate,
    private readonly authorities: Authorities,
  ) {}

  /** Errors: `auth.token_expired`, `auth.token_invalid` (401). */
  verify(token: string): VerifiedClaims {
    return this.tokens.verify(token);
  }

  /**
   * What the member of a token may do now. `permission`: what is asked for; null: to have signed in. `enrolling`: also who has yet to
   * set up a second factor. Errors: `auth.session_revoked`, `auth.role_gone` (401), `auth.mfa_enrolment_required`,
   * `auth.forbidden` (403).
   */
  async authorityOf(
    claims: AccessClaims,
    permission: PermissionName | null,
    traceId: string,
    options: { enrolling?: boolean } = {},
  ): Promise<Authority> {
    await this.assertSessionServes(claims, options.enrolling ?? false);
    const authority = await this.authorities.of(claims, traceId);
    if (!authority)
      throw new DomainError('unauthenticated', 'auth.role_gone', 'Your role is gone: sign in again.');
    if (permission !== null && !authority.permissions.has(permission))
      throw new DomainError(
        'forbidden',
        'auth.forbidden',
        `Your role (${isRole(claims.role) ? claims.role : 'one of your business’s own'}) does not have the permission ${permission}.`,
        { facts: { permission } },
      );
    return authority;
  }

  private async assertSessionServes(claims: AccessClaims, enrolling: boolean): Promise<void> {
    if (await this.sessions.isRevoked(claims))
      throw new DomainError(
        'unauthenticated',
        'auth.session_revoked',
        'This login was ended: sign in again.',
      );
    if (claims.enrolling && !enrolling)
      throw new DomainError(
        'forbidden',
        'auth.mfa_enrolment_required',
        'This business asks for a second factor: set one up with POST /api/v1/me/mfa, then refresh your token.',
      );
  }
}
