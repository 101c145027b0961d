import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Facts, type HostScope, Public, type RequestFacts, RequestHost } from '#libs/http';
import { ChatBrand } from './chat-brand.js';
import { brandedPage } from './chat-page.html.js';

const DIRECTORY = join(import.meta.dirname, 'chat', 'public');

/** Stricter than that of the rest, which Swagger UI shares: no style in the page either, and no frame around it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Asset {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

/**
 * The chat page of a business: `GET /chat?channel=<key of a web chat>`, without a key that of the demo; on a business's own
 * domain its chat alone. Its other script,
 * `/socket.io/socket.io.min.js`, is served by the socket server itself. Not part of the API document.
 */
@ApiExcludeController()
@Controller('chat')
export class ChatPageController {
  private readonly html = read('index.html', 'text/html; charset=utf-8');
  private readonly css = read('chat.css', 'text/css; charset=utf-8');
  private readonly js = read('chat.js', 'text/javascript; charset=utf-8');

  constructor(private readonly brand: ChatBrand) {}

  @Get()
  @Public()
  async page(
    @Query('channel') channel: unknown,
    @Headers('if-none-match') known: string | undefined,
    @RequestHost() host: HostScope,
    @Facts() { traceId }: RequestFacts,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const chat = await this.brand.find(host, typeof channel === 'string' ? channel : undefined, traceId);
    const html = assetOf(brandedPage(this.html.body, chat), this.html.type);
    reply.header('content-security-policy', POLICY);
    return answer(html, known, reply);
  }

  @Get('chat.css')
  @Public()
  styles(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    return answer(this.css, known, reply);
  }

  @Get('chat.js')
  @Public()
  script(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    return answer(this.js, known, reply);
  }
}

const read = (file: string, type: string): Asset =>
  assetOf(readFileSync(join(DIRECTORY, file), 'utf8'), type);

const assetOf = (body: string, type: string): Asset => ({
  body,
  type,
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
});

/** The body, or 304 without one where the browser has it already. Asked again each time, so that a release shows at once. */
const answer = ({ body, type, etag }: Asset, known: string | undefined, reply: FastifyReply): string => {
  reply.header('content-type', type).header('cache-control', 'no-cache').header('etag', etag);
  if (!tagsOf(known).includes(etag)) return body;
  reply.status(304);
  return '';
};

/** Weak and strong tags compare alike here: a proxy that compresses makes them weak. */
const tagsOf = (header = ''): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
