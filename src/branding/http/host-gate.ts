import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '#libs/config';
import { forwardedOf, hostOf, isOfProxy, refusalOf, sendProblem, setHostScope } from '#libs/http';
import { HostDirectory } from '../contracts/index.js';

/** Probes of orchestrators and the proxy's own question come by whatever name the network gives us; they tell nothing. */
const ANY_HOST: ReadonlySet<string> = new Set(['/live', '/ready', '/internal/tls/ask']);

/** What of the product answers on a business's own domain. */
const PUBLIC_PATHS = /^\/(chat(\/[\w.-]+)?|api\/v1\/public\/branding)$/;

/** Before anything else looks at a request: is its host ours, and if it is a business's, is the path one of its public ones. */
@Injectable()
export class HostGate implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly hosts: HostDirectory,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply) => this.pass(request, reply));
  }

  private async pass(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = request.raw.url?.split('?', 1)[0] ?? '';
    const host = hostOf(request.headers, isOfProxy(forwardedOf(request.raw), this.settings.http.trustProxy));
    try {
      const owner = host === null ? null : await this.hosts.ownerOf(host);
      if (owner?.kind === 'installation' || (owner === null && ANY_HOST.has(path))) return;
      if (owner === null)
        return sendProblem(
          {
            status: 421,
            code: 'http.unknown_host',
            detail: 'This server does not answer for that host name.',
          },
          request.raw,
          reply,
        );
      setHostScope(request.raw, owner);
      if (path === '/' && (request.method === 'GET' || request.method === 'HEAD')) {
        reply.header('cache-control', 'no-cache');
        return void reply.redirect('/chat', 302);
      }
      const own = PUBLIC_PATHS.test(path) || path.startsWith(`/brand/${owner.tenantId}/`);
      if (!own || (request.method !== 'GET' && request.method !== 'HEAD'))
        sendProblem(
          { status: 404, code: 'http.not_found', detail: 'There is no such page here.' },
          request.raw,
          reply,
        );
    } catch (error) {
      sendProblem(refusalOf(error), request.raw, reply);
    }
  }
}
