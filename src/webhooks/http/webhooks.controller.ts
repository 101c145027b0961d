import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIfMatch, ApiProblems, Idempotent, IfMatch, ListQueryDto, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  GetEndpointQuery,
  ListEndpointsQuery,
  RotateSecretCommand,
  UpdateEndpointCommand,
} from '../application/manage-endpoints/manage-endpoints.commands.js';
import { PUBLIC_EVENTS } from '../application/public-events.js';
import { ListAttemptsQuery, ListDeliveriesQuery } from '../application/read-deliveries/read-deliveries.js';
import {
  ReplayDeliveryCommand,
  ReplayFailedCommand,
  SendTestCommand,
} from '../application/replay-deliveries/replay-deliveries.js';
import {
  CreateWebhookEndpointDto,
  ListDeliveriesQueryDto,
  ReplayedDto,
  ReplayFailedDto,
  RotateSecretDto,
  UpdateWebhookEndpointDto,
  WebhookAttemptPageDto,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
  WebhookEndpointDto,
  WebhookEndpointPageDto,
  WebhookEndpointSecretDto,
  WebhookEventTypeListDto,
} from './webhook.dto.js';

const NOT_FOUND = 'webhook-endpoint.not_found';
const INPUT = [
  'net.url_invalid',
  'net.scheme_refused',
  'net.credentials_refused',
  'net.port_refused',
  'net.host_refused',
  'webhooks.event_type_unknown',
  'webhooks.header_refused',
];

