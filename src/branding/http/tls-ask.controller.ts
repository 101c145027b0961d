import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, HttpCode, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { Settings } from '#libs/config';
import { Public } from '#libs/http';
import { DomainError } from '#libs/kernel';
import { hashToken } from '#libs/security';
import { asciiHost } from '../domain/domain-name.js';
import { SystemHostDirectory } from '../infrastructure/system-host-directory.js';

const NEAR = new Set(['private', 'loopback', 'uniqueLocal', 'linkLocal', 'carrierGradeNat']);

/** Caddy's `on_demand_tls { ask }`: 200 for a domain that may get a certificate, 404 for any other. */
@ApiExcludeController()
@Controller('internal/tls')
export class TlsAskController {
  constructor(
    private readonly hosts: SystemHostDirectory,
    private readonly settings: Settings,
  ) {}

  @Get('ask')
  @HttpCode(200)
  @Public()
  async ask(@Query('domain') domain: unknown, @Req() request: FastifyRequest): Promise<string> {
    const known = this.trusted(request) && typeof domain === 'string' ? asciiHost(domain) : null;
    if (known === null || (await this.hosts.domain(known)) === null)
      throw new DomainError('not-found', 'domains.unknown', 'No certificate for this domain.');
    return 'ok';
  }

  /** By the secret; where none is set, by the address at the other end of the line, not by what a header says of it. */
  private trusted({ raw, headers }: FastifyRequest): boolean {
    const { tlsAskSecret } = this.settings.domains;
    const secret = passwordOf(headers.authorization);
    if (tlsAskSecret !== null)
      return (
        secret !== null &&
        timingSafeEqual(Buffer.from(hashToken(secret)), Buffer.from(hashToken(tlsAskSecret)))
      );
    const address = raw.socket.remoteAddress ?? '';
    // A request that a proxy handed on comes from further away than its line.
    if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
    return ipaddr.isValid(address) && NEAR.has(ipaddr.process(address).range());
  }
}

/** Of Basic credentials (RFC 7617): what Caddy makes of `name:password@` in the address it asks. Null: there are none. */
const passwordOf = (authorization: string | undefined): string | null => {
  const [, encoded] = /^basic ([A-Za-z0-9+/]{1,400}={0,2})$/i.exec(authorization ?? '') ?? [];
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  return password ?? null;
};
