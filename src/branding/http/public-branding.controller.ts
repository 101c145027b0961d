import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems, Facts, type HostScope, Public, type RequestFacts, RequestHost } from '#libs/http';
import { DomainError, isId, runInContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { SystemFunctions } from '#libs/persistence';
import { GetAssetQuery, GetStylesheetQuery } from '../application/public-branding/public-branding.queries.js';
import { PublicBrandingQuery } from '../contracts/index.js';
import { PublicBrandingDto, PublicBrandingQueryDto } from './branding.dto.js';

/** A picture that is opened by itself runs nothing and loads nothing, whatever it is taken for. */
const SANDBOX = "default-src 'none'; sandbox";

/** How a business looks, for anybody. The paths under /brand name the tenant; row security does the rest. */
@ApiTags('Branding')
@Controller()
export class PublicBrandingController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly system: SystemFunctions,
  ) {}

  @Get('api/v1/public/branding')
  @Public()
  @ApiOperation({
    operationId: 'getPublicBranding',
    summary: 'Read how a business looks, without a token',
    description: 'Of the business whose domain is asked, or of the one that has the web chat `channel`.',
  })
  @ApiOkResponse({ type: PublicBrandingDto })
  @ApiProblems({ 404: ['branding.unknown'] })
  async branding(
    @Query() { channel }: PublicBrandingQueryDto,
    @RequestHost() host: HostScope,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublicBrandingDto> {
    const owner = channel === undefined ? null : await this.ownerOf(channel);
    const tenantId = host.kind === 'tenant' ? host.tenantId : owner;
    if (tenantId === null || (channel !== undefined && owner !== tenantId)) throw unknown();
    reply.header('cache-control', 'public, max-age=60');
    return inTenant(tenantId, facts, () => this.dispatcher.ask(new PublicBrandingQuery()));
  }

  @Get('brand/:tenantId/style.css')
  @Public()
  @ApiExcludeEndpoint()
  async stylesheet(
    @Param('tenantId') tenantId: string,
    @Headers('if-none-match') known: string | undefined,
    @Facts() facts: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const css = await inTenant(tenantId, facts, () => this.dispatcher.ask(new GetStylesheetQuery()));
    const etag = `"${createHash('sha256').update(css).digest('base64url').slice(0, 22)}"`;
    reply
      .header('content-type', 'text/css; charset=utf-8')
      .header('cache-control', 'public, max-age=60')
      .header('content-security-policy', SANDBOX)
      .header('x-content-type-options', 'nosniff')
      .header('etag', etag);
    if (!(known ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)) return css;
    reply.status(304);
    return '';
  }

  @Get('brand/:tenantId/:file')
  @Public()
  @ApiExcludeEndpoint()
  async image(
    @Param('tenantId') tenantId: string,
    @Param('file') file: string,
    @Facts() facts: RequestFacts,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const sha256 = /^([0-9a-f]{64})\.(?:png|jpg|webp)$/.exec(file)?.[1];
    const asset =
      sha256 === undefined
        ? null
        : await inTenant(tenantId, facts, () => this.dispatcher.ask(new GetAssetQuery(sha256)));
    if (asset === null)
      throw new DomainError('not-found', 'branding.image_not_found', 'There is no such image.');
    await reply
      .header('content-type', asset.contentType)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('content-security-policy', SANDBOX)
      .header('x-content-type-options', 'nosniff')
      .header('content-disposition', 'inline')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(asset.bytes);
  }

  private async ownerOf(channel: string): Promise<string | null> {
    const [route] = await this.system.call<{ tenant_id: string }>('find_channel_route', ['webchat', channel]);
    return route?.tenant_id ?? null;
  }
}

const unknown = (): DomainError =>
  new DomainError(
    'not-found',
    'branding.unknown',
    'There is no such web chat on this host: name its `channel`.',
  );

const inTenant = <T>(tenantId: string, { traceId }: RequestFacts, work: () => Promise<T>): Promise<T> => {
  if (!isId(tenantId)) throw unknown();
  return runInContext({ tenantId, actor: { kind: 'system', id: 'public-page' }, traceId }, work);
};
