import type { ToolSpec } from './chat-model.js';

const object = (properties: Record<string, unknown>, required: string[] = []): Record<string, unknown> => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const uuid = (description: string) => ({ type: 'string', format: 'uuid', description });
const localDateTime = (description: string) => ({
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$',
  description: `${description}, wall-clock time of the business, YYYY-MM-DDTHH:mm`,
});

/**
 * The tools of the booking assistant. Results are JSON; a refusal is `{ "error": { code, message, ... } }`, which the
 * model is expected to act on. Times in results: `startsAt` is ISO-8601 UTC, `local` is YYYY-MM-DDTHH:mm in the
 * business's zone. Customer, tenant and price are never arguments.
 *
 * Results:
 * - list_services    → { services: [{ id, name, durationMinutes, price: { amount, currency }, priceText }] }
 * - list_staff       → { staff: [{ id, name, serviceIds }] }
 * - opening_hours    → { timeZone, days: [{ weekday: 1..7 (ISO, Monday = 1), intervals: [{ from: "09:00", to: "19:00" }] }],
 *                        exceptions: [{ date: "2026-12-25", intervals: [] }] }
 * - find_slots       → { slots: [{ startsAt, local, staffIds, staffNames }], truncated, reason?: { code, message } }
 * - hold_slot        → { holdId, serviceName, staffName, startsAt, local, durationMinutes, price, priceText, expiresAt }
 *                      or { error: { code: "calendar.slot_taken", message, alternatives: [slot] } }
 * - confirm_booking  → { bookingId, code, serviceName, staffName, startsAt, local, price, priceText }
 * - list_my_bookings → { bookings: [{ bookingId, code, status, serviceId, serviceName, staffName, startsAt, local }] } upcoming
 * - reschedule_booking → the same as confirm_booking
 * - cancel_booking   → { bookingId, code, status: "cancelled" }
 * - hand_over        → { queued: true }
 */
export const BOOKING_TOOLS: readonly ToolSpec[] = [
  {
    name: 'list_services',
    description: 'The services on offer with duration and price. Call it before naming any service or price.',
    parameters: object({}),
  },
  {
    name: 'list_staff',
    description: 'The people who do a service, or all of them.',
    parameters: object({ serviceId: uuid('Only those who do this service') }),
  },
  {
    name: 'opening_hours',
    description: 'Weekly opening hours and the coming exceptions (holidays, short days).',
    parameters: object({}),
  },
  {
    name: 'find_slots',
    description: 'Free start times of a service between two wall-clock times, soonest first, at most 12.',
    parameters: object(
      {
        serviceId: uuid('The service'),
        from: localDateTime('Earliest start'),
        to: localDateTime('Latest start, at most 31 days after from'),
        staffId: uuid('Only with this person'),
      },
      ['serviceId', 'from', 'to'],
    ),
  },
  {
    name: 'hold_slot',
    description:
      'Holds a free slot for the customer for a few minutes, in place of one held before. It is not a booking: ask the customer to agree, then call confirm_booking.',
    parameters: object(
      {
        serviceId: uuid('The service'),
        startsAt: localDateTime('Start'),
        staffId: uuid('The person; any who is free when absent'),
      },
      ['serviceId', 'startsAt'],
    ),
  },
  {
    name: 'confirm_booking',
    description: 'Turns the held slot into a booking once the customer has agreed.',
    parameters: object({ holdId: uuid('From hold_slot') }, ['holdId']),
  },
  { name: 'list_my_bookings', description: "The customer's coming bookings.", parameters: object({}) },
  {
    name: 'reschedule_booking',
    description: "Moves one of the customer's bookings to another start.",
    parameters: object(
      {
        bookingId: uuid('From list_my_bookings or confirm_booking'),
        startsAt: localDateTime('New start'),
        staffId: uuid('Another person; the same as before when absent'),
      },
      ['bookingId', 'startsAt'],
    ),
  },
  {
    name: 'cancel_booking',
    description:
      "Cancels one of the customer's bookings, after the customer said that it should be cancelled.",
    parameters: object({ bookingId: uuid('From list_my_bookings or confirm_booking') }, ['bookingId']),
  },
  {
    name: 'hand_over',
    description: 'Passes the conversation to a person: when the customer asks for one, or you cannot help.',
    parameters: object(
      {
        reason: {
          type: 'string',
          maxLength: 500,
          description: 'One sentence for the colleague who takes over',
        },
      },
      ['reason'],
    ),
  },
];
