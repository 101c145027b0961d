import { Global, Module } from '@nestjs/common';
import { BullModule } from '@nestjs/bull';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { backoffMs } from './backoff.js';
import { BullConnections, BullConnectionsModule } from './bull-connections.js';
import { DeadLetters } from './dead-letters.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { Dispatcher } from './dispatcher.js';
import { QUEUES } from './event-handler.js';
import { HandlerRegistry } from './handler-registry.js';
import { JobRunner } from './job-runner.js';
import { MessagingMetrics } from './messaging-metrics.js';
import { Outbox } from './outbox.js';
import { DeadLetterStore, JobStore, OutboxStore } from './personal-data.stores.js';
import { DeliveryQueues } from './queues.js';
import { Relay } from './relay.js';
import { RelayDoorbell } from './relay-doorbell.js';
import { RelaySignal } from './relay-signal.js';
import { Sweeper } from './sweeper.js';

@Global()
@Module({
  imports: [
    CqrsModule.forRoot({}),
    DiscoveryModule,
    BullModule.forRootAsync({
      imports: [BullConnectionsModule],
      inject: [Settings, BullConnections],
      useFactory: ({ redis, messaging }: Settings, connections: BullConnections) => ({
        prefix: `${redis.prefix}:bull`,
        createClient: () => connections.open(redis.url ?? ''),
        settings: {
          lockDuration: messaging.lockMs,
          stalledInterval: messaging.stalledEveryMs,
          // After an error of Redis each slot of a queue pauses this long.
          retryProcessDelay: 500,
          // A job that outlives several crashes is not given up: the database says whether it had its effect.
          maxStalledCount: 100,
          backoffStrategies: {
            jittered: (attemptsMade: number, error: Error, options?: { baseMs?: number }) =>
              backoffMs(attemptsMade, error, options?.baseMs ?? 500),
          },
        },
      }),
    }),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
  ],
  controllers: [DeadLettersController],
  providers: [
    RelayDoorbell,
    RelaySignal,
    Outbox,
    Dispatcher,
    HandlerRegistry,
    DeliveryQueues,
    DeadLetters,
    OutboxStore,
    DeadLetterStore,
    JobStore,
    MessagingMetrics,
    Relay,
    Sweeper,
    JobRunner,
  ],
  exports: [Outbox, Dispatcher, DeadLetters, RelaySignal, CqrsModule],
})
export class MessagingModule {}
