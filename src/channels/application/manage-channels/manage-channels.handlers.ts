import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import {
  type ChannelView,
  CreateChannelCommand,
  EnsureApiChannelCommand,
  GetChannelQuery,
} from '#contracts/channels';
import { IsTeamQuery } from '#contracts/tenancy';
import { DomainError, currentTenant, newId } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import { ChannelRepository } from '../../infrastructure/channel.repository.js';
import { FirstWebchatQuery, ListChannelsQuery, UpdateChannelCommand } from './manage-channels.commands.js';

const found = (channel: ChannelView | null, id: string): ChannelView => {
  if (!channel) throw DomainError.notFound('channel', id);
  return channel;
};

@QueryHandler(GetChannelQuery)
export class GetChannelHandler implements IQueryHandler<GetChannelQuery> {
  constructor(private readonly channels: ChannelRepository) {}

  async execute({ channelId }: GetChannelQuery) {
    return found(await this.channels.find(channelId), channelId);
  }
}

@QueryHandler(ListChannelsQuery)
export class ListChannelsHandler implements IQueryHandler<ListChannelsQuery> {
  constructor(private readonly channels: ChannelRepository) {}

  execute({ page }: ListChannelsQuery) {
    return this.channels.list(page);
  }
}

@QueryHandler(FirstWebchatQuery)
export class FirstWebchatHandler implements IQueryHandler<FirstWebchatQuery> {
  constructor(private readonly channels: ChannelRepository) {}

  execute() {
    return this.channels.firstWebchat();
  }
}

@CommandHandler(CreateChannelCommand)
export class CreateChannelHandler implements ICommandHandler<CreateChannelCommand> {
  constructor(private readonly channels: ChannelRepository) {}

  async execute({ input }: CreateChannelCommand): Promise<ChannelView> {
    const id = newId();
    const inserted = await this.channels.insert({
      ...input,
      id,
      fallbackAccount: input.fallbackAccount ?? null,
    });
    if (!inserted)
      throw new DomainError(
        'conflict',
        'channels.account_taken',
        `${input.account} is connected already, to this business or to another one. Disconnect it there first.`,
      );
    return found(await this.channels.find(id), id);
  }
}

@CommandHandler(UpdateChannelCommand)
export class UpdateChannelHandler implements ICommandHandler<UpdateChannelCommand> {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly dispatcher: Dispatcher,
  ) {}

  async execute({ input }: UpdateChannelCommand): Promise<ChannelView> {
    const { channelId, name, accessToken, teamId, expectedVersion } = input;
    if (teamId && !(await this.dispatcher.ask(new IsTeamQuery(teamId))))
      throw DomainError.invalid(
        'channels.team_unknown',
        '/teamId',
        'There is no team with this id: see GET /api/v1/teams.',
      );
    const channel = found(await this.channels.lock(channelId), channelId);
    if (expectedVersion !== undefined && expectedVersion !== channel.version)
      throw new DomainError(
        'stale',
        'channel.changed',
        'The channel changed since you read it; read it again.',
      );
    const reconnected = accessToken && channel.status === 'auth-revoked' ? 'active' : undefined;
    const credentials = accessToken ? { accessToken } : undefined;
    await this.channels.update(channelId, {
      name,
      status: input.status ?? reconnected,
      credentials,
      teamId,
    });
    return found(await this.channels.find(channelId), channelId);
  }
}

@CommandHandler(EnsureApiChannelCommand)
export class EnsureApiChannelHandler implements ICommandHandler<EnsureApiChannelCommand> {
  constructor(private readonly channels: ChannelRepository) {}

  async execute(): Promise<ChannelView> {
    const account = currentTenant();
    const known = await this.channels.findByAccount('api', account);
    if (known) return known;
    await this.channels.insert({
      id: newId(),
      provider: 'api',
      name: 'API',
      account,
      fallbackAccount: null,
      credentials: {},
    });
    // Whoever was first: a concurrent call waited for the route and finds that one.
    return found(await this.channels.findByAccount('api', account), account);
  }
}
