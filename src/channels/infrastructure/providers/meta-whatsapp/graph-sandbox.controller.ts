import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import { Public } from '#libs/http';
import { GraphSandbox, type SandboxMessage } from './graph-sandbox.js';

/** The part of Fastify's reply that is used here. */
interface Reply {
  status(code: number): unknown;
}

/** Meta's protocol, not ours: its paths, bodies and errors, and so no part of the OpenAPI document. */
@ApiExcludeController()
@SkipThrottle({ address: true })
@Controller('sandbox/meta')
export class GraphSandboxController {
  constructor(private readonly sandbox: GraphSandbox) {}

  @Post(':version/:phone/messages')
  @Public()
  send(
    @Headers('authorization') authorization: string | undefined,
    @Param('version') version: string,
    @Param('phone') phoneNumberId: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Record<string, unknown> {
    const answer = this.sandbox.send(authorization, version, phoneNumberId, body);
    reply.status(answer.status);
    return answer.body;
  }

  @Get('messages')
  @Public()
  list(@Query('to') to?: string, @Query('after') after?: string): { data: SandboxMessage[] } {
    return { data: this.sandbox.list({ ...(to ? { to } : {}), ...(after ? { after } : {}) }) };
  }
}
