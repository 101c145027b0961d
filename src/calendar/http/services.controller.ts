import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { CreateServiceCommand } from '../application/create-service/create-service.command.js';
import { GetServiceQuery } from '../application/get-service/get-service.query.js';
import { PageServicesQuery } from '../application/page-services/page-services.query.js';
import { UpdateServiceCommand } from '../application/update-service/update-service.command.js';
import {
  CreateServiceDto,
  ListServicesQueryDto,
  ServiceDto,
  ServicePageDto,
  UpdateServiceDto,
} from './service.dto.js';

@ApiTags('Calendar')
@Controller('api/v1/services')
export class ServicesController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('services:read')
  @ApiOperation({ operationId: 'listServices', summary: 'List services', description: 'Oldest first.' })
  @ApiOkResponse({ type: ServicePageDto })
  async list(@Query() { active, limit, startingAfter }: ListServicesQueryDto): Promise<ServicePageDto> {
    return page(await this.dispatcher.ask(new PageServicesQuery({ active }, limit, startingAfter)), limit);
  }

  @Post()
  @Idempotent()
  @Permission('services:write')
  @ApiOperation({ operationId: 'createService', summary: 'Offer a new service' })
  @ApiCreatedResponse({ type: ServiceDto })
  @ApiProblems({ 422: ['calendar.service_too_long'] })
  create(@Body() body: CreateServiceDto): Promise<ServiceDto> {
    return this.dispatcher.request(
      new CreateServiceCommand({
        name: body.name,
        description: body.description ?? null,
        durationMinutes: body.durationMinutes,
        bufferBeforeMinutes: body.bufferBeforeMinutes ?? 0,
        bufferAfterMinutes: body.bufferAfterMinutes ?? 0,
        price: body.price,
        active: body.active ?? true,
      }),
    );
  }

  @Get(':id')
  @Permission('services:read')
  @ApiOperation({ operationId: 'getService', summary: 'Read a service' })
  @ApiOkResponse({ type: ServiceDto })
  @ApiProblems({ 404: ['calendar.service_not_found'] })
  get(@Param('id') id: string): Promise<ServiceDto> {
    return this.dispatcher.ask(new GetServiceQuery(id));
  }

  @Patch(':id')
  @Permission('services:write')
  @ApiOperation({
    operationId: 'updateService',
    summary: 'Change or retire a service',
    description: 'Bookings that are made keep the length and the price they were sold with.',
  })
  @ApiOkResponse({ type: ServiceDto })
  @ApiProblems({
    404: ['calendar.service_not_found'],
    412: ['calendar.service_changed'],
    422: ['calendar.service_too_long'],
  })
  update(
    @Param('id') id: string,
    @Body() body: UpdateServiceDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<ServiceDto> {
    return this.dispatcher.request(new UpdateServiceCommand(id, body, expectedVersion));
  }
}
