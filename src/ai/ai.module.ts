import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { Settings } from '#libs/config';
import { BookingToolKit } from './application/compose-reply/booking-tool-kit.js';
import { ComposeReplyOnTurnDue } from './application/compose-reply/on-turn-due.handler.js';
import { ReplyComposer } from './application/compose-reply/reply-composer.js';
import { ToolExecutor } from './application/compose-reply/tool-executor.js';
import { TurnRunner } from './application/compose-reply/turn-runner.js';
import {
  ConfigureAssistantHandler,
  GetAssistantHandler,
} from './application/configure-assistant/configure-assistant.js';
import { ProcessMessageService } from './application/process-message/process-message.service.js';
import { ChatModel } from './domain/chat-model.js';
import { AiController } from './http/ai.controller.js';
import { AiMetrics } from './infrastructure/ai-metrics.js';
import { AssistantRepository } from './infrastructure/assistant.repository.js';
import { ModelCallStore, ToolReceiptStore, TurnRecordStore } from './infrastructure/personal-data.stores.js';
import { OfflineModel } from './infrastructure/providers/offline/offline-model.js';
import { OpenAiModel } from './infrastructure/providers/openai/openai-model.js';
import { ToolReceiptRepository } from './infrastructure/tool-receipt.repository.js';
import { TurnRecordRepository } from './infrastructure/turn-record.repository.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';

@Module({
  controllers: [AiController],
  providers: [
    {
      provide: ChatModel,
      inject: [Settings],
      useFactory: ({ ai }: Settings): ChatModel =>
        ai.apiKey
          ? new OpenAiModel({
              apiKey: ai.apiKey,
              baseUrl: ai.baseUrl,
              timeoutMs: ai.timeoutMs,
              attempts: ai.attempts,
              baseDelayMs: ai.backoffMs,
              maxElapsedMs: ai.timeoutMs * ai.attempts,
            })
          : new OfflineModel(),
    },
    AiMetrics,
    AssistantRepository,
    TurnRecordRepository,
    ToolReceiptRepository,
    TurnRecordStore,
    ToolReceiptStore,
    ModelCallStore,
    BookingToolKit,
    ToolExecutor,
    ReplyComposer,
    TurnRunner,
    ProcessMessageService,
    ComposeReplyOnTurnDue,
    GetAssistantHandler,
    ConfigureAssistantHandler,
  ],
})
export class AiModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
