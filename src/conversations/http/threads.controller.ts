import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiIfMatch, ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { currentContext } from '#libs/kernel';
import { Dispatcher } from '#libs/messaging';
import {
  AssignThreadCommand,
  CloseThreadCommand,
  ReleaseThreadCommand,
} from '../application/own-thread/own-thread.commands.js';
import { ListMessagesQuery, ListThreadsQuery } from '../application/read-threads/read-threads.queries.js';
import { SendMessageCommand } from '../application/send-message/send-message.command.js';
import { GetThreadQuery } from '../contracts/thread.commands.js';
import {
  AssignThreadDto,
  ListThreadsQueryDto,
  MessageDto,
  MessagePageDto,
  SendMessageDto,
  ThreadDto,
  ThreadPageDto,
} from './thread.dto.js';

@ApiTags('Conversations')
@Controller('api/v1/threads')
export class ThreadsController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('threads:read')
  @ReadsPersonalData('thread')
  @ApiOperation({ operationId: 'listThreads', summary: 'List threads', description: 'Newest first.' })
  @ApiOkResponse({ type: ThreadPageDto })
  async list(@Query() query: ListThreadsQueryDto): Promise<ThreadPageDto> {
    const { limit, startingAfter, ...filter } = query;
    return page(await this.dispatcher.ask(new ListThreadsQuery(filter, { limit, startingAfter })), limit);
  }

  @Get(':id')
  @Permission('threads:read')
  @ReadsPersonalData('thread')
  @ApiOperation({ operationId: 'getThread', summary: 'Get a thread' })
  @ApiOkResponse({ type: ThreadDto })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<ThreadDto> {
    return this.dispatcher.ask(new GetThreadQuery(id));
  }

  @Get(':id/messages')
  @Permission('threads:read')
  @ReadsPersonalData('message')
  @ApiOperation({
    operationId: 'listMessages',
    summary: 'List the messages of a thread',
    description: 'In reading order.',
  })
  @ApiOkResponse({ type: MessagePageDto })
  async messages(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ListQueryDto,
  ): Promise<MessagePageDto> {
    return page(await this.dispatcher.ask(new ListMessagesQuery(id, query)), query.limit);
  }

  @Post(':id/messages')
  @Permission('threads:write')
  @Idempotent()
  @ReadsPersonalData('message')
  @ApiOperation({
    operationId: 'sendMessage',
    summary: 'Answer the customer',
    description:
      'The thread becomes yours if it was the bot’s or nobody’s: the bot is silent until it is released.',
  })
  @ApiCreatedResponse({ type: MessageDto })
  @ApiProblems({ 409: ['thread.closed', 'channels.window_closed', 'thread.channel_inline'] })
  send(@Param('id', ParseUUIDPipe) threadId: string, @Body() { text }: SendMessageDto): Promise<MessageDto> {
    return this.dispatcher.request(
      new SendMessageCommand({ threadId, text, agentId: currentContext().actor.id }),
    );
  }

  @Post(':id/assign')
  @HttpCode(200)
  @Permission('threads:write')
  @ApiIfMatch()
  @ReadsPersonalData('thread')
  @ApiOperation({
    operationId: 'assignThread',
    summary: 'Take a thread over, or give it to a person or a team',
    description:
      'The bot is silent from here on; a reply that it was composing is dropped, not sent. With a `teamId` alone the thread waits in the ' +
      'queue of that team; with `teamId: null` alone it belongs to no team any more, and stays whose it is.',
  })
  @ApiOkResponse({ type: ThreadDto })
  @ApiProblems({ 409: ['thread.closed'], 422: ['thread.assignee_unknown', 'thread.team_unknown'] })
  assign(
    @Param('id', ParseUUIDPipe) threadId: string,
    @Body() body: AssignThreadDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<ThreadDto> {
    const { teamId } = body;
    const assigneeId = body.assigneeId ?? (teamId === undefined ? currentContext().actor.id : undefined);
    return this.dispatcher.request(
      new AssignThreadCommand({ threadId, assigneeId, teamId, expectedVersion }),
    );
  }

  @Post(':id/release')
  @HttpCode(200)
  @Permission('threads:write')
  @ApiIfMatch()
  @ReadsPersonalData('thread')
  @ApiOperation({
    operationId: 'releaseThread',
    summary: 'Give a thread back to the bot',
    description: 'The bot answers what the customer writes from now on.',
  })
  @ApiOkResponse({ type: ThreadDto })
  @ApiProblems({ 409: ['thread.closed'] })
  release(
    @Param('id', ParseUUIDPipe) threadId: string,
    @IfMatch() expectedVersion?: number,
  ): Promise<ThreadDto> {
    return this.dispatcher.request(new ReleaseThreadCommand({ threadId, expectedVersion }));
  }

  @Post(':id/close')
  @HttpCode(200)
  @Permission('threads:write')
  @ApiIfMatch()
  @ReadsPersonalData('thread')
  @ApiOperation({
    operationId: 'closeThread',
    summary: 'Close a thread',
    description: 'The customer’s next message opens another. What the thread held in the calendar is freed.',
  })
  @ApiOkResponse({ type: ThreadDto })
  close(
    @Param('id', ParseUUIDPipe) threadId: string,
    @IfMatch() expectedVersion?: number,
  ): Promise<ThreadDto> {
    return this.dispatcher.request(new CloseThreadCommand({ threadId, expectedVersion }));
  }
}
