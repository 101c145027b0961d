import { DomainError } from '#libs/kernel';

/** Why a start is refused, in the order in which reasons are looked for. */
export type SlotRefusal =
  | 'service_inactive'
  | 'staff_lacks_service'
  | 'in_past'
  | 'too_soon'
  | 'beyond_horizon'
  | 'outside_hours'
  | 'slot_taken';

const MESSAGES: Record<SlotRefusal, string> = {
  service_inactive: 'This service is not offered at present. Choose an active service.',
  staff_lacks_service:
    'Nobody who was asked for does this service. Choose another person or another service.',
  in_past: 'This time has passed. Choose a time to come.',
  too_soon: 'This time is nearer than the minimum notice of the business. Choose a later time.',
  beyond_horizon: 'Bookings are not open that far ahead yet. Choose an earlier time.',
  outside_hours: 'Nobody works for all of that time. Choose a time inside of the working hours.',
  slot_taken: 'This time is taken. Choose one of the free alternatives or search again.',
};

/** What a refusal is called on the wire. */
export const describeRefusal = (refusal: SlotRefusal): { code: string; message: string } => ({
  code: `calendar.${refusal}`,
  message: MESSAGES[refusal],
});

/** The error of a refused write: a 409, or a 422 for a time that has passed, which no retry can mend. */
export const refusalError = (
  refusal: SlotRefusal,
  facts: { alternatives: readonly object[] },
): DomainError => {
  const { code, message } = describeRefusal(refusal);
  return refusal === 'in_past'
    ? new DomainError('invalid', code, message, {
        facts,
        errors: [{ pointer: '/startsAt', detail: message }],
      })
    : new DomainError('conflict', code, message, { facts });
};
