import { Command } from '@nestjs/cqrs';
import type { WallTimes } from '../../domain/working-hours.js';
import type { WorkingHoursView } from '../get-working-hours/get-working-hours.query.js';

/**
 * Replaces the weekly hours; a weekday that is left out is a day off. Bookings that are made stay where they are.
 * Errors: `calendar.staff_not_found`, `calendar.staff_changed` (stale), `calendar.invalid_hours` (invalid).
 */
export class SetWorkingHoursCommand extends Command<WorkingHoursView> {
  constructor(
    readonly staffId: string,
    readonly days: readonly { weekday: number; intervals: readonly WallTimes[] }[],
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
