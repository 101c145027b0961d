import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#libs/kernel';
import {
  type AccessClaims,
  actorOf,
  permissionsOf,
  SessionGate,
  TokenSigner,
  type PermissionName,
} from '#libs/security';
import { DURING_ENROLMENT, PERMISSION, PUBLIC, SIGNED_IN } from './access.decorators.js';
import { originOf } from './request-facts.js';
import { stateOf } from './request-state.js';

/**
 * Lets a request through to a public route, or with a bearer token whose role grants the route's permission. Gateways and
 * processors are not its business: they authenticate at their own door.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenSigner,
    private readonly sessions: SessionGate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (this.reflector.get<boolean | undefined>(PUBLIC, handler)) return true;
    const permission = this.reflector.get<PermissionName | typeof SIGNED_IN | undefined>(PERMISSION, handler);
    if (permission === undefined)
      throw new Error(`${context.getClass().name}.${handler.name} declares no access`);

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const claims = this.tokens.verify(bearerToken(request.headers.authorization));
    await this.assertSessionServes(claims, handler);
    if (permission !== SIGNED_IN && !permissionsOf(claims.role).has(permission)) {
      throw new DomainError(
        'forbidden',
        'auth.forbidden',
        `Your role (${claims.role}) does not have the permission ${permission}.`,
        { facts: { permission } },
      );
    }
    const state = stateOf(request.raw);
    state.sessionId = claims.sessionId;
    state.context = {
      tenantId: claims.tenantId,
      actor: actorOf(claims),
      traceId: state.traceId,
      request: originOf(context),
    };
    return true;
  }

  /** Errors: `auth.session_revoked` (401), `auth.mfa_enrolment_required` (403). */
  private async assertSessionServes(
    claims: AccessClaims,
    handler: ReturnType<ExecutionContext['getHandler']>,
  ): Promise<void> {
    if (await this.sessions.isRevoked(claims))
      throw new DomainError(
        'unauthenticated',
        'auth.session_revoked',
        'This login was ended: sign in again.',
      );
    if (claims.enrolling && !this.reflector.get<boolean | undefined>(DURING_ENROLMENT, handler))
      throw new DomainError(
        'forbidden',
        'auth.mfa_enrolment_required',
        'This business asks for a second factor: set one up with POST /api/v1/me/mfa, then refresh your token.',
      );
  }
}

/** RFC 6750, section 2.1. Error: `auth.token_missing` (401). */
const bearerToken = (header: string | undefined): string => {
  const token = header === undefined ? undefined : /^Bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1];
  if (token === undefined)
    throw new DomainError(
      'unauthenticated',
      'auth.token_missing',
      'Send an access token: Authorization: Bearer <token>.',
    );
  return token;
};
