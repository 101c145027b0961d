import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { ApplyDeliveryStatusHandler } from './application/apply-delivery-status/apply-delivery-status.handler.js';
import { DeliveryStatuses } from './application/apply-delivery-status/delivery-statuses.js';
import { BeginTurnHandler } from './application/begin-turn/begin-turn.handler.js';
import { ChangeAddressHandler } from './application/change-address/change-address.handler.js';
import { ClaimSendHandler } from './application/claim-send/claim-send.handler.js';
import { CompleteTurnHandler } from './application/complete-turn/complete-turn.handler.js';
import { ThreadsLeaveDeletedTeam } from './application/on-team-deleted/on-team-deleted.handler.js';
import {
  AssignThreadHandler,
  CloseThreadHandler,
  ReleaseThreadHandler,
  ThreadOwnership,
} from './application/own-thread/own-thread.handlers.js';
import {
  GetThreadHandler,
  IdentityAddressHandler,
  IdentityHistoryHandler,
  ListMessagesHandler,
  ListThreadsHandler,
} from './application/read-threads/read-threads.handlers.js';
import {
  FindCustomersHandler,
  IsOfErasedHandler,
} from './application/find-customers/find-customers.handler.js';
import { ReceiveMessageHandler } from './application/receive-message/receive-message.handler.js';
import { RecordSendHandler } from './application/record-send/record-send.handler.js';
import { SentMessages } from './application/record-send/sent-messages.js';
import { SendMessageHandler } from './application/send-message/send-message.handler.js';
import { TellInbox } from './application/tell-inbox/tell-inbox.handler.js';
import { CompareThreadsHandler, WhoSeesHandler } from './application/watch-threads/watch-threads.handlers.js';
import { InboxDelivery } from './http/inbox/inbox-delivery.js';
import { InboxDoor } from './http/inbox/inbox-door.js';
import { InboxMetrics } from './http/inbox/inbox-metrics.js';
import { InboxSessions } from './http/inbox/inbox-sessions.js';
import { InboxGateway } from './http/inbox/inbox.gateway.js';
import { ThreadsController } from './http/threads.controller.js';
import { IdentityRepository } from './infrastructure/identity.repository.js';
import { IdentityStore } from './infrastructure/identity.store.js';
import { MessageRepository } from './infrastructure/message.repository.js';
import { MessageStore, ParkedStatusStore } from './infrastructure/message.stores.js';
import { ParkedStatusRepository } from './infrastructure/parked-status.repository.js';
import { ThreadRepository } from './infrastructure/thread.repository.js';
import { SubjectRepository } from './infrastructure/subject.repository.js';
import { ThreadStore } from './infrastructure/thread.store.js';
import { ThreadViews } from './infrastructure/thread-views.js';
import { TurnRepository } from './infrastructure/turn.repository.js';
import { InboxWire } from './infrastructure/inbox/inbox-wire.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';

@Module({
  controllers: [ThreadsController],
  providers: [
    IdentityRepository,
    MessageRepository,
    ParkedStatusRepository,
    ThreadRepository,
    ThreadViews,
    TurnRepository,
    SubjectRepository,
    IdentityStore,
    MessageStore,
    ParkedStatusStore,
    ThreadStore,
    FindCustomersHandler,
    IsOfErasedHandler,
    DeliveryStatuses,
    SentMessages,
    ThreadOwnership,
    ThreadsLeaveDeletedTeam,
    ReceiveMessageHandler,
    ChangeAddressHandler,
    ApplyDeliveryStatusHandler,
    BeginTurnHandler,
    CompleteTurnHandler,
    ClaimSendHandler,
    RecordSendHandler,
    SendMessageHandler,
    AssignThreadHandler,
    ReleaseThreadHandler,
    CloseThreadHandler,
    GetThreadHandler,
    ListThreadsHandler,
    ListMessagesHandler,
    IdentityHistoryHandler,
    IdentityAddressHandler,
    CompareThreadsHandler,
    WhoSeesHandler,
    TellInbox,
    InboxWire,
    InboxMetrics,
    InboxSessions,
    InboxDoor,
    InboxDelivery,
    InboxGateway,
  ],
})
export class ConversationsModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
