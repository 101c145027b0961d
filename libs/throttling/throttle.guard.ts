import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, stateOf } from '#libs/http';
import type { WorkContext } from '#libs/kernel';
import { GcraStorage } from './gcra-storage.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { tooMany } from './too-many.js';

/** Where `@SkipThrottle()` leaves its mark, by the name of a throttler. */
const SKIP = 'THROTTLER:SKIP';

type Subject = 'address' | 'user' | 'key' | 'tenant';

const SUBJECTS_OF_ACTOR: Record<WorkContext['actor']['kind'], Subject | null> = {
  user: 'user',
  'api-key': 'key',
  assistant: null,
  system: null,
};

/**
 * Takes a request from the quotas of those it counts against, all in one round trip: all of them, or none. Registered twice: before the
 * access guard for the address, so that guessing is limited too; behind it for user or key, and tenant. Error:
 * `http.too_many_requests` (429) with `Retry-After`. `@SkipThrottle({ address: true, ... })` exempts a route from some of them.
 */
abstract class SubjectThrottleGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() protected readonly quotas: GcraStorage,
    reflector: Reflector,
  ) {
    super(options, quotas, reflector);
  }

  protected abstract subjects(request: FastifyRequest): Promise<Partial<Record<Subject, string>>>;

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const subjects = await this.subjects(request);
    const targets = [context.getHandler(), context.getClass()];
    const quotas = this.throttlers.flatMap(({ name = '', limit, ttl }) => {
      const id = subjects[name as Subject];
      const exempt = this.reflector.getAllAndOverride<boolean | undefined>(`${SKIP}${name}`, targets);
      if (id === undefined || exempt || limit === 0) return [];
      return [{ name, key: `${name}:${id}`, burst: limit as number, windowMs: ttl as number }];
    });
    if (quotas.length === 0) return true;
    const decision = await this.quotas.decide(quotas);
    if (!decision) return true;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    for (const [name, value] of Object.entries(rateLimitHeaders(quotas, decision.quotas)))
      reply.header(name, value);
    if (decision.allowed) return true;
    throw tooMany(
      decision,
      'Too many requests: wait as long as Retry-After says. RateLimit-Policy says how many are allowed.',
    );
  }
}

@Injectable()
export class AddressThrottleGuard extends SubjectThrottleGuard {
  /** An IPv6 address counts with its /64: whoever has one has them all. */
  protected async subjects(request: FastifyRequest): Promise<Partial<Record<Subject, string>>> {
    return { address: await this.getTracker({ ip: addressOf(request) }) };
  }
}

@Injectable()
export class ActorThrottleGuard extends SubjectThrottleGuard {
  protected subjects(request: FastifyRequest): Promise<Partial<Record<Subject, string>>> {
    const work = stateOf(request.raw).context;
    if (!work) return Promise.resolve({});
    const subject = SUBJECTS_OF_ACTOR[work.actor.kind];
    return Promise.resolve({
      tenant: work.tenantId,
      ...(subject ? { [subject]: `${work.tenantId}:${work.actor.id}` } : {}),
    });
  }
}
