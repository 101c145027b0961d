import { Command } from '@nestjs/cqrs';
import type { EpochDay } from '../../domain/local-date.js';
import type { WallTimes } from '../../domain/working-hours.js';
import type { ExceptionView } from '../list-exceptions/list-exceptions.query.js';

/**
 * Replaces the hours of one date, of one person or of the whole business. Bookings that are made stay where they are.
 * Errors: `calendar.staff_not_found`, `calendar.exception_exists` (conflict), `calendar.exception_in_past` and
 * `calendar.invalid_hours` (invalid).
 */
export class AddExceptionCommand extends Command<ExceptionView> {
  constructor(
    readonly draft: {
      staffId: string | null;
      day: EpochDay;
      intervals: readonly WallTimes[];
      note: string | null;
    },
  ) {
    super();
  }
}
