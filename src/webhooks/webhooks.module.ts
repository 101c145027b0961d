import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { MailModule } from '#libs/mail';
import { DeliverService } from './application/deliver/deliver.service.js';
import { DeliveryDoorbell } from './application/deliver/delivery-doorbell.js';
import { DeliveryScheduler, WEBHOOK_QUEUE } from './application/deliver/delivery-scheduler.js';
import { FanOutHandler } from './application/fan-out/fan-out.handler.js';
import {
  CreateEndpointHandler,
  DeleteEndpointHandler,
  GetEndpointHandler,
  ListEndpointsHandler,
  RotateSecretHandler,
  UpdateEndpointHandler,
} from './application/manage-endpoints/manage-endpoints.handlers.js';
import { ListAttemptsHandler, ListDeliveriesHandler } from './application/read-deliveries/read-deliveries.js';
import {
  ReplayDeliveryHandler,
  ReplayFailedHandler,
  SendTestHandler,
} from './application/replay-deliveries/replay-deliveries.js';
import { MailOnEndpointDisabled } from './application/tell-disabled/on-endpoint-disabled.handler.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { DeliveryPruner } from './infrastructure/delivery-pruner.js';
import { DeliveryRepository } from './infrastructure/delivery.repository.js';
import { EndpointRepository } from './infrastructure/endpoint.repository.js';
import { WebhookDeliveryStore } from './infrastructure/personal-data.stores.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { WebhookMetrics } from './infrastructure/webhook-metrics.js';

@Module({
  imports: [MailModule, BullModule.registerQueue({ name: WEBHOOK_QUEUE })],
  controllers: [WebhooksController],
  providers: [
    EndpointRepository,
    DeliveryRepository,
    DeliveryDoorbell,
    DeliveryPruner,
    DeliverService,
    DeliveryScheduler,
    WebhookMetrics,
    WebhookDeliveryStore,
    FanOutHandler,
    MailOnEndpointDisabled,
    CreateEndpointHandler,
    UpdateEndpointHandler,
    DeleteEndpointHandler,
    RotateSecretHandler,
    GetEndpointHandler,
    ListEndpointsHandler,
    ListDeliveriesHandler,
    ListAttemptsHandler,
    ReplayDeliveryHandler,
    ReplayFailedHandler,
    SendTestHandler,
  ],
})
export class WebhooksModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
