import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findContext } from '#libs/kernel';
import { addressOf } from './client-address.js';
import { isDataException } from './data-exception.js';
import { problemOf, refusalOf, type Refusal } from './problem.js';
import { stateOf } from './request-state.js';
import { sendProblem } from './send-problem.js';

/** Who was turned away is told to the log, with the code that says why (OWASP ASVS 5.0, 16.3): never what was sent. */
const SECURITY = new Set([401, 403, 429]);

/** Answers whatever was thrown as application/problem+json. Over a socket, as an `exception` event. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');
  private readonly security = new Logger('Security');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const refusal = refusalOf(thrown);
    if (host.getType() === 'ws') {
      const traceId = findContext()?.traceId ?? '';
      this.log(thrown, refusal, { traceId });
      const client = host.switchToWs().getClient<{ emit(event: string, body: unknown): void }>();
      client.emit('exception', problemOf(refusal, traceId));
      return;
    }
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { traceId, context } = stateOf(request.raw);
    const route = request.routeOptions.url;
    this.log(thrown, refusal, {
      traceId,
      tenantId: context?.tenantId,
      actorId: context?.actor.id,
      address: addressOf(request),
      method: request.method,
      route,
    });
    sendProblem(refusal, request.raw, host.switchToHttp().getResponse<FastifyReply>());
  }

  private log(thrown: unknown, refusal: Refusal, facts: object): void {
    // What only the database refused has slipped through our own validation.
    const slipped = isDataException(thrown);
    if (SECURITY.has(refusal.status))
      this.security.warn({ code: refusal.code, status: refusal.status, ...facts });
    if (refusal.status < 500 && !slipped) return;
    const line = { err: thrown, code: refusal.code, ...facts };
    if (refusal.status === 503 || slipped) this.logger.warn(line);
    else this.logger.error(line);
  }
}
