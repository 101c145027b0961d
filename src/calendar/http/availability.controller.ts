import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { BrowseAvailabilityQuery } from '../application/browse-availability/browse-availability.query.js';
import { AvailabilityDto, AvailabilityQueryDto } from './availability.dto.js';
import { edgeOf } from './validators.js';

@ApiTags('Calendar')
@Controller('api/v1/availability')
export class AvailabilityController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('calendar:read')
  @ApiOperation({
    operationId: 'listAvailability',
    summary: 'List free slots of a service',
    description:
      'On the grid of the business. A booking may also start between two listed slots when that fits.',
  })
  @ApiOkResponse({ type: AvailabilityDto })
  @ApiProblems({
    404: ['calendar.service_not_found', 'calendar.staff_not_found'],
    422: ['calendar.invalid_range', 'calendar.range_in_past', 'calendar.unknown_time_zone'],
  })
  list(@Query() { from, to, ...criteria }: AvailabilityQueryDto): Promise<AvailabilityDto> {
    return this.dispatcher.ask(
      new BrowseAvailabilityQuery({ ...criteria, from: edgeOf(from), to: edgeOf(to) }),
    );
  }
}
