import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, IfMatch, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import {
  ReadSenderQuery,
  type SenderView,
  UpdateSenderCommand,
} from '../application/manage-sender/manage-sender.commands.js';
import { TestSenderService } from '../application/manage-sender/test-sender.service.js';
import { PutSenderDto, SenderDto, TestSenderDto, TestSenderResultDto } from './sender.dto.js';

@ApiTags('Branding')
@Controller('api/v1/branding/sender')
export class SenderController {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly tester: TestSenderService,
  ) {}

  @Get()
  @Permission('branding:read')
  @ApiOperation({ operationId: 'getSender', summary: 'Read as whom the business writes e-mail' })
  @ApiOkResponse({ type: SenderDto })
  async get(): Promise<SenderDto> {
    return viewOf(await this.dispatcher.ask(new ReadSenderQuery()));
  }

  @Put()
  @Permission('branding:write')
  @ApiOperation({
    operationId: 'putSender',
    summary: 'Set as whom the business writes e-mail',
    description: 'Puts everything in place of what was, but a password that is left out.',
  })
  @ApiOkResponse({ type: SenderDto })
  @ApiProblems({
    412: ['branding.sender_changed'],
    422: [
      'branding.sender_domain_unverified',
      'branding.smtp_host_refused',
      'branding.smtp_password_missing',
    ],
  })
  async put(
    @Body() { fromName, fromAddress, replyTo, smtp }: PutSenderDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<SenderDto> {
    const server = smtp
      ? { host: smtp.host, port: smtp.port, security: smtp.security, username: smtp.username ?? null }
      : null;
    const fields = {
      fromName: fromName ?? null,
      fromAddress: fromAddress ?? null,
      replyTo: replyTo ?? null,
      smtp: server,
    };
    return viewOf(
      await this.dispatcher.request(new UpdateSenderCommand(fields, smtp?.password, expectedVersion)),
    );
  }

  @Post('test')
  @HttpCode(200)
  @Permission('branding:write')
  @ApiOperation({
    operationId: 'testSender',
    summary: 'Send a test message through the server of the business',
    description: 'Answers how it went; a server that refuses is an answer, not an error.',
  })
  @ApiOkResponse({ type: TestSenderResultDto })
  @ApiProblems({
    409: ['branding.sender_no_smtp'],
    422: ['branding.smtp_host_refused'],
    429: ['branding.sender_too_many_tests'],
  })
  test(@Body() { to }: TestSenderDto): Promise<TestSenderResultDto> {
    return this.tester.send(to);
  }
}

const viewOf = (sender: SenderView): SenderDto => ({
  fromName: sender.fromName,
  fromAddress: sender.fromAddress,
  fromAddressInUse: sender.fromAddressInUse,
  replyTo: sender.replyTo,
  smtp: sender.smtp,
  hasPassword: sender.hasPassword,
  version: sender.version,
});
