import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Actor, DomainError } from '#libs/kernel';
import { ApiKeys, type PermissionName } from '#libs/security';
import { DURING_ENROLMENT, PERMISSION, PUBLIC, SIGNED_IN } from './access.decorators.js';
import { addressOf } from './client-address.js';
import { MemberAccess } from './member-access.js';
import { originOf } from './request-facts.js';
import { stateOf } from './request-state.js';

type Wanted = PermissionName | typeof SIGNED_IN;

interface Admitted {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly sessionId?: string;
}

/**
 * Lets a request through to a public route, with a bearer token whose role grants the route's permission, or with an API key
 * that has it as a scope. Gateways and
 * processors are not its business: they authenticate at their own door.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly members: MemberAccess,
    private readonly keys: ApiKeys,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (this.reflector.get<boolean | undefined>(PUBLIC, handler)) return true;
    const permission = this.reflector.get<Wanted | undefined>(PERMISSION, handler);
    if (permission === undefined)
      throw new Error(`${context.getClass().name}.${handler.name} declares no access`);

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const credential = bearerToken(request.headers.authorization);
    const state = stateOf(request.raw);
    const { tenantId, actor, sessionId } = this.keys.isKey(credential)
      ? await this.admitKey(credential, permission, addressOf(request), state.traceId)
      : await this.admitPerson(credential, permission, handler, state.traceId);
    if (sessionId !== undefined) state.sessionId = sessionId;
    state.context = { tenantId, actor, traceId: state.traceId, request: originOf(context) };
    return true;
  }

  /** Errors: those of `ApiKeys`, `auth.key_scope_missing`, `auth.person_required` (403). */
  private async admitKey(
    key: string,
    permission: Wanted,
    address: string,
    traceId: string,
  ): Promise<Admitted> {
    const { tenantId, keyId, scopes } = await this.keys.authenticate(key, address, traceId);
    if (permission === SIGNED_IN)
      throw new DomainError('forbidden', 'auth.person_required', 'Only a person who signed in can do this.');
    if (!scopes.has(permission))
      throw new DomainError(
        'forbidden',
        'auth.key_scope_missing',
        `This API key does not have the scope ${permission}.`,
        { facts: { permission } },
      );
    return { tenantId, actor: { kind: 'api-key', id: keyId, permissions: scopes } };
  }

  /** Errors: those of `MemberAccess`. */
  private async admitPerson(
    token: string,
    permission: Wanted,
    handler: ReturnType<ExecutionContext['getHandler']>,
    traceId: string,
  ): Promise<Admitted> {
    const claims = this.members.verify(token);
    const { permissions, dataScope } = await this.members.authorityOf(
      claims,
      permission === SIGNED_IN ? null : permission,
      traceId,
      { enrolling: this.reflector.get<boolean | undefined>(DURING_ENROLMENT, handler) },
    );
    const { tenantId, personId, sessionId } = claims;
    return { tenantId, actor: { kind: 'user', id: personId, permissions, dataScope }, sessionId };
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
