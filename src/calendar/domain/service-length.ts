import { DomainError } from '#libs/kernel';
import { MINUTES_PER_DAY } from './local-date.js';
import type { ServiceShape } from './slot-engine.js';

/** Error: `calendar.service_too_long` (invalid). Reads of taken time rely on this bound. */
export const assertFitsInADay = (shape: Omit<ServiceShape, 'active'>): void => {
  const total = shape.bufferBeforeMinutes + shape.durationMinutes + shape.bufferAfterMinutes;
  if (total <= MINUTES_PER_DAY) return;
  throw DomainError.invalid(
    'calendar.service_too_long',
    '/durationMinutes',
    `Duration and buffers are ${total} minutes together. Stay within a day, ${MINUTES_PER_DAY} minutes.`,
  );
};
