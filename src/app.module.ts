import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { ConfigModule, type Settings } from '#libs/config';
import { EncryptionModule } from '#libs/encryption';
import { HttpModule } from '#libs/http';
import type { Clock } from '#libs/kernel';
import { MessagingModule } from '#libs/messaging';
import { NetModule } from '#libs/net';
import { ObservabilityModule } from '#libs/observability';
import { PersistenceModule } from '#libs/persistence';
import { PersonalDataModule } from '#libs/privacy';
import { RedisModule } from '#libs/redis';
import { SecurityModule } from '#libs/security';
import { ActorThrottlingModule, AddressThrottlingModule } from '#libs/throttling';
import { AiModule } from './ai/ai.module.js';
import { BrandingModule } from './branding/branding.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CalendarModule } from './calendar/calendar.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { ConversationsModule } from './conversations/conversations.module.js';
import { ReferralsModule } from './referrals/referrals.module.js';
import { KybModule } from './kyb/kyb.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

export interface AppOptions {
  /** The engines run beside this process. */
  readonly embedded: boolean;
  readonly clock?: Clock;
}

/** The product: platform first, then the contexts. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings, { embedded, clock }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings, clock),
        ObservabilityModule.forRoot({ embedded }),
        PersistenceModule.forRoot([]),
        RedisModule,
        SecurityModule,
        AddressThrottlingModule,
        PersonalDataModule,
        EncryptionModule,
        HttpModule,
        ActorThrottlingModule,
        MessagingModule,
        NetModule,
        ScheduleModule.forRoot(),
        TenancyModule,
        BrandingModule,
        ChannelsModule.forRoot(settings),
        ConversationsModule,
        CalendarModule,
        AiModule,
        ReferralsModule,
        AuditModule,
        WebhooksModule,
        PrivacyModule,
        KybModule,
      ],
    };
  }
}
