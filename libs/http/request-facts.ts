import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError, type RequestOrigin } from '#libs/kernel';
import { addressOf } from './client-address.js';
import { stateOf } from './request-state.js';

export interface RequestFacts extends RequestOrigin {
  readonly traceId: string;
}

/** Where `@ApiOperation` of `@nestjs/swagger` keeps what it was given. */
const API_OPERATION = 'swagger/apiOperation';

/** Who asks what: of any HTTP route, public or not. */
export const originOf = (context: ExecutionContext): RequestOrigin => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const described = Reflect.getMetadata(API_OPERATION, context.getHandler()) as
    { operationId?: string } | undefined;
  return {
    requestId: stateOf(request.raw).requestId,
    operation: described?.operationId ?? context.getHandler().name,
    address: addressOf(request),
    userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
  };
};

/** Handler parameter: `@CurrentSession() sessionId: string`, for routes of a signed-in person. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { sessionId } = stateOf(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (sessionId === undefined)
    throw new DomainError('forbidden', 'auth.person_required', 'Only a person who signed in can do this.');
  return sessionId;
});

/** Handler parameter: `@Facts() facts: RequestFacts`, for public routes, which have no work context. */
export const Facts = createParamDecorator((_data: unknown, context: ExecutionContext): RequestFacts => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { traceId: stateOf(request.raw).traceId, ...originOf(context) };
});
