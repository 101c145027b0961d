import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Post,
  Query,
  type RawBodyRequest,
  Req,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { Settings } from '#libs/config';
import { Public, stateOf } from '#libs/http';
import { DomainError } from '#libs/kernel';
import { verifyHmacSha256 } from '#libs/security';
import { InboundIngestor } from '../infrastructure/inbound-ingestor.js';
import { splitWebhook } from '../infrastructure/providers/meta-whatsapp/meta-webhook.js';

/** Meta's callback. Not part of the API document: its shape is Meta's. */
@ApiExcludeController()
// A provider whose deliveries are turned away may stop sending them.
@SkipThrottle({ address: true })
@Controller('webhooks/meta/whatsapp')
export class MetaWebhookController {
  constructor(
    private readonly ingestor: InboundIngestor,
    private readonly settings: Settings,
  ) {}

  /** The handshake of a webhook subscription: echoes `hub.challenge` as plain text to whoever knows the verify token. */
  @Get()
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  subscribe(@Query() query: Record<string, unknown>): string {
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
    const expected = this.settings.meta.verifyToken;
    if (mode !== 'subscribe' || typeof challenge !== 'string' || !expected || token !== expected)
      throw new DomainError(
        'forbidden',
        'channels.verify_token_wrong',
        'hub.verify_token is not META_VERIFY_TOKEN.',
      );
    return challenge;
  }

  /** Verified over the raw bytes, stored, then 200: everything else happens later. What cannot be stored is a 503. */
  @Post()
  @Public()
  @HttpCode(200)
  async receive(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Body() body: unknown,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<{ received: number }> {
    const { appSecret } = this.settings.meta;
    if (!appSecret || !request.rawBody || !verifyHmacSha256(request.rawBody, signature, appSecret))
      throw new DomainError(
        'unauthenticated',
        'channels.signature_invalid',
        'X-Hub-Signature-256 does not match the body and META_APP_SECRET.',
      );
    const items = splitWebhook(body);
    await this.ingestor.ingest('meta-whatsapp', items, stateOf(request.raw).traceId);
    return { received: items.length };
  }
}
