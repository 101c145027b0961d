import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CreateChannelCommand, GetChannelQuery } from '#contracts/channels';
import { ApiIfMatch, ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import {
  ListChannelsQuery,
  UpdateChannelCommand,
} from '../application/manage-channels/manage-channels.commands.js';
import { ChannelDto, ChannelPageDto, CreateChannelDto, UpdateChannelDto } from './channel.dto.js';

@ApiTags('Channels')
@Controller('api/v1/channels')
export class ChannelsController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('channels:read')
  @ApiOperation({ operationId: 'listChannels', summary: 'List channels', description: 'Newest first.' })
  @ApiOkResponse({ type: ChannelPageDto })
  async list(@Query() query: ListQueryDto): Promise<ChannelPageDto> {
    return page(await this.dispatcher.ask(new ListChannelsQuery(query)), query.limit);
  }

  @Get(':id')
  @Permission('channels:read')
  @ApiOperation({ operationId: 'getChannel', summary: 'Get a channel' })
  @ApiOkResponse({ type: ChannelDto })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<ChannelDto> {
    return this.dispatcher.ask(new GetChannelQuery(id));
  }

  @Post()
  @Permission('channels:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'createChannel',
    summary: 'Connect a channel',
    description:
      'A WhatsApp number, or a web chat for your page. An account belongs to one business at a time.',
  })
  @ApiCreatedResponse({ type: ChannelDto })
  @ApiProblems({ 409: ['channels.account_taken'] })
  create(@Body() body: CreateChannelDto): Promise<ChannelDto> {
    const { provider, name, account, businessAccountId, accessToken } = body;
    return this.dispatcher.request(
      new CreateChannelCommand({
        provider,
        name,
        account,
        fallbackAccount: businessAccountId,
        credentials: accessToken ? { accessToken } : {},
      }),
    );
  }

  @Patch(':id')
  @Permission('channels:write')
  @ApiIfMatch()
  @ApiOperation({ operationId: 'updateChannel', summary: 'Change a channel' })
  @ApiOkResponse({ type: ChannelDto })
  @ApiProblems({ 422: ['channels.team_unknown'] })
  update(
    @Param('id', ParseUUIDPipe) channelId: string,
    @Body() body: UpdateChannelDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<ChannelDto> {
    return this.dispatcher.request(new UpdateChannelCommand({ channelId, ...body, expectedVersion }));
  }
}
