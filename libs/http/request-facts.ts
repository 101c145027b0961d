import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { stateOf } from './request-state.js';

export interface RequestFacts {
  readonly traceId: string;
  /** The client's address, taken from X-Forwarded-For only when the settings trust the proxy. */
  readonly address: string;
  readonly userAgent: string | null;
}

/** Handler parameter: `@Facts() facts: RequestFacts`, for public routes, which have no work context. */
export const Facts = createParamDecorator((_data: unknown, context: ExecutionContext): RequestFacts => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    traceId: stateOf(request.raw).traceId,
    address: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
  };
});
