import { Body, Controller, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { CreateStaffCommand } from '../application/create-staff/create-staff.command.js';
import { GetStaffQuery } from '../application/get-staff/get-staff.query.js';
import { GetWorkingHoursQuery } from '../application/get-working-hours/get-working-hours.query.js';
import { PageStaffQuery } from '../application/page-staff/page-staff.query.js';
import { SetWorkingHoursCommand } from '../application/set-working-hours/set-working-hours.command.js';
import { UpdateStaffCommand } from '../application/update-staff/update-staff.command.js';
import {
  CreateStaffDto,
  ListStaffQueryDto,
  SetWorkingHoursDto,
  StaffDto,
  StaffPageDto,
  UpdateStaffDto,
  WorkingHoursDto,
} from './staff.dto.js';

@ApiTags('Calendar')
@Controller('api/v1/staff')
export class StaffController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('staff:read')
  @ApiOperation({ operationId: 'listStaff', summary: 'List staff', description: 'Oldest first.' })
  @ApiOkResponse({ type: StaffPageDto })
  async list(@Query() { limit, startingAfter, serviceId, active }: ListStaffQueryDto): Promise<StaffPageDto> {
    return page(
      await this.dispatcher.ask(new PageStaffQuery({ serviceId, active }, limit, startingAfter)),
      limit,
    );
  }

  @Post()
  @Idempotent()
  @Permission('staff:write')
  @ApiOperation({ operationId: 'createStaff', summary: 'Add a person who can be booked' })
  @ApiCreatedResponse({ type: StaffDto })
  @ApiProblems({
    404: ['calendar.service_not_found'],
    409: ['calendar.person_has_diary'],
    422: ['calendar.person_unknown'],
  })
  create(@Body() { name, personId, serviceIds, active }: CreateStaffDto): Promise<StaffDto> {
    return this.dispatcher.request(
      new CreateStaffCommand({
        name,
        personId: personId ?? null,
        serviceIds: serviceIds ?? [],
        active: active ?? true,
      }),
    );
  }

  @Get(':id')
  @Permission('staff:read')
  @ApiOperation({ operationId: 'getStaff', summary: 'Read a staff member' })
  @ApiOkResponse({ type: StaffDto })
  @ApiProblems({ 404: ['calendar.staff_not_found'] })
  get(@Param('id') id: string): Promise<StaffDto> {
    return this.dispatcher.ask(new GetStaffQuery(id));
  }

  @Patch(':id')
  @Permission('staff:write')
  @ApiOperation({
    operationId: 'updateStaff',
    summary: 'Change a staff member',
    description:
      'Bookings that are made stay, also when the person no longer does the service or is made inactive.',
  })
  @ApiOkResponse({ type: StaffDto })
  @ApiProblems({
    404: ['calendar.staff_not_found', 'calendar.service_not_found'],
    409: ['calendar.person_has_diary'],
    412: ['calendar.staff_changed'],
    422: ['calendar.person_unknown'],
  })
  update(
    @Param('id') id: string,
    @Body() body: UpdateStaffDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<StaffDto> {
    return this.dispatcher.request(new UpdateStaffCommand(id, body, expectedVersion));
  }

  @Get(':id/working-hours')
  @Permission('staff:read')
  @ApiOperation({ operationId: 'getWorkingHours', summary: "Read a person's weekly hours" })
  @ApiOkResponse({ type: WorkingHoursDto })
  @ApiProblems({ 404: ['calendar.staff_not_found'] })
  getHours(@Param('id') id: string): Promise<WorkingHoursDto> {
    return this.dispatcher.ask(new GetWorkingHoursQuery(id));
  }

  @Put(':id/working-hours')
  @Permission('staff:write')
  @ApiOperation({
    operationId: 'setWorkingHours',
    summary: "Replace a person's weekly hours",
    description: 'Bookings that are made stay where they are, also outside of the new hours.',
  })
  @ApiOkResponse({ type: WorkingHoursDto })
  @ApiProblems({
    404: ['calendar.staff_not_found'],
    412: ['calendar.staff_changed'],
    422: ['calendar.invalid_hours'],
  })
  setHours(
    @Param('id') id: string,
    @Body() { days }: SetWorkingHoursDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<WorkingHoursDto> {
    return this.dispatcher.request(new SetWorkingHoursCommand(id, days, expectedVersion));
  }
}
