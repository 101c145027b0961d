import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsPersonalData } from '#libs/audit';
import { ApiProblems, Idempotent, IfMatch, page, Permission } from '#libs/http';
import { Dispatcher } from '#libs/messaging';
import { GetBookingQuery } from '../application/get-booking/get-booking.query.js';
import { ListBookingsQuery } from '../application/list-bookings/list-bookings.query.js';
import { CancelBookingCommand, CreateBookingCommand, RescheduleBookingCommand } from '../contracts/index.js';
import {
  BookingDto,
  BookingPageDto,
  CancelBookingDto,
  CreateBookingDto,
  ListBookingsQueryDto,
  RescheduleBookingDto,
} from './booking.dto.js';
import { edgeOf } from './validators.js';

/** Each carries `alternatives`: up to five of the nearest free slots, as SlotDto; none for the last two. */
const SLOT_REFUSALS = [
  'calendar.slot_taken',
  'calendar.outside_hours',
  'calendar.too_soon',
  'calendar.beyond_horizon',
  'calendar.staff_lacks_service',
  'calendar.service_inactive',
] as const;

@ApiTags('Calendar')
@Controller('api/v1/bookings')
export class BookingsController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Get()
  @Permission('bookings:read')
  @ReadsPersonalData('booking')
  @ApiOperation({
    operationId: 'listBookings',
    summary: 'List bookings and holds',
    description: 'By start, soonest first.',
  })
  @ApiOkResponse({ type: BookingPageDto })
  @ApiProblems({ 422: ['calendar.unknown_cursor'] })
  async list(
    @Query() { limit, startingAfter, from, to, ...rest }: ListBookingsQueryDto,
  ): Promise<BookingPageDto> {
    const filter = {
      ...rest,
      from: from === undefined ? undefined : edgeOf(from),
      to: to === undefined ? undefined : edgeOf(to),
    };
    return page(await this.dispatcher.ask(new ListBookingsQuery(filter, limit, startingAfter)), limit);
  }

  @Post()
  @Idempotent()
  @Permission('bookings:write')
  @ReadsPersonalData('booking')
  @ApiOperation({
    operationId: 'createBooking',
    summary: 'Book a slot',
    description:
      'The database keeps two bookings of a person from overlapping, buffers included. A refusal says why in `code` and ' +
      'offers the nearest free slots in `alternatives`.',
  })
  @ApiCreatedResponse({ type: BookingDto })
  @ApiProblems({
    403: ['calendar.staff_out_of_scope'],
    404: ['calendar.service_not_found', 'calendar.staff_not_found'],
    409: SLOT_REFUSALS,
    422: ['calendar.in_past', 'calendar.off_minute', 'calendar.staff_required'],
  })
  create(@Body() { serviceId, startsAt, staffId, customer, notes }: CreateBookingDto): Promise<BookingDto> {
    return this.dispatcher.request(
      new CreateBookingCommand({
        serviceId,
        startsAt: new Date(startsAt),
        staffId,
        party: { customerId: customer.id ?? null, name: customer.name, phone: customer.phone ?? null },
        notes: notes ?? undefined,
        source: 'staff',
      }),
    );
  }

  @Get(':id')
  @Permission('bookings:read')
  @ReadsPersonalData('booking')
  @ApiOperation({ operationId: 'getBooking', summary: 'Read a booking' })
  @ApiOkResponse({ type: BookingDto })
  @ApiProblems({ 404: ['calendar.booking_not_found'] })
  get(@Param('id') id: string): Promise<BookingDto> {
    return this.dispatcher.ask(new GetBookingQuery(id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Permission('bookings:write')
  @ReadsPersonalData('booking')
  @ApiOperation({
    operationId: 'cancelBooking',
    summary: 'Cancel a booking or release a hold',
    description: 'Cancelling again changes nothing and answers the same booking.',
  })
  @ApiOkResponse({ type: BookingDto })
  @ApiProblems({
    404: ['calendar.booking_not_found'],
    409: ['calendar.booking_over'],
    412: ['calendar.booking_changed'],
  })
  cancel(
    @Param('id') bookingId: string,
    @Body() { reason }: CancelBookingDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<BookingDto> {
    return this.dispatcher.request(
      new CancelBookingCommand({ bookingId, reason: reason ?? undefined, expectedVersion }),
    );
  }

  @Post(':id/reschedule')
  @HttpCode(200)
  @Permission('bookings:write')
  @ReadsPersonalData('booking')
  @ApiOperation({
    operationId: 'rescheduleBooking',
    summary: 'Move a booking',
    description:
      'It keeps its code, length and price. Moving it to where it already is changes nothing. Refused like a new booking, ' +
      'and then it stays where it was.',
  })
  @ApiOkResponse({ type: BookingDto })
  @ApiProblems({
    403: ['calendar.staff_out_of_scope'],
    404: ['calendar.booking_not_found', 'calendar.staff_not_found'],
    409: [...SLOT_REFUSALS, 'calendar.booking_not_confirmed', 'calendar.booking_over'],
    412: ['calendar.booking_changed'],
    422: ['calendar.in_past', 'calendar.off_minute'],
  })
  reschedule(
    @Param('id') bookingId: string,
    @Body() { startsAt, staffId }: RescheduleBookingDto,
    @IfMatch() expectedVersion: number | undefined,
  ): Promise<BookingDto> {
    return this.dispatcher.request(
      new RescheduleBookingCommand({ bookingId, startsAt: new Date(startsAt), staffId, expectedVersion }),
    );
  }
}
