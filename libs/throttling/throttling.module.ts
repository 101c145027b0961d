import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Settings } from '#libs/config';
import { GcraStorage } from './gcra-storage.js';
import { SocketQuotas } from './socket-quotas.js';
import { ActorThrottleGuard, AddressThrottleGuard } from './throttle.guard.js';

@Global()
@Module({ providers: [GcraStorage, SocketQuotas], exports: [GcraStorage, SocketQuotas] })
class StorageModule {}

const SECOND_MS = 1000;

/** Quotas per address, user, API key and tenant; 0 switches one off. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [StorageModule],
      inject: [Settings, GcraStorage],
      useFactory: ({ throttling }: Settings, storage: GcraStorage) => ({
        storage,
        throttlers: [
          { name: 'address', limit: throttling.addressBurst, ttl: throttling.addressSeconds * SECOND_MS },
          { name: 'user', limit: throttling.userBurst, ttl: throttling.userSeconds * SECOND_MS },
          { name: 'key', limit: throttling.keyBurst, ttl: throttling.keySeconds * SECOND_MS },
          { name: 'tenant', limit: throttling.tenantBurst, ttl: throttling.tenantSeconds * SECOND_MS },
        ],
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
class QuotasModule {}

/** Nest runs global guards in the order of their modules: this one goes before `HttpModule` and its access guard ... */
@Module({ imports: [QuotasModule], providers: [{ provide: APP_GUARD, useClass: AddressThrottleGuard }] })
export class AddressThrottlingModule {}

/** ... and this one behind it, when it is known who asks. */
@Module({ imports: [QuotasModule], providers: [{ provide: APP_GUARD, useClass: ActorThrottleGuard }] })
export class ActorThrottlingModule {}
