import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { canonicalJson, DomainError } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';
import { IDEMPOTENCY_KEY, IDEMPOTENT } from './idempotent.decorator.js';
import { IdempotencyRecords } from './idempotency-records.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Carries out what `@Idempotent()` promises: the effect and its record commit together, or neither does. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly uow: UnitOfWork,
    private readonly records: IdempotencyRecords,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const kind = this.reflector.get<'plain' | 'sealed' | undefined>(IDEMPOTENT, context.getHandler());
    if (context.getType() !== 'http' || !kind) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = keyOf(request.headers[IDEMPOTENCY_KEY]);
    if (key === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.uow.run(() => this.once(key, kind === 'sealed', request, reply, next)));
  }

  private async once(
    key: string,
    sealed: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const route = `${request.method} ${request.routeOptions.url ?? request.url}`;
    const claim = await this.records.claim(route, key, fingerprintOf(request));
    if (!('claimed' in claim)) {
      reply.header('idempotency-replayed', 'true').status(claim.status);
      return claim.body;
    }
    const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    await this.records.remember(claim.claimed, { status: reply.statusCode, body }, sealed);
    return body;
  }
}

/** Error: `http.idempotency_key_invalid` (422). */
const keyOf = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !KEY.test(header)) {
    throw DomainError.invalid(
      'http.idempotency_key_invalid',
      'Idempotency-Key',
      'Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.',
    );
  }
  return header;
};

const fingerprintOf = ({ params, query, body }: FastifyRequest): string =>
  createHash('sha256').update(canonicalJson({ params, query, body })).digest('hex');
