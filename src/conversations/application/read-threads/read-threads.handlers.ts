import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import {
  GetThreadQuery,
  IdentityAddressQuery,
  IdentityHistoryQuery,
} from '../../contracts/thread.commands.js';
import { toMessageView } from '../../domain/message.js';
import { IdentityRepository } from '../../infrastructure/identity.repository.js';
import { MessageRepository } from '../../infrastructure/message.repository.js';
import { ThreadViews } from '../../infrastructure/thread-views.js';
import { ListMessagesQuery, ListThreadsQuery } from './read-threads.queries.js';

@QueryHandler(GetThreadQuery)
export class GetThreadHandler implements IQueryHandler<GetThreadQuery> {
  constructor(private readonly views: ThreadViews) {}

  execute({ threadId, held }: GetThreadQuery) {
    return this.views.get(threadId, held);
  }
}

@QueryHandler(ListThreadsQuery)
export class ListThreadsHandler implements IQueryHandler<ListThreadsQuery> {
  constructor(private readonly views: ThreadViews) {}

  execute({ filter, page }: ListThreadsQuery) {
    return this.views.list(filter, page);
  }
}

@QueryHandler(ListMessagesQuery)
export class ListMessagesHandler implements IQueryHandler<ListMessagesQuery> {
  constructor(
    private readonly views: ThreadViews,
    private readonly messages: MessageRepository,
  ) {}

  async execute({ threadId, page }: ListMessagesQuery) {
    await this.views.get(threadId);
    return (await this.messages.list(threadId, page)).map(toMessageView);
  }
}

@QueryHandler(IdentityHistoryQuery)
export class IdentityHistoryHandler implements IQueryHandler<IdentityHistoryQuery> {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly messages: MessageRepository,
  ) {}

  async execute({ input: { channelId, key, limit } }: IdentityHistoryQuery) {
    const identity = await this.identities.findByKeys(channelId, [key]);
    return identity ? (await this.messages.ofIdentity(identity.id, limit)).map(toMessageView) : [];
  }
}

@QueryHandler(IdentityAddressQuery)
export class IdentityAddressHandler implements IQueryHandler<IdentityAddressQuery> {
  constructor(
    private readonly identities: IdentityRepository,
    private readonly messages: MessageRepository,
  ) {}

  async execute({ identityId }: IdentityAddressQuery) {
    const identity = await this.identities.findById(identityId);
    if (!identity) throw DomainError.notFound('identity', identityId);
    return { address: identity.address, lastExternalId: await this.messages.lastExternalIdOf(identityId) };
  }
}
