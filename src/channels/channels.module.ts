import { type DynamicModule, Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { SealedTables } from '#libs/encryption';
import { Clock } from '#libs/kernel';
import { DrainInboundHandler } from './application/drain-inbound/drain-inbound.handler.js';
import {
  CreateChannelHandler,
  EnsureApiChannelHandler,
  FirstWebchatHandler,
  GetChannelHandler,
  ListChannelsHandler,
  UpdateChannelHandler,
} from './application/manage-channels/manage-channels.handlers.js';
import { ChannelsLeaveDeletedTeam } from './application/on-team-deleted/on-team-deleted.handler.js';
import { SendMessageHandler } from './application/send-message/send-message.handler.js';
import { ShowTypingHandler } from './application/show-typing/show-typing.handler.js';
import { ChannelsController } from './http/channels.controller.js';
import { ChatBrand } from './http/chat-brand.js';
import { ChatPageController } from './http/chat-page.controller.js';
import { MessageBudget } from './http/message-budget.js';
import { MetaWebhookController } from './http/meta-webhook.controller.js';
import { WebchatGateway } from './http/webchat.gateway.js';
import { ChannelAdapters } from './infrastructure/channel-adapters.js';
import { ChannelMetrics } from './infrastructure/channel-metrics.js';
import { ChannelRepository } from './infrastructure/channel.repository.js';
import { GraphEndpoint, usesSandbox } from './infrastructure/graph-endpoint.js';
import { InboundEventRepository } from './infrastructure/inbound-event.repository.js';
import { InboundIngestor } from './infrastructure/inbound-ingestor.js';
import { InboundEventStore, UnroutedEventStore } from './infrastructure/inbound-event.store.js';
import { InboundSealer } from './infrastructure/inbound-sealer.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { UnroutedPruner } from './infrastructure/unrouted-pruner.js';
import { GraphSandbox } from './infrastructure/providers/meta-whatsapp/graph-sandbox.js';
import { GraphSandboxController } from './infrastructure/providers/meta-whatsapp/graph-sandbox.controller.js';
import { MetaWhatsAppAdapter } from './infrastructure/providers/meta-whatsapp/meta-whatsapp.adapter.js';
import { VisitorTokens } from './infrastructure/providers/webchat/visitor-tokens.js';
import { WebchatAdapter } from './infrastructure/providers/webchat/webchat.adapter.js';

@Module({})
export class ChannelsModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }

  /** The sandbox shows what was "sent" to whoever asks, so it exists only where nothing else is sent to. */
  static forRoot(settings: Settings): DynamicModule {
    const sandbox = usesSandbox(settings);
    return {
      module: ChannelsModule,
      controllers: [
        ChannelsController,
        MetaWebhookController,
        ChatPageController,
        ...(sandbox ? [GraphSandboxController] : []),
      ],
      providers: [
        ...(sandbox ? [GraphSandbox] : []),
        GraphEndpoint,
        {
          provide: MetaWhatsAppAdapter,
          inject: [Settings, GraphEndpoint, Clock],
          useFactory: ({ meta }: Settings, endpoint: GraphEndpoint, clock: Clock) =>
            new MetaWhatsAppAdapter({
              // Known only once the server listens.
              get graphUrl() {
                return endpoint.url;
              },
              graphVersion: meta.graphVersion,
              timeoutMs: meta.timeoutMs,
              clock,
            }),
        },
        WebchatAdapter,
        {
          provide: ChannelAdapters,
          inject: [MetaWhatsAppAdapter, WebchatAdapter],
          useFactory: (...adapters: [MetaWhatsAppAdapter, WebchatAdapter]) => new ChannelAdapters(adapters),
        },
        ChannelMetrics,
        ChannelRepository,
        InboundEventRepository,
        InboundSealer,
        InboundIngestor,
        InboundEventStore,
        UnroutedEventStore,
        UnroutedPruner,
        MessageBudget,
        ChatBrand,
        VisitorTokens,
        WebchatGateway,
        CreateChannelHandler,
        EnsureApiChannelHandler,
        FirstWebchatHandler,
        GetChannelHandler,
        ListChannelsHandler,
        UpdateChannelHandler,
        ChannelsLeaveDeletedTeam,
        DrainInboundHandler,
        SendMessageHandler,
        ShowTypingHandler,
      ],
    };
  }
}
