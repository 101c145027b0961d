import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stateOf } from '#libs/http';
import { Metrics } from './metrics.js';

const QUIET = new Set(['/live', '/ready', '/health', '/metrics']);

/** One log line and one observation for each answered request, from the server's own hook: no middleware in the way. */
@Injectable()
export class RequestObserver implements OnModuleInit {
  private readonly logger = new Logger('Http');
  private readonly durations;

  constructor(
    private readonly host: HttpAdapterHost,
    metrics: Metrics,
  ) {
    this.durations = metrics.histogram({
      name: 'frontdesk_http_request_duration_seconds',
      help: 'Time from the request to the end of its answer, by route',
      labelNames: ['method', 'route', 'status'],
    });
  }

  onModuleInit(): void {
    // A worker has no HTTP adapter.
    const adapter = (this.host as { httpAdapter?: { getInstance(): FastifyInstance } }).httpAdapter;
    adapter?.getInstance().addHook('onResponse', (request, reply, done) => {
      this.observe(request, reply);
      done();
    });
  }

  private observe(request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url ?? 'unmatched';
    const seconds = reply.elapsedTime / 1000;
    this.durations.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds);
    if (QUIET.has(route) && reply.statusCode < 400) return;
    const { traceId, context } = stateOf(request.raw);
    this.logger.log({
      message: 'request answered',
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      traceId,
      tenantId: context?.tenantId,
      actorId: context?.actor.id,
    });
  }
}
