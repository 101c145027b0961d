import { defineEvent } from '#libs/kernel';

interface BookingFacts {
  bookingId: string;
  code: string;
  serviceId: string;
  staffId: string;
  customerId: string | null;
  threadId: string | null;
  /** ISO-8601 UTC. */
  startsAt: string;
  endsAt: string;
}

export const BookingConfirmed = defineEvent<BookingFacts>('calendar.booking.confirmed.v1');
export const BookingRescheduled = defineEvent<
  BookingFacts & { previousStartsAt: string; previousStaffId: string }
>('calendar.booking.rescheduled.v1');
export const BookingCancelled = defineEvent<BookingFacts & { reason: string | null }>(
  'calendar.booking.cancelled.v1',
);
