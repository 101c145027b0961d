import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { runInContext } from '#libs/kernel';
import { stateOf } from './request-state.js';

/** Runs the other interceptors, the pipes and the handler in the work context that the guard made out. */
@Injectable()
export class ContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const work = stateOf(context.switchToHttp().getRequest<FastifyRequest>().raw).context;
    if (!work) return next.handle();
    return new Observable((subscriber) => runInContext(work, () => next.handle().subscribe(subscriber)));
  }
}
