import { DomainError } from '#libs/kernel';

const missing = (what: string, pointer: string, id: string, advice: string): DomainError => {
  const detail = `There is no ${what} with id ${id}. ${advice}`;
  return new DomainError('not-found', `calendar.${what}_not_found`, detail, {
    errors: [{ pointer, detail }],
  });
};

export const serviceNotFound = (id: string, pointer = '/serviceId'): DomainError =>
  missing('service', pointer, id, 'List the services to find its id.');

export const staffNotFound = (id: string, pointer = '/staffId'): DomainError =>
  missing('staff', pointer, id, 'List the staff to find the id.');

export const personHasDiary = (): DomainError =>
  new DomainError(
    'conflict',
    'calendar.person_has_diary',
    'Another staff member is linked to this person: unlink that one first.',
  );

export const personUnknown = (): DomainError =>
  DomainError.invalid(
    'calendar.person_unknown',
    '/personId',
    'Nobody with this id has access to this business.',
  );

export const exceptionNotFound = (id: string): DomainError =>
  missing('exception', 'id', id, 'List the exceptions to find its id.');

export const bookingNotFound = (id: string): DomainError =>
  missing('booking', 'id', id, 'List the bookings to find its id.');

export const holdNotFound = (id: string): DomainError => missing('hold', 'id', id, 'Hold a slot first.');

/** The write was meant for an older version than the stored one. */
export const staleVersion = (code: string, expected: number, actual: number): DomainError =>
  new DomainError(
    'stale',
    code,
    `It has changed: you expected version ${expected}, it is at version ${actual}. Read it again and repeat your change.`,
    { facts: { version: actual } },
  );

export const unknownCursor = (): DomainError =>
  DomainError.invalid(
    'calendar.unknown_cursor',
    'startingAfter',
    'startingAfter names no row of this list. Use the id of the last row of the page before.',
  );
