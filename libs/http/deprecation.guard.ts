import { type CanActivate, type ExecutionContext, GoneException, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Clock } from '#libs/kernel';
import { DEPRECATED, type Deprecation, instantOf } from './deprecated.decorator.js';

/** Before the other guards, so that refusals carry the headers too. */
@Injectable()
export class DeprecationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const deprecation = this.reflector.get<Deprecation | undefined>(DEPRECATED, context.getHandler());
    if (!deprecation || context.getType() !== 'http') return true;
    const { since, sunset, successor } = deprecation;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    // A date of structured fields (RFC 9651): seconds.
    reply.header('deprecation', `@${Math.floor(instantOf('since', since) / 1000)}`);
    if (successor !== undefined) reply.header('link', `<${successor}>; rel="successor-version"`);
    if (sunset === undefined) return true;
    const end = instantOf('sunset', sunset);
    reply.header('sunset', new Date(end).toUTCString());
    if (this.clock.now().getTime() < end) return true;
    throw new GoneException(
      `This was switched off on ${sunset}.${successor === undefined ? '' : ` Use ${successor} instead.`}`,
    );
  }
}
