import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Whose host a request came to: the installation's own, or the domain of one business. */
export type HostScope =
  | { readonly kind: 'installation' }
  | { readonly kind: 'tenant'; readonly tenantId: string; readonly domain: string };

const INSTALLATION: HostScope = { kind: 'installation' };
const scopes = new WeakMap<IncomingMessage, HostScope>();

export const setHostScope = (raw: IncomingMessage, scope: HostScope): void => void scopes.set(raw, scope);

/** Handler parameter: `@RequestHost() scope: HostScope`. Unless a gate has said otherwise, the installation's own. */
export const RequestHost = createParamDecorator(
  (_data: unknown, context: ExecutionContext): HostScope =>
    scopes.get(context.switchToHttp().getRequest<FastifyRequest>().raw) ?? INSTALLATION,
);

const AUTHORITY = /^(\[[\da-f:.]+\]|[a-z\d._-]+)(?::\d{0,5})?$/i;

/**
 * The host that a request is for, as the URL standard writes it: lower-case, without port and without the dot at the end; null
 * when there is none or it is no host. `X-Forwarded-Host` counts only behind a trusted proxy, whose own word is the last.
 */
export const hostOf = (headers: IncomingHttpHeaders, trustProxy: boolean): string | null => {
  const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined;
  const given = Array.isArray(forwarded) ? forwarded.at(-1) : forwarded;
  const authority = (given?.split(',').at(-1) ?? headers.host ?? '').trim();
  const name = authority.length <= 300 ? AUTHORITY.exec(authority)?.[1] : undefined;
  const url = `http://${name?.replace(/\.$/, '') ?? ''}/`;
  return name !== undefined && URL.canParse(url) ? new URL(url).hostname : null;
};
