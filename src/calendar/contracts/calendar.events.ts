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

const id = (description: string) => ({ type: 'string', format: 'uuid', description });
const instant = (description: string) => ({ type: 'string', format: 'date-time', description });
const FIELDS = {
  bookingId: id('The booking.'),
  code: { type: 'string', description: 'What the customer calls it by.' },
  serviceId: id('What was booked.'),
  staffId: id('With whom.'),
  customerId: { ...id('The customer, when known.'), type: ['string', 'null'] },
  threadId: { ...id('The conversation it was made in.'), type: ['string', 'null'] },
  startsAt: instant('Start.'),
  endsAt: instant('End.'),
};
const EXAMPLE: BookingFacts = {
  bookingId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10',
  code: 'K7RM4P',
  serviceId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b11',
  staffId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b12',
  customerId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b13',
  threadId: null,
  startsAt: '2026-12-01T07:00:00.000Z',
  endsAt: '2026-12-01T07:45:00.000Z',
};

export const BookingConfirmed = defineEvent<BookingFacts>('calendar.booking.confirmed.v1', {
  summary: 'A booking stands: made at once, or a hold was confirmed.',
  schemaName: 'BookingConfirmedPayload',
  fields: FIELDS,
  example: EXAMPLE,
});
export const BookingRescheduled = defineEvent<
  BookingFacts & { previousStartsAt: string; previousStaffId: string }
>('calendar.booking.rescheduled.v1', {
  summary: 'A booking was moved to another time or person.',
  schemaName: 'BookingRescheduledPayload',
  fields: {
    ...FIELDS,
    previousStartsAt: instant('Start before.'),
    previousStaffId: id('With whom before.'),
  },
  example: {
    ...EXAMPLE,
    previousStartsAt: '2026-11-30T07:00:00.000Z',
    previousStaffId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b14',
  },
});
export const BookingCancelled = defineEvent<BookingFacts & { reason: string | null }>(
  'calendar.booking.cancelled.v1',
  {
    summary: 'A booking was cancelled.',
    schemaName: 'BookingCancelledPayload',
    fields: { ...FIELDS, reason: { type: ['string', 'null'], description: 'What was given as the reason.' } },
    example: { ...EXAMPLE, reason: 'The customer is ill' },
  },
);
