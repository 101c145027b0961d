import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { AddExceptionHandler } from './application/add-exception/add-exception.handler.js';
import { BrowseAvailabilityHandler } from './application/browse-availability/browse-availability.handler.js';
import { CalendarZoneHandler } from './application/calendar-zone/calendar-zone.handler.js';
import { CancelBookingHandler } from './application/cancel-booking/cancel-booking.handler.js';
import { ConfirmBookingHandler } from './application/confirm-booking/confirm-booking.handler.js';
import { CreateBookingHandler } from './application/create-booking/create-booking.handler.js';
import { CreateServiceHandler } from './application/create-service/create-service.handler.js';
import { CreateStaffHandler } from './application/create-staff/create-staff.handler.js';
import { CurrentSettings } from './application/current-settings.js';
import { FindSlotsHandler } from './application/find-slots/find-slots.handler.js';
import { GetBookingHandler } from './application/get-booking/get-booking.handler.js';
import { GetServiceHandler } from './application/get-service/get-service.handler.js';
import { GetSettingsHandler } from './application/get-settings/get-settings.handler.js';
import { GetStaffHandler } from './application/get-staff/get-staff.handler.js';
import { GetWorkingHoursHandler } from './application/get-working-hours/get-working-hours.handler.js';
import { HoldSlotHandler } from './application/hold-slot/hold-slot.handler.js';
import { ListBookingsHandler } from './application/list-bookings/list-bookings.handler.js';
import { ListCustomerBookingsHandler } from './application/list-customer-bookings/list-customer-bookings.handler.js';
import { ListExceptionsHandler } from './application/list-exceptions/list-exceptions.handler.js';
import { ListServicesHandler } from './application/list-services/list-services.handler.js';
import { ListStaffHandler } from './application/list-staff/list-staff.handler.js';
import { ReleaseHoldsWhenThreadClosed } from './application/on-thread-closed/release-holds-when-thread-closed.handler.js';
import { OpeningHoursHandler } from './application/opening-hours/opening-hours.handler.js';
import { PageServicesHandler } from './application/page-services/page-services.handler.js';
import { PageStaffHandler } from './application/page-staff/page-staff.handler.js';
import { ReleaseHoldsHandler } from './application/release-holds/release-holds.handler.js';
import { RemoveExceptionHandler } from './application/remove-exception/remove-exception.handler.js';
import { RescheduleBookingHandler } from './application/reschedule-booking/reschedule-booking.handler.js';
import { SetWorkingHoursHandler } from './application/set-working-hours/set-working-hours.handler.js';
import { SlotEngines } from './application/slots/slot-engines.js';
import { BookingScope } from './application/slots/booking-scope.js';
import { SlotPlacer } from './application/slots/slot-placer.js';
import { SlotRefusals } from './application/slots/slot-refusals.js';
import { UpdateServiceHandler } from './application/update-service/update-service.handler.js';
import { UpdateSettingsHandler } from './application/update-settings/update-settings.handler.js';
import { UpdateStaffHandler } from './application/update-staff/update-staff.handler.js';
import { AvailabilityController } from './http/availability.controller.js';
import { BookingsController } from './http/bookings.controller.js';
import { CalendarController } from './http/calendar.controller.js';
import { ServicesController } from './http/services.controller.js';
import { StaffController } from './http/staff.controller.js';
import { BookingViews } from './infrastructure/booking-views.repository.js';
import { BookingRepository } from './infrastructure/booking.repository.js';
import { BookingStore } from './infrastructure/booking.store.js';
import { HoursRepository } from './infrastructure/hours.repository.js';
import { ServiceRepository } from './infrastructure/service.repository.js';
import { SettingsRepository } from './infrastructure/settings.repository.js';
import { SlotReader } from './infrastructure/slot-reader.repository.js';
import { StaffRepository } from './infrastructure/staff.repository.js';

const REPOSITORIES = [
  BookingRepository,
  BookingStore,
  BookingViews,
  HoursRepository,
  ServiceRepository,
  SettingsRepository,
  SlotReader,
  StaffRepository,
];

const COMMAND_HANDLERS = [
  HoldSlotHandler,
  ConfirmBookingHandler,
  CreateBookingHandler,
  RescheduleBookingHandler,
  CancelBookingHandler,
  ReleaseHoldsHandler,
  CreateServiceHandler,
  UpdateServiceHandler,
  CreateStaffHandler,
  UpdateStaffHandler,
  SetWorkingHoursHandler,
  AddExceptionHandler,
  RemoveExceptionHandler,
  UpdateSettingsHandler,
];

const QUERY_HANDLERS = [
  FindSlotsHandler,
  BrowseAvailabilityHandler,
  OpeningHoursHandler,
  CalendarZoneHandler,
  ListServicesHandler,
  PageServicesHandler,
  GetServiceHandler,
  ListStaffHandler,
  PageStaffHandler,
  GetStaffHandler,
  GetWorkingHoursHandler,
  ListExceptionsHandler,
  GetSettingsHandler,
  ListCustomerBookingsHandler,
  ListBookingsHandler,
  GetBookingHandler,
];

/** What can be booked, with whom and when; and what is booked. */
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';

@Module({
  controllers: [
    ServicesController,
    StaffController,
    CalendarController,
    AvailabilityController,
    BookingsController,
  ],
  providers: [
    ...REPOSITORIES,
    CurrentSettings,
    SlotEngines,
    SlotRefusals,
    BookingScope,
    SlotPlacer,
    ...COMMAND_HANDLERS,
    ...QUERY_HANDLERS,
    ReleaseHoldsWhenThreadClosed,
  ],
})
export class CalendarModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
