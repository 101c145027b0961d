import { Command } from '@nestjs/cqrs';
import type { StaffView } from '../../contracts/index.js';
import type { StaffDraft } from '../../infrastructure/staff.repository.js';

/**
 * Changes what is given; `serviceIds` replaces the whole list. Bookings that are made stay.
 * Errors: `calendar.staff_not_found`, `calendar.staff_changed` (stale), `calendar.service_not_found`, `calendar.person_unknown`,
 * `calendar.person_has_diary`.
 */
export class UpdateStaffCommand extends Command<StaffView> {
  constructor(
    readonly staffId: string,
    readonly patch: Partial<StaffDraft>,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}
