import { createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Settings } from '#libs/config';
import { Clock, DomainError, isId } from '#libs/kernel';
import { isRole, type RoleId } from './permissions.js';

/** Who signed in, in which session, where, and in which role. */
export interface AccessClaims {
  readonly personId: string;
  /** The login that this token came of: the family of its refresh tokens. */
  readonly sessionId: string;
  readonly tenantId: string;
  readonly role: RoleId;
  /** The business asks for a second factor and the person has none yet: good for setting one up, and nothing else. */
  readonly enrolling?: boolean;
}

export interface VerifiedClaims extends AccessClaims {
  /** From here on the token is refused. */
  readonly expiresAt: Date;
}

const ISSUER = 'frontdesk';
const AUDIENCE = 'frontdesk-api';
const ALGORITHM = 'HS256';

/** Access tokens: JWT, HS256 and nothing else, 15 minutes unless the settings say otherwise. */
@Injectable()
export class TokenSigner {
  private signing: JwtService | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** `expiresIn` in seconds. */
  sign(claims: AccessClaims): { accessToken: string; expiresIn: number } {
    const expiresIn = this.settings.security.accessTokenSeconds;
    const iat = this.seconds();
    const accessToken = this.jwt.sign(
      {
        sub: claims.personId,
        sid: claims.sessionId,
        tid: claims.tenantId,
        role: claims.role,
        ...(claims.enrolling ? { enr: true } : {}),
        iat,
        exp: iat + expiresIn,
      },
      { algorithm: ALGORITHM, issuer: ISSUER, audience: AUDIENCE },
    );
    return { accessToken, expiresIn };
  }

  /** Errors: `auth.token_expired`, `auth.token_invalid` (401). */
  verify(token: string): VerifiedClaims {
    let payload: {
      sub?: unknown;
      sid?: unknown;
      tid?: unknown;
      role?: unknown;
      enr?: unknown;
      exp?: unknown;
    };
    try {
      payload = this.jwt.verify<typeof payload>(token, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTimestamp: this.seconds(),
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'TokenExpiredError')
        throw new DomainError(
          'unauthenticated',
          'auth.token_expired',
          'The access token has expired: refresh it.',
        );
      throw invalid();
    }
    const { sub, sid, tid, role, enr, exp } = payload;
    if (!isId(sub) || !isId(sid) || !isId(tid) || !isRoleId(role) || typeof exp !== 'number') throw invalid();
    return {
      personId: sub,
      sessionId: sid,
      tenantId: tid,
      role,
      ...(enr === true ? { enrolling: true } : {}),
      expiresAt: new Date(exp * 1000),
    };
  }

  private seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }

  /** The key is made once: given as text, it would be parsed for each token, as a public key first. */
  private get jwt(): JwtService {
    this.signing ??= new JwtService({ secret: createSecretKey(Buffer.from(this.secret())) });
    return this.signing;
  }

  private secret(): string {
    const secret = this.settings.security.jwtSecret;
    if (secret === null) throw new Error('JWT_SECRET is not set and none was generated');
    return secret;
  }
}

const invalid = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'auth.token_invalid',
    'The access token is not valid here: sign in again.',
  );

const isRoleId = (value: unknown): value is RoleId => isRole(value) || isId(value);
