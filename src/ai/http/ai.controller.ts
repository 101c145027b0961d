import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { ReadsPersonalData } from '#libs/audit';
import { ApiIfMatch, ApiProblems, IfMatch, Permission, Public } from '#libs/http';
import { Clock, currentTenant, DomainError } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import {
  ConfigureAssistantCommand,
  GetAssistantQuery,
} from '../application/configure-assistant/configure-assistant.js';
import { ProcessMessageService } from '../application/process-message/process-message.service.js';
import { ChatModel } from '../domain/chat-model.js';
import {
  AiHealthDto,
  AssistantDto,
  ConfigureAssistantDto,
  ProcessedMessageDto,
  ProcessMessageDto,
} from './ai.dto.js';

const MICROS = 1_000_000;

const e164 = (text: string): string => {
  const phone = parsePhoneNumberFromString(text.startsWith('+') ? text : `+${text}`);
  if (!phone?.isPossible())
    throw DomainError.invalid(
      'ai.phone_number_invalid',
      '/phone_number',
      'Write the phone number with its country code, such as +380501234567.',
    );
  return phone.number;
};

@ApiTags('AI')
@Controller('api/v1/ai')
export class AiController {
  constructor(
    private readonly messages: ProcessMessageService,
    private readonly model: ChatModel,
    private readonly dispatcher: Dispatcher,
    private readonly clock: Clock,
  ) {}

  @Post('process-message')
  @HttpCode(200)
  @Permission('ai:use')
  @ReadsPersonalData('turn', { ownUnit: true })
  @ApiOperation({
    operationId: 'processMessage',
    summary: 'Have the assistant answer a message',
    description: 'For surfaces of your own: the message joins a thread, and the reply comes in the response.',
  })
  @ApiOkResponse({ type: ProcessedMessageDto })
  @ApiProblems({
    403: ['ai.other_salon'],
    409: ['ai.turn_in_progress', 'ai.answered_together', 'ai.thread_with_person', 'ai.reply_dropped'],
    422: ['ai.phone_number_invalid'],
  })
  async process(@Body() body: ProcessMessageDto): Promise<ProcessedMessageDto> {
    if (body.salon_id.toLowerCase() !== currentTenant())
      throw new DomainError('forbidden', 'ai.other_salon', 'salon_id must be the business of your token.');
    const { reply, durationMs } = await this.messages.process({
      phone: e164(body.phone_number.trim()),
      text: body.message,
      conversationId: body.conversation_id ?? '',
    });
    const sum = (pick: (call: (typeof reply.calls)[number]) => number) =>
      reply.calls.reduce((n, c) => n + pick(c), 0);
    return {
      response: reply.text,
      tokens_used: sum((c) => c.promptTokens + c.completionTokens),
      cost: sum((c) => c.costMicros) / MICROS,
      response_time_ms: durationMs,
      model: reply.calls.at(-1)?.model ?? '',
      ...(reply.bookingCode ? { booking_code: reply.bookingCode } : {}),
    };
  }

  @Get('health')
  @Public()
  @ApiOperation({ operationId: 'getAiHealth', summary: 'Whether a model can be reached' })
  @ApiOkResponse({ type: AiHealthDto })
  async health(): Promise<AiHealthDto> {
    const openai = await this.model.probe();
    const status = openai === 'error' ? 'degraded' : 'ok';
    return { status, service: 'ai', timestamp: this.clock.now().toISOString(), openai };
  }

  @Get('assistant')
  @Permission('ai:use')
  @ApiOperation({ operationId: 'getAssistant', summary: 'Get the settings of the assistant' })
  @ApiOkResponse({ type: AssistantDto })
  assistant(): Promise<AssistantDto> {
    return this.dispatcher.ask(new GetAssistantQuery());
  }

  @Patch('assistant')
  @Permission('ai:configure')
  @ApiIfMatch()
  @ApiOperation({ operationId: 'configureAssistant', summary: 'Change the settings of the assistant' })
  @ApiOkResponse({ type: AssistantDto })
  configure(
    @Body() patch: ConfigureAssistantDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<AssistantDto> {
    return this.dispatcher.request(new ConfigureAssistantCommand({ patch, expectedVersion }));
  }
}
