import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems, Idempotent, IfMatch, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { AddExceptionCommand } from '../application/add-exception/add-exception.command.js';
import { GetSettingsQuery } from '../application/get-settings/get-settings.query.js';
import { ListExceptionsQuery } from '../application/list-exceptions/list-exceptions.query.js';
import { RemoveExceptionCommand } from '../application/remove-exception/remove-exception.command.js';
import { UpdateSettingsCommand } from '../application/update-settings/update-settings.command.js';
import { OpeningHoursQuery } from '../contracts/index.js';
import { parseLocalDate } from '../domain/local-date.js';
import {
  AddExceptionDto,
  CalendarSettingsDto,
  HoursExceptionDto,
  HoursExceptionPageDto,
  ListExceptionsQueryDto,
  OpeningHoursDto,
  UpdateCalendarSettingsDto,
} from './calendar.dto.js';

@ApiTags('Calendar')
@Controller('api/v1/calendar')
export class CalendarController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get('settings')
  @Permission('calendar:read')
  @ApiOperation({ operationId: 'getCalendarSettings', summary: 'Read the rules of booking' })
  @ApiOkResponse({ type: CalendarSettingsDto })
  settings(): Promise<CalendarSettingsDto> {
    return this.dispatcher.ask(new GetSettingsQuery());
  }

  @Patch('settings')
  @Permission('calendar:write')
  @ApiOperation({
    operationId: 'updateCalendarSettings',
    summary: 'Change the rules of booking',
    description: 'Another time zone moves the working hours, not the bookings that are made.',
  })
  @ApiOkResponse({ type: CalendarSettingsDto })
  @ApiProblems({ 412: ['calendar.settings_changed'], 422: ['calendar.unknown_time_zone'] })
  updateSettings(
    @Body() body: UpdateCalendarSettingsDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<CalendarSettingsDto> {
    return this.dispatcher.request(new UpdateSettingsCommand(body, expectedVersion));
  }

  @Get('opening-hours')
  @Permission('calendar:read')
  @ApiOperation({ operationId: 'getOpeningHours', summary: 'Read when the business is open' })
  @ApiOkResponse({ type: OpeningHoursDto })
  openingHours(): Promise<OpeningHoursDto> {
    return this.dispatcher.ask(new OpeningHoursQuery());
  }

  @Get('exceptions')
  @Permission('calendar:read')
  @ApiOperation({
    operationId: 'listHoursExceptions',
    summary: 'List holidays, short days and days off',
    description: 'By date.',
  })
  @ApiOkResponse({ type: HoursExceptionPageDto })
  @ApiProblems({ 422: ['calendar.unknown_cursor'] })
  async exceptions(@Query() query: ListExceptionsQueryDto): Promise<HoursExceptionPageDto> {
    const { limit, startingAfter, staffId } = query;
    const filter = { staffId, from: dayOf(query.from), to: dayOf(query.to) };
    return page(await this.dispatcher.ask(new ListExceptionsQuery(filter, limit, startingAfter)), limit);
  }

  @Post('exceptions')
  @Idempotent()
  @Permission('calendar:write')
  @ApiOperation({
    operationId: 'addHoursException',
    summary: 'Give a date other hours, or none',
    description:
      'Replaces the weekly hours of that date. One of a person beats one of the whole business. Bookings that are made stay.',
  })
  @ApiCreatedResponse({ type: HoursExceptionDto })
  @ApiProblems({
    404: ['calendar.staff_not_found'],
    409: ['calendar.exception_exists'],
    422: ['calendar.invalid_hours', 'calendar.exception_in_past'],
  })
  addException(@Body() { staffId, date, intervals, note }: AddExceptionDto): Promise<HoursExceptionDto> {
    return this.dispatcher.request(
      new AddExceptionCommand({ staffId: staffId ?? null, day: dayOf(date), intervals, note: note ?? null }),
    );
  }

  @Delete('exceptions/:id')
  @HttpCode(204)
  @Permission('calendar:write')
  @ApiOperation({
    operationId: 'removeHoursException',
    summary: 'Let the weekly hours apply to a date again',
  })
  @ApiNoContentResponse()
  @ApiProblems({ 404: ['calendar.exception_not_found'] })
  removeException(@Param('id') id: string): Promise<void> {
    return this.dispatcher.request(new RemoveExceptionCommand(id));
  }
}

function dayOf(date: string): number;
function dayOf(date: string | undefined): number | undefined;
/** Of a text that `IsLocalDate` has let through. */
function dayOf(date: string | undefined): number | undefined {
  return date === undefined ? undefined : (parseLocalDate(date) ?? undefined);
}