@ApiTags('Webhooks')
@Controller('api/v1')
export class WebhooksController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get('webhook-event-types')
  @Permission('webhooks:read')
  @ApiOperation({ operationId: 'listWebhookEventTypes', summary: 'List what an endpoint can subscribe to' })
  @ApiOkResponse({ type: WebhookEventTypeListDto })
  types(): WebhookEventTypeListDto {
    return { data: PUBLIC_EVENTS.map((event) => ({ ...event })) };
  }

  @Get('webhook-endpoints')
  @Permission('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookEndpoints',
    summary: 'List endpoints',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: WebhookEndpointPageDto })
  async list(@Query() query: ListQueryDto): Promise<WebhookEndpointPageDto> {
    return page(await this.dispatcher.ask(new ListEndpointsQuery(query)), query.limit);
  }

  @Post('webhook-endpoints')
  @Permission('webhooks:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'createWebhookEndpoint',
    summary: 'Add an endpoint',
    description:
      'Events are posted to it as Standard Webhooks says, at least once and in no promised order. The secret is shown this once.',
  })
  @ApiCreatedResponse({ type: WebhookEndpointSecretDto })
  @ApiProblems({ 409: ['webhooks.too_many_endpoints'], 422: INPUT })
  create(@Body() body: CreateWebhookEndpointDto): Promise<WebhookEndpointSecretDto> {
    return this.dispatcher.request(new CreateEndpointCommand(body));
  }

  @Get('webhook-endpoints/:id')
  @Permission('webhooks:read')
  @ApiOperation({ operationId: 'getWebhookEndpoint', summary: 'Get an endpoint' })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblems({ 404: [NOT_FOUND] })
  get(@Param('id') id: string): Promise<WebhookEndpointDto> {
    return this.dispatcher.ask(new GetEndpointQuery(id));
  }

  @Patch('webhook-endpoints/:id')
  @Permission('webhooks:write')
  @ApiIfMatch()
  @ApiOperation({ operationId: 'updateWebhookEndpoint', summary: 'Change, enable or disable an endpoint' })
  @ApiOkResponse({ type: WebhookEndpointDto })
  @ApiProblems({ 404: [NOT_FOUND], 412: ['webhooks.endpoint_changed'], 422: INPUT })
  update(
    @Param('id') endpointId: string,
    @Body() body: UpdateWebhookEndpointDto,
    @IfMatch() expectedVersion?: number,
  ): Promise<WebhookEndpointDto> {
    return this.dispatcher.request(new UpdateEndpointCommand({ ...body, endpointId, expectedVersion }));
  }

  @Delete('webhook-endpoints/:id')
  @HttpCode(204)
  @Permission('webhooks:write')
  @ApiOperation({
    operationId: 'deleteWebhookEndpoint',
    summary: 'Remove an endpoint',
    description: 'With its deliveries; what waits is not sent.',
  })
  @ApiNoContentResponse()
  @ApiIfMatch()
  @ApiProblems({ 404: [NOT_FOUND], 412: ['webhooks.endpoint_changed'] })
  remove(@Param('id') id: string, @IfMatch() expectedVersion?: number): Promise<void> {
    return this.dispatcher.request(new DeleteEndpointCommand(id, expectedVersion));
  }

  @Post('webhook-endpoints/:id/rotate-secret')
  @HttpCode(200)
  @Permission('webhooks:write')
  @Idempotent()
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Take a new secret',
    description:
      'Shown this once. Until the grace is over each request has two signatures, of the new secret and the old. ' +
      'Those of a rotation before, whose grace is not over, sign as well, up to four; a grace of 0 silences all of them.',
  })
  @ApiOkResponse({ type: WebhookEndpointSecretDto })
  @ApiProblems({ 404: [NOT_FOUND] })
  rotate(
    @Param('id') endpointId: string,
    @Body() { graceSeconds }: RotateSecretDto,
  ): Promise<WebhookEndpointSecretDto> {
    return this.dispatcher.request(new RotateSecretCommand({ endpointId, graceSeconds }));
  }

  @Post('webhook-endpoints/:id/test')
  @HttpCode(200)
  @Permission('webhooks:write')
  @ApiOperation({
    operationId: 'testWebhookEndpoint',
    summary: 'Send a test event',
    description: 'A `webhooks.test.v1`; see its attempts for what came of it.',
  })
  @ApiOkResponse({ type: WebhookDeliveryDto })
  @ApiProblems({ 404: [NOT_FOUND], 409: ['webhooks.endpoint_disabled'] })
  test(@Param('id') id: string): Promise<WebhookDeliveryDto> {
    return this.dispatcher.request(new SendTestCommand(id));
  }

  @Post('webhook-endpoints/:id/replay')
  @HttpCode(200)
  @Permission('webhooks:write')
  @ApiOperation({
    operationId: 'replayFailedWebhooks',
    summary: 'Send what failed again',
    description: 'Each with its own `webhook-id` and the same bytes.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  @ApiProblems({ 404: [NOT_FOUND], 409: ['webhooks.endpoint_disabled'] })
  replayFailed(@Param('id') id: string, @Body() { since }: ReplayFailedDto): Promise<ReplayedDto> {
    return this.dispatcher.request(new ReplayFailedCommand(id, new Date(since)));
  }

  @Get('webhook-endpoints/:id/deliveries')
  @Permission('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookDeliveries',
    summary: 'List deliveries',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  @ApiProblems({ 404: [NOT_FOUND] })
  async deliveries(
    @Param('id') id: string,
    @Query() query: ListDeliveriesQueryDto,
  ): Promise<WebhookDeliveryPageDto> {
    return page(await this.dispatcher.ask(new ListDeliveriesQuery(id, query)), query.limit);
  }

  @Get('webhook-endpoints/:id/deliveries/:deliveryId/attempts')
  @Permission('webhooks:read')
  @ApiOperation({
    operationId: 'listWebhookAttempts',
    summary: 'List the tries of a delivery',
    description: 'Newest first.',
  })
  @ApiOkResponse({ type: WebhookAttemptPageDto })
  @ApiProblems({ 404: ['webhook-delivery.not_found'] })
  async attempts(
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @Query() query: ListQueryDto,
  ): Promise<WebhookAttemptPageDto> {
    return page(await this.dispatcher.ask(new ListAttemptsQuery(id, deliveryId, query)), query.limit);
  }

  @Post('webhook-endpoints/:id/deliveries/:deliveryId/replay')
  @HttpCode(200)
  @Permission('webhooks:write')
  @ApiOperation({
    operationId: 'replayWebhookDelivery',
    summary: 'Send a delivery again',
    description: 'With the same `webhook-id` and the same bytes.',
  })
  @ApiOkResponse({ type: WebhookDeliveryDto })
  @ApiProblems({
    404: [NOT_FOUND, 'webhook-delivery.not_found'],
    409: ['webhooks.delivery_pending', 'webhooks.endpoint_disabled'],
  })
  replay(@Param('id') id: string, @Param('deliveryId') deliveryId: string): Promise<WebhookDeliveryDto> {
    return this.dispatcher.request(new ReplayDeliveryCommand(id, deliveryId));
  }
}
