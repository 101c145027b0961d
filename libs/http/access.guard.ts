import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#libs/kernel';
import { actorOf, permissionsOf, TokenSigner, type PermissionName } from '#libs/security';
import { PERMISSION, PUBLIC, SIGNED_IN } from './access.decorators.js';
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
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (this.reflector.get<boolean | undefined>(PUBLIC, handler)) return true;
    const permission = this.reflector.get<PermissionName | typeof SIGNED_IN | undefined>(PERMISSION, handler);
    if (permission === undefined)
      throw new Error(`${context.getClass().name}.${handler.name} declares no access`);

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const claims = this.tokens.verify(bearerToken(request.headers.authorization));
    if (permission !== SIGNED_IN && !permissionsOf(claims.role).has(permission)) {
      throw new DomainError(
        'forbidden',
        'auth.forbidden',
        `Your role (${claims.role}) does not have the permission ${permission}.`,
        { facts: { permission } },
      );
    }
    const state = stateOf(request.raw);
    state.context = {
      tenantId: claims.tenantId,
      actor: actorOf(claims),
      traceId: state.traceId,
      request: originOf(context),
    };
    return true;
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
