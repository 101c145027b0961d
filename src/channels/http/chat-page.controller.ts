import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '#libs/http';

const DIRECTORY = join(import.meta.dirname, 'chat', 'public');

interface Asset {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

/**
 * The chat page of a business: `GET /chat?channel=<key of a web chat>`, without a key that of the demo. Its other script,
 * `/socket.io/socket.io.min.js`, is served by the socket server itself. Not part of the API document.
 */
@ApiExcludeController()
@Controller('chat')
export class ChatPageController {
  private readonly html = read('index.html', 'text/html; charset=utf-8');
  private readonly css = read('chat.css', 'text/css; charset=utf-8');
  private readonly js = read('chat.js', 'text/javascript; charset=utf-8');

  @Get()
  @Public()
  page(
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    return answer(this.html, known, reply);
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

const read = (file: string, type: string): Asset => {
  const body = readFileSync(join(DIRECTORY, file), 'utf8');
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
};

/** The body, or 304 without one where the browser has it already. Asked again each time, so that a release shows at once. */
const answer = ({ body, type, etag }: Asset, known: string | undefined, reply: FastifyReply): string => {
  reply.header('content-type', type).header('cache-control', 'no-cache').header('etag', etag);
  if (!tagsOf(known).includes(etag)) return body;
  reply.status(304);
  return '';
};

/** Weak and strong tags compare alike here: a proxy that compresses makes them weak. */
const tagsOf = (header = ''): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
